// The accounts of the desk: a small file that `mautic-gdprd desk user` writes and the desk only reads.
//
// One line an account, "name:role:state:password-hash:code-secret"; the hash is yescrypt (crypt(5)), the
// secret of one-time codes is Base32 (RFC 4648) or empty. Mode 0600.
//
// Threads: any, and other processes. Errors: ConfigurationError naming the file, the line and what to do,
// never what is in it; Error when the file cannot be written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/names.h"

namespace gdprd::sign_in {

// A viewer sees figures, registers and logs; an officer also looks people up, issues certificates and
// searches for residue.
enum class Role { viewer, officer };
inline constexpr auto role_names = make_names<Role>({{Role::viewer, "viewer"}, {Role::officer, "officer"}});

struct Account {
    std::string name;  // is_account_name()
    Role role = Role::viewer;
    std::string password_hash;
    std::string code_secret;  // Base32; "": no one-time code is asked for
    bool is_locked = false;

    bool operator==(const Account&) const = default;
};

// Whose it is, as long as its password is the same: an account of that name that is made later is somebody
// else's.
std::string owner_of(const Account& account);
std::string account_of_owner(const std::string& owner);
// Letters, digits, dot, hyphen, underscore; 1 to 32. "Anna" and "anna" are one account.
bool is_account_name(const std::string& name);
// Nothing when it is not among them.
const Account* find_account(const std::vector<Account>& accounts, const std::string& name);

class AccountFile {
  public:
    explicit AccountFile(std::filesystem::path file) : file_(std::move(file)) {}

    // None where there is no file yet.
    std::vector<Account> read() const;
    std::optional<Account> find(const std::string& name) const;
    // Reads, changes and writes under a lock, whole or not at all. What `change` throws leaves the file as it
    // is.
    void change(const std::function<void(std::vector<Account>&)>& change) const;

    // Another one once the file was written, or another file is in its place.
    struct Version {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        std::int64_t bytes = -1;  // no file
        std::int64_t written = 0;
        std::int64_t changed = 0;  // its mode or owner, too

        bool operator==(const Version&) const = default;
    };
    Version version() const;

    const std::filesystem::path& path() const { return file_; }

  private:
    const std::filesystem::path file_;
};

}  // namespace gdprd::sign_in
