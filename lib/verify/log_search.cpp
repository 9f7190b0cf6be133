#include "verify/log_search.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.h"

namespace gdprd::verify {

namespace {

namespace fs = std::filesystem;
using matching::Match;

constexpr std::size_t block_bytes = 256 * 1024;
constexpr std::size_t line_bytes_max = 1024 * 1024;  // a longer one is searched in overlapping parts

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
class LineMatcher {
  public:
    LineMatcher(const matching::Identity& identity, bool strong_only, FileHits& hits)
        : identity_(identity), strong_only_(strong_only), hits_(hits) {}

    void add(std::string_view block) {
        for (auto end = block.find('\n'); end != std::string_view::npos; end = block.find('\n')) {
            line_.append(block.substr(0, end));
            end_line();
            block.remove_prefix(end + 1);
        }
        line_.append(block);
        if (line_.size() < line_bytes_max) return;
        best_ = std::max(best_, identity_.match(line_));
        line_.erase(0, line_.size() - matching::Identity::written_bytes_max);
    }

    void end_line() {
        if (best_ < Match::strong) best_ = std::max(best_, identity_.match(line_));
        if (best_ == Match::strong) ++hits_.lines_strong;
        if (best_ == Match::weak && !strong_only_) ++hits_.lines_weak;
        best_ = Match::none;
        line_.clear();
    }

  private:
    const matching::Identity& identity_;
    const bool strong_only_;
    FileHits& hits_;
    std::string line_;
    Match best_ = Match::none;
};

class LogSearch {
  public:
    LogSearch(fs::path directory, const matching::Identity& identity, bool strong_only, const LogGoOn& go_on)
        : directory_(std::move(directory)), identity_(identity), strong_only_(strong_only), go_on_(go_on) {}

    LogFindings run() {
        collect();
        for (const fs::path& file : files_) {
            FileHits hits;
            hits.file = name_of(file);
            findings_.interrupted = !search(file, hits);
            if (hits.lines_strong + hits.lines_weak > 0) findings_.hits.push_back(hits);
            if (findings_.interrupted) break;
        }
        return std::move(findings_);
    }

  private:
    std::string name_of(const fs::path& file) const { return file.lexically_relative(directory_).string(); }

    void leave_out(const fs::path& file, std::string why) {
        findings_.not_searched.push_back({name_of(file), std::move(why)});
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

    // False when the caller had enough.
    bool search(const fs::path& file, FileHits& hits) {
        const Descriptor descriptor(file);
        if (!descriptor.is_regular_file()) {
            leave_out(file, "a file that cannot be read");
            return true;
        }
        ++findings_.files;
        LineMatcher matcher(identity_, strong_only_, hits);
        std::string block(block_bytes, '\0');
        for (;;) {
            const ssize_t count = ::read(descriptor.number(), block.data(), block.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) leave_out(file, "a file that cannot be read to its end");
            if (count <= 0) break;
            matcher.add(std::string_view(block).substr(0, static_cast<std::size_t>(count)));
            findings_.bytes += static_cast<std::uint64_t>(count);
            if (!go_on_(hits.file, findings_.bytes, std::max(bytes_in_all_, findings_.bytes))) return false;
        }
        matcher.end_line();
        return true;
    }

    const fs::path directory_;
    const matching::Identity& identity_;
    const bool strong_only_;
    const LogGoOn& go_on_;
    std::vector<fs::path> files_;
    std::uint64_t bytes_in_all_ = 0;
    LogFindings findings_;
};

}  // namespace

LogFindings search_logs(const std::filesystem::path& mautic_directory, const matching::Identity& identity,
                        bool strong_only, const LogGoOn& go_on) {
    return LogSearch(mautic_directory, identity, strong_only, go_on).run();
}

}  // namespace gdprd::verify
