#include "daemon/command/copy_config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "config/known_options.h"
#include "daemon/command/terminal/new_files.h"

namespace gdprd::command {

namespace {

namespace fs = std::filesystem;

constexpr fs::perms for_everybody = fs::perms(0755);
constexpr fs::perms for_owner = fs::perms(0700);

// By this file a directory is known to hold copies only, which may be removed again.
constexpr const char* marker = ".copies-of-mautic-gdprd";

// The unit mounts the directory for the daemon alone. On the machine its parent keeps others out. The modes
// of what was there before are somebody else's.
void make_directory(const fs::path& directory) {
    std::error_code error;
    const bool is_parent_new = fs::create_directories(directory.parent_path(), error);
    if (!error && is_parent_new) fs::permissions(directory.parent_path(), for_owner, error);
    const bool is_new = !error && fs::create_directory(directory, error);
    if (!error && is_new) fs::permissions(directory, for_everybody, error);
    if (error) throw Error(directory.string() + ": cannot be made: " + error.message());
    if (is_new || fs::exists(directory / marker)) return;
    if (!fs::is_empty(directory)) {
        throw Error(directory.string() + ": holds other files than copies of a configuration",
                    "Name a directory that is not there yet");
    }
}

std::optional<std::string> content_of(const fs::path& file) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return std::nullopt;
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) return std::nullopt;
    return text.str();
}

class Copies {
  public:
    explicit Copies(const CopyConfigOptions& options) : to_(options.to) {
        if (options.owner_of.empty()) return;
        struct stat status {};
        if (::stat(options.owner_of.c_str(), &status) != 0) {
            throw Error(options.owner_of.string() + ": " + std::strerror(errno));
        }
        owner_ = {status.st_uid, status.st_gid};
    }

    void write(const fs::path& name, const std::string& content) {
        const fs::path copy = to_ / name;
        std::error_code ignored;
        fs::create_directories(copy.parent_path(), ignored);
        for (fs::path directory = name.parent_path(); !directory.empty();
             directory = directory.parent_path()) {
            fs::permissions(to_ / directory, for_everybody, ignored);
            kept_.insert(to_ / directory);
        }
        fs::path fresh = copy;
        fresh += ".new";
        fs::remove(fresh, ignored);
        NewFiles files;
        files.write(fresh, content, S_IRUSR);
        if (owner_ && ::chown(fresh.c_str(), owner_->first, owner_->second) != 0) {
            throw Error(copy.string() + ": cannot be given to its owner: " + std::strerror(errno));
        }
        fs::rename(fresh, copy);
        files.keep();
        kept_.insert(copy);
    }

    void remove_others() const {
        std::set<fs::path> others;
        for (const auto& entry : fs::recursive_directory_iterator(to_)) {
            if (!kept_.contains(entry.path())) others.insert(entry.path());
        }
        std::error_code ignored;
        for (const fs::path& other : others) fs::remove_all(other, ignored);
    }

  private:
    const fs::path to_;
    std::optional<std::pair<uid_t, gid_t>> owner_;
    std::set<fs::path> kept_;
};

}  // namespace

bool is_within(const fs::path& file, const fs::path& directory) {
    const fs::path relative = file.lexically_relative(directory);
    return !relative.empty() && *relative.begin() != "..";
}

ExitCode copy_config(const CopyConfigOptions& options) {
    const auto config_file = fs::absolute(options.config_file).lexically_normal();
    const auto directory = config_file.parent_path();
    const auto to = fs::absolute(options.to).lexically_normal();
    if (to == directory || is_within(to, directory) || is_within(directory, to)) {
        throw Error(to.string() + ": is the configuration's own directory, or in or around it",
                    "Name another directory for the copies");
    }
    const config::Reads reads = options.for_desk ? config::Reads::desk : config::Reads::daemon;
    make_directory(to);
    Copies copies(options);
    copies.write(marker, "");
    if (const auto content = content_of(config_file)) copies.write(config_file.filename(), *content);
    for (const fs::path& file : config::named_files(config_file, reads)) {
        if (!is_within(file, directory)) continue;
        if (const auto content = content_of(file)) copies.write(file.lexically_relative(directory), *content);
    }
    copies.remove_others();
    return ExitCode::done;
}

}  // namespace gdprd::command
