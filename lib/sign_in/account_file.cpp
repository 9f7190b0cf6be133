// How the file of accounts is written: beside it, under a lock, then put in its place.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "base/error.h"
#include "base/random.h"
#include "sign_in/account_line.h"
#include "sign_in/accounts.h"
#include "sign_in/open_file.h"
#include "sign_in/password.h"

namespace gdprd::sign_in {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, int code) {
    throw Error(file.string() + ": cannot be written: " + std::strerror(code),
                code == EACCES || code == EPERM || code == EROFS ? "Run as the administrator (root)" : "");
}

// The directory is what is locked: the file is another one after each change, and a lock file would stay
// behind.
class LockedDirectory {
  public:
    explicit LockedDirectory(const fs::path& file)
        : directory_(file.parent_path()),
          open_(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (!open_.is_open() && errno == ENOENT) {
            throw ConfigurationError(directory_.string() + ": is not there",
                                     "Make the configuration with `mautic-gdprd init` first");
        }
        if (!open_.is_open() || lock() != 0) fail(file, errno);
    }

    // Makes a new name last through a power cut.
    void sync(const fs::path& file) const {
        if (::fsync(open_.descriptor()) != 0) fail(file, errno);
    }

  private:
    int lock() const {
        int result = 0;
        do result = ::flock(open_.descriptor(), LOCK_EX);
        while (result != 0 && errno == EINTR);
        return result;
    }

    const fs::path directory_;
    const OpenFile open_;
};

bool write_all(int descriptor, const std::string& content) {
    std::size_t written = 0;
    while (written < content.size()) {
        const ssize_t count = ::write(descriptor, content.data() + written, content.size() - written);
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) written += static_cast<std::size_t>(count);
    }
    return ::fsync(descriptor) == 0;
}

// Gone again unless it was put in the other one's place.
class NewFile {
  public:
    explicit NewFile(const fs::path& file)
        : file_(file),
          path_(file.string() + '.' + random_hex(8)),
          open_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       S_IRUSR | S_IWUSR)) {
        if (!open_.is_open()) fail(file_, errno);
    }
    ~NewFile() {
        if (!in_place_) ::unlink(path_.c_str());
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(const std::string& content) const {
        if (!write_all(open_.descriptor(), content)) fail(file_, errno);
    }
    // Who could read the former file can read this one.
    void take_owner_of_former() const {
        struct stat former {};
        if (::stat(file_.c_str(), &former) != 0) {
            if (errno == ENOENT) return;
            fail(file_, errno);
        }
        if (::fchown(open_.descriptor(), former.st_uid, former.st_gid) != 0) fail(file_, errno);
    }
    void put_in_place() {
        if (::rename(path_.c_str(), file_.c_str()) != 0) fail(file_, errno);
        in_place_ = true;
    }

  private:
    const fs::path file_;
    const fs::path path_;
    const OpenFile open_;
    bool in_place_ = false;
};

// Where a link leads; the link stays.
fs::path real_path(const fs::path& file) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(fs::absolute(file), error);
    if (error) fail(file, error.value());
    return real;
}

}  // namespace

void AccountFile::change(const std::function<void(std::vector<Account>&)>& change) const {
    const fs::path file = real_path(file_);
    const LockedDirectory directory(file);
    auto accounts = read();
    change(accounts);
    std::string content;
    for (const Account& account : accounts) content += line_of(account);
    accounts_in(content, file.string());  // no two of one name
    NewFile written(file);
    written.take_owner_of_former();
    written.write(content);
    written.put_in_place();
    directory.sync(file);
    wipe(content);
}

}  // namespace gdprd::sign_in
