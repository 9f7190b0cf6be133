// The database server that tests run on: this machine's MariaDB, or the one that the environment variable
// GDPRD_TEST_SERVER names and test/server/get.sh has fetched (test/run.sh --server). What differs between
// servers on a test's side is asked of this, by what the server can do.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::test {

class ServerUnderTest {
  public:
    // Throws std::runtime_error when the variable names a server that is unknown or was not fetched.
    static const ServerUnderTest& get();

    const std::string& name() const { return name_; }  // "mariadb", "mariadb-11.8", "mysql"
    bool is_mysql() const { return is_mysql_; }

    // Paths of its programs, or their names where they are to be looked up in $PATH.
    std::string server() const { return program(is_mysql_ ? "mysqld" : "mariadbd"); }
    std::string client() const { return program(is_mysql_ ? "mysql" : "mariadb"); }
    std::string dump() const { return program(is_mysql_ ? "mysqldump" : "mariadb-dump"); }
    std::string log_reader() const { return program(is_mysql_ ? "mysqlbinlog" : "mariadb-binlog"); }

    // Options of a private server besides those that every server takes, and of one that makes its first
    // data.
    std::vector<std::string> arguments() const;

    // Fills an empty directory with the data of a server whose only user is root, without a password.
    void make_data(const std::filesystem::path& directory,
                   const std::vector<std::string>& more_arguments = {}) const;

  private:
    explicit ServerUnderTest(std::string name);
    std::string program(const std::string& name) const;
    void make_data_of_fetched_mariadb(const std::filesystem::path& directory,
                                      const std::vector<std::string>& more_arguments) const;

    std::string name_;
    bool is_mysql_ = false;
    std::filesystem::path home_;  // of a fetched one: its bin/ and root/
};

// A table of the whole numbers from `first` to `last` in the column `seq`, to stand behind FROM or JOIN.
std::string sequence(std::size_t first, std::size_t last);

// The statement that makes a role the one that an account's connections have from their beginning.
std::string set_default_role(const std::string& role, const std::string& account);

}  // namespace gdprd::test
