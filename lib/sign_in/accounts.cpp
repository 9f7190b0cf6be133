#include "sign_in/accounts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "sign_in/account_line.h"
#include "sign_in/open_file.h"
#include "sign_in/password.h"

namespace gdprd::sign_in {

namespace {

constexpr std::size_t name_bytes_max = 32;
constexpr std::size_t file_bytes_max = 1'048'576;

bool is_name_character(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_';
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what,
                         const std::string& advice) {
    throw ConfigurationError(file.string() + ": " + what, advice);
}

// A pipe would be waited for, and a file that others may write would let them in.
void require_own_file(const OpenFile& open, const std::filesystem::path& file) {
    struct stat status {};
    if (::fstat(open.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
        refuse(file, "not a file", "Make it with `mautic-gdprd desk user add`");
    }
    if ((status.st_mode & S_IWOTH) != 0) {
        refuse(file, "everybody on this machine can write it", "Look who is in it, then chmod 0600");
    }
    if (status.st_size > static_cast<off_t>(file_bytes_max)) {
        refuse(file, "larger than a file of accounts can be", "Is it the file of accounts?");
    }
}

std::string content_of(const OpenFile& open, const std::filesystem::path& file) {
    std::string text(file_bytes_max, '\0');
    std::size_t size = 0;
    for (ssize_t count = 1; count > 0 && size < text.size();) {
        count = ::read(open.descriptor(), text.data() + size, text.size() - size);
        if (count < 0) refuse(file, std::strerror(errno), "Look at the disk; the file itself may be sound");
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
}

}  // namespace

std::string owner_of(const Account& account) {
    constexpr std::size_t digits = 16;
    return account.name + ':' + sha256_hex(account.password_hash).substr(0, digits);
}

std::string account_of_owner(const std::string& owner) { return owner.substr(0, owner.find(':')); }

bool is_account_name(const std::string& name) {
    return !name.empty() && name.size() <= name_bytes_max &&
           std::all_of(name.begin(), name.end(), is_name_character);
}

const Account* find_account(const std::vector<Account>& accounts, const std::string& name) {
    const std::string wanted = to_lower(name);
    const auto found = std::find_if(accounts.begin(), accounts.end(),
                                    [&](const Account& one) { return to_lower(one.name) == wanted; });
    return found == accounts.end() ? nullptr : &*found;
}

std::vector<Account> AccountFile::read() const {
    // O_NONBLOCK is for a pipe in the file's place.
    const OpenFile open(::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!open.is_open()) {
        if (errno == ENOENT) return {};
        refuse(
            file_, std::string("cannot be read: ") + std::strerror(errno),
            "Run as the administrator (root); the user whom the desk runs as must be able to read it, too");
    }
    require_own_file(open, file_);
    std::string text = content_of(open, file_);
    auto accounts = accounts_in(text, file_.string());
    wipe(text);
    return accounts;
}

std::optional<Account> AccountFile::find(const std::string& name) const {
    const auto accounts = read();
    const Account* account = find_account(accounts, name);
    if (account == nullptr) return std::nullopt;
    return *account;
}

AccountFile::Version AccountFile::version() const {
    struct stat status {};
    if (::stat(file_.c_str(), &status) != 0) return {};
    const auto nanoseconds = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
            nanoseconds(status.st_ctim)};
}

}  // namespace gdprd::sign_in
