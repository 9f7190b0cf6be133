#include "support/server_under_test.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "support/child_process.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

namespace {

// What InnoDB's log is made with, it is started with.
constexpr const char* mariadb_log_size = "--innodb-log-file-size=16M";
constexpr const char* mysql_log_size = "--innodb-redo-log-capacity=16M";

std::string chosen_name() {
    const char* name = std::getenv("GDPRD_TEST_SERVER");
    return name == nullptr || *name == '\0' ? "mariadb" : name;
}

std::vector<std::string> as_user(std::vector<std::string> arguments, const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    if (::geteuid() == 0) arguments.emplace_back("--user=root");
    return arguments;
}

}  // namespace

const ServerUnderTest& ServerUnderTest::get() {
    static const ServerUnderTest server(chosen_name());
    return server;
}

ServerUnderTest::ServerUnderTest(std::string name) : name_(std::move(name)), is_mysql_(name_ == "mysql") {
    if (name_ == "mariadb") return;
    home_ = std::filesystem::path(GDPRD_SOURCE_DIR) / "build/servers" / name_;
    if (std::filesystem::exists(home_ / "complete")) return;
    throw std::runtime_error("GDPRD_TEST_SERVER=" + name_ + ": there is no " + home_.string() +
                             "; test/run.sh --server " + name_ + " fetches it");
}

std::string ServerUnderTest::program(const std::string& name) const {
    return home_.empty() ? name : (home_ / "bin" / name).string();
}

std::vector<std::string> ServerUnderTest::arguments() const {
    // Recursion as deep as sequence() wants.
    if (is_mysql_) {
        return {"--mysqlx=OFF", "--secure-file-priv=NULL", mysql_log_size,
                "--cte-max-recursion-depth=1000000"};
    }
    return {"--aria-pagecache-buffer-size=8M", mariadb_log_size};
}

void ServerUnderTest::make_data(const std::filesystem::path& directory,
                                const std::vector<std::string>& more_arguments) const {
    const std::string place = "--datadir=" + directory.string();
    // A server that starts removes other servers' temporary tables from the directory for these.
    const TemporaryDirectory temporary;
    std::vector<std::string> arguments = more_arguments;
    arguments.push_back("--tmpdir=" + temporary.path().string());
    if (is_mysql_) {
        run_program(
            as_user({server(), "--no-defaults", "--initialize-insecure", "--skip-log-bin",
                     "--innodb-flush-method=nosync", "--innodb-use-native-aio=0", mysql_log_size, place},
                    arguments));
        std::filesystem::remove(directory / "auto.cnf");  // each copy is a server with a name of its own
        return;
    }
    if (!home_.empty()) return make_data_of_fetched_mariadb(directory, arguments);
    run_program(
        as_user({"mariadb-install-db", "--no-defaults", place, "--skip-test-db", "--skip-name-resolve",
                 "--auth-root-authentication-method=normal", "--loose-innodb-flush-method=nosync",
                 "--loose-debug-no-sync", "--innodb-use-native-aio=0", mariadb_log_size},
                arguments));
}

// What mariadb-install-db does, which finds its programs in the system's directories only.
void ServerUnderTest::make_data_of_fetched_mariadb(const std::filesystem::path& directory,
                                                   const std::vector<std::string>& more_arguments) const {
    std::filesystem::create_directories(directory / "mysql");
    std::string script = "USE mysql;\nSET @auth_root_socket=NULL;\nSET @skip_auth_anonymous=1;\n";
    for (const char* part : {"system_tables", "performance_tables", "system_tables_data"}) {
        script += read_file(home_ / "root/usr/share/mariadb" / ("mariadb_" + std::string(part) + ".sql"));
    }
    const TemporaryDirectory temporary;
    run_program(as_user({server(), "--no-defaults", "--bootstrap", "--datadir=" + directory.string(),
                         "--innodb-use-native-aio=0", "--skip-name-resolve", mariadb_log_size},
                        more_arguments),
                temporary.write("bootstrap.sql", script));
}

std::string sequence(std::size_t first, std::size_t last) {
    const std::string from = std::to_string(first);
    const std::string to = std::to_string(last);
    const std::string name = "seq_" + from + "_to_" + to;
    if (!ServerUnderTest::get().is_mysql()) return name;  // MariaDB's engine of that name
    return "(WITH RECURSIVE numbers (seq) AS (SELECT " + from +
           " UNION ALL SELECT seq + 1 FROM numbers WHERE seq < " + to + ") SELECT seq FROM numbers) " + name;
}

std::string set_default_role(const std::string& role, const std::string& account) {
    return "SET DEFAULT ROLE " + role + (ServerUnderTest::get().is_mysql() ? " TO " : " FOR ") + account;
}

}  // namespace gdprd::test
