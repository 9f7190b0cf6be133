#include "seal/outside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/error.h"

namespace gdprd::seal {

namespace {

constexpr std::size_t line_bytes_max = 4'096;

[[noreturn]] void fail(const std::filesystem::path& file, const char* what, int code) {
    throw Error("file of seals " + file.string() + ": " + what + ": " + std::strerror(code),
                "Look at [seal] file");
}

// The end of the file, long enough for a line.
std::string tail_of(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream input(file, std::ios::binary | std::ios::ate);
    if (!input.is_open()) {
        if (errno == ENOENT) return {};
        fail(file, "cannot be read", errno);
    }
    const auto size = static_cast<std::size_t>(input.tellg());
    std::string tail(std::min(size, line_bytes_max), '\0');
    input.seekg(static_cast<std::streamoff>(size - tail.size()));
    input.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    return tail;
}

// A log ends its fields with a quote, and more.
std::string_view seal_in(std::string_view line) {
    constexpr std::string_view name = " signature=";
    constexpr std::size_t digits = 128;
    const auto at = line.find(name);
    return at == std::string_view::npos ? line : line.substr(0, at + name.size() + digits);
}

class Descriptor {
  public:
    explicit Descriptor(const std::filesystem::path& file)
        : number_(
              ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP)) {
        if (number_ < 0) fail(file, "cannot be written", errno);
        leave_to_owner_of(file.parent_path());
    }
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

  private:
    // A file that root's command makes is the daemon's to add to, as those that it makes itself.
    void leave_to_owner_of(const std::filesystem::path& directory) const {
        struct stat of_file {};
        struct stat of_directory {};
        if (::geteuid() != 0 || ::fstat(number_, &of_file) != 0 || of_file.st_size > 0) return;
        if (::stat(directory.c_str(), &of_directory) != 0) return;
        // A share may refuse that, and keeps to owners of its own.
        if (::fchown(number_, of_directory.st_uid, of_directory.st_gid) != 0) return;
    }

    const int number_;
};

}  // namespace

std::optional<Seal> OutsideFile::last() const {
    std::string tail = tail_of(file_);
    // What a crash left of a line is not one; the seal is in the database, and is written again.
    tail.erase(tail.rfind('\n') == std::string::npos ? 0 : tail.rfind('\n'));
    if (tail.empty()) return std::nullopt;
    const auto begin = tail.rfind('\n');
    const auto seal = parse_seal(begin == std::string::npos ? tail : tail.substr(begin + 1));
    if (!seal) throw Error("file of seals " + file_.string() + ": its last line is no seal");
    return seal;
}

void OutsideFile::append(const Seal& seal) const {
    const std::string tail = tail_of(file_);
    const std::string text = (tail.empty() || tail.ends_with('\n') ? "" : "\n") + seal.line() + '\n';
    const Descriptor descriptor(file_);
    for (std::size_t written = 0; written < text.size();) {
        const ssize_t count = ::write(descriptor.number(), text.data() + written, text.size() - written);
        if (count < 0 && errno != EINTR) fail(file_, "cannot be written", errno);
        if (count > 0) written += static_cast<std::size_t>(count);
    }
    if (::fsync(descriptor.number()) != 0) fail(file_, "cannot be written", errno);
}

OutsideCopies read_copies(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream input(file, std::ios::binary);
    std::error_code ignored;
    if (!input || std::filesystem::is_directory(file, ignored)) {
        throw ConfigurationError("file of seals " + file.string() + ": cannot be read",
                                 "Give a copy of [seal] file, or lines of the journal");
    }
    OutsideCopies copies;
    for (std::string line; std::getline(input, line);) {
        const auto begin = line.find("mautic-gdprd-seal ");
        if (begin == std::string::npos) continue;
        const auto seal = parse_seal(seal_in(std::string_view(line).substr(begin)));
        if (!seal) {
            ++copies.unreadable;
            continue;
        }
        const auto [there, is_new] = copies.hashes.try_emplace(seal->number, seal->hash());
        if (!is_new && there->second != seal->hash()) ++copies.contradicting;
    }
    return copies;
}

}  // namespace gdprd::seal
