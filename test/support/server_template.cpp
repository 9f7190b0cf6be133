#include "support/server_template.h"

#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "support/child_process.h"
#include "support/server_under_test.h"

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
    const auto program = find_program(ServerUnderTest::get().server());
    if (::stat(program.c_str(), &server) != 0) throw std::runtime_error("cannot stat " + program.string());
    return ServerUnderTest::get().name() + "-template-" + std::to_string(::geteuid()) + "-" +
           std::to_string(server.st_size) + "-" + std::to_string(server.st_mtime);
}

bool is_ours(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

}  // namespace

std::filesystem::path server_template() {
    const auto finished = home() / template_name();
    if (is_ours(finished)) return finished;
    auto fresh = finished;
    fresh += ".new-" + std::to_string(::getpid());
    ServerUnderTest::get().make_data(fresh);
    // Renaming fails when another test was faster; then its directory is as good as ours.
    std::error_code error;
    std::filesystem::rename(fresh, finished, error);
    if (error) std::filesystem::remove_all(fresh);
    if (!is_ours(finished)) throw std::runtime_error("cannot create " + finished.string());
    return finished;
}

}  // namespace gdprd::test
