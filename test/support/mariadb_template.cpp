#include "support/mariadb_template.h"

#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "support/child_process.h"

namespace gdprd::test {

namespace {

std::filesystem::path home() {
    const std::filesystem::path build_directory = GDPRD_TEST_BUILD_DIR;
    if (::access(build_directory.c_str(), W_OK) == 0) return build_directory;
    return std::filesystem::temp_directory_path();
}

// Another server version, or another user, needs another template.
std::string template_name() {
    struct stat server {};
    const auto program = find_program("mariadbd");
    if (::stat(program.c_str(), &server) != 0) throw std::runtime_error("cannot stat " + program.string());
    return "mariadb-template-" + std::to_string(::geteuid()) + "-" + std::to_string(server.st_size) + "-" +
           std::to_string(server.st_mtime);
}

bool is_ours(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

void make(const std::filesystem::path& directory) {
    std::vector<std::string> arguments = {"mariadb-install-db",
                                          "--no-defaults",
                                          "--datadir=" + directory.string(),
                                          "--auth-root-authentication-method=normal",
                                          "--skip-test-db",
                                          "--skip-name-resolve",
                                          "--loose-innodb-flush-method=nosync",
                                          "--loose-debug-no-sync",
                                          "--innodb-use-native-aio=0",
                                          mariadb_template_log_size_option()};
    if (::geteuid() == 0) arguments.emplace_back("--user=root");
    run_program(arguments);
}

}  // namespace

std::filesystem::path mariadb_template() {
    const auto finished = home() / template_name();
    if (is_ours(finished)) return finished;
    auto fresh = finished;
    fresh += ".new-" + std::to_string(::getpid());
    make(fresh);
    // Renaming fails when another test was faster; then its directory is as good as ours.
    std::error_code error;
    std::filesystem::rename(fresh, finished, error);
    if (error) std::filesystem::remove_all(fresh);
    if (!is_ours(finished)) throw std::runtime_error("cannot create " + finished.string());
    return finished;
}

std::string mariadb_template_log_size_option() { return "--innodb-log-file-size=16M"; }

}  // namespace gdprd::test
