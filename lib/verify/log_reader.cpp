#include "verify/log_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.h"
#include "matching/identity.h"

namespace gdprd::verify {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = 256 * 1024;
constexpr std::size_t line_bytes_max = 1024 * 1024;  // a longer one is given in overlapping parts
// Twice, so that a visitor may leave out what lies at the edge of a part.
constexpr std::size_t overlap_bytes = 2 * matching::Identity::written_bytes_max;

bool is_compressed(const fs::path& file) {
    constexpr std::array<const char*, 5> extensions{".gz", ".bz2", ".xz", ".zst", ".zip"};
    return std::find(extensions.begin(), extensions.end(), file.extension()) != extensions.end();
}

class Descriptor {
  public:
    explicit Descriptor(const fs::path& file)
        : number_(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }
    bool is_regular_file() const {
        struct stat status {};
        return number_ >= 0 && ::fstat(number_, &status) == 0 && S_ISREG(status.st_mode);
    }

  private:
    int number_;
};

// The lines of one file as they come in, in blocks.
class Lines {
  public:
    explicit Lines(LineVisitor& visitor) : visitor_(visitor) {}

    void add(std::string_view block) {
        for (auto end = block.find('\n'); end != std::string_view::npos; end = block.find('\n')) {
            line_.append(block.substr(0, end));
            end_line();
            block.remove_prefix(end + 1);
        }
        line_.append(block);
        if (line_.size() < line_bytes_max) return;
        visitor_.part_of_line(line_, is_first_, false);
        line_.erase(0, line_.size() - overlap_bytes);
        is_first_ = false;
    }

    void end_line() {
        visitor_.part_of_line(line_, is_first_, true);
        visitor_.end_of_line();
        line_.clear();
        is_first_ = true;
    }

  private:
    LineVisitor& visitor_;
    std::string line_;
    bool is_first_ = true;  // what comes next is the beginning of a line
};

class LogReader {
  public:
    LogReader(fs::path directory, LineVisitor& visitor)
        : directory_(std::move(directory)), visitor_(visitor) {}

    LogsRead run() {
        collect();
        for (const fs::path& file : files_) {
            visitor_.begin_file(name_of(file));
            read_.interrupted = !read(file);
            visitor_.end_file();
            if (read_.interrupted) break;
        }
        return std::move(read_);
    }

  private:
    std::string name_of(const fs::path& file) const { return file.lexically_relative(directory_).string(); }

    void leave_out(const fs::path& file, std::string why) {
        read_.not_searched.push_back({name_of(file), std::move(why)});
    }

    void collect() {
        const fs::path logs = directory_ / "var" / "logs";
        std::error_code error;
        if (!fs::is_directory(logs, error)) {
            throw ConfigurationError(
                "mautic.directory: there is no directory var/logs in it, or it cannot be "
                "read",
                "Set it to the directory that holds Mautic's index.php");
        }
        fs::recursive_directory_iterator entries(logs, error);
        for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
            const auto status = entries->symlink_status(error);
            if (fs::is_symlink(status)) {
                leave_out(entries->path(), "a link");
            } else if (fs::is_regular_file(status) && is_compressed(entries->path())) {
                leave_out(entries->path(), "a compressed file");
            } else if (fs::is_regular_file(status)) {
                files_.push_back(entries->path());
                bytes_in_all_ += entries->file_size(error);
            }
            if (error) break;
        }
        if (error) leave_out(logs, "a directory that cannot be read");
        std::sort(files_.begin(), files_.end());
    }

    // False when the visitor had enough.
    bool read(const fs::path& file) {
        const Descriptor descriptor(file);
        if (!descriptor.is_regular_file()) {
            leave_out(file, "a file that cannot be read");
            return true;
        }
        ++read_.files;
        Lines lines(visitor_);
        std::string block(block_bytes, '\0');
        for (;;) {
            const ssize_t count = ::read(descriptor.number(), block.data(), block.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) leave_out(file, "a file that cannot be read to its end");
            if (count <= 0) break;
            lines.add(std::string_view(block).substr(0, static_cast<std::size_t>(count)));
            read_.bytes += static_cast<std::uint64_t>(count);
            if (!visitor_.end_of_block(read_.bytes, std::max(bytes_in_all_, read_.bytes))) return false;
        }
        lines.end_line();
        return true;
    }

    const fs::path directory_;
    LineVisitor& visitor_;
    std::vector<fs::path> files_;
    std::uint64_t bytes_in_all_ = 0;
    LogsRead read_;
};

}  // namespace

LogsRead read_logs(const fs::path& mautic_directory, LineVisitor& visitor) {
    return LogReader(mautic_directory, visitor).run();
}

}  // namespace gdprd::verify
