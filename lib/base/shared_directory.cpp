#include "base/shared_directory.h"

#include <system_error>

namespace gdprd {

std::filesystem::path shared_directory() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto programs = error ? std::filesystem::path("/usr/bin") : program.parent_path();
    // As the build was told to install it: "../share/mautic-gdprd".
    return (programs / GDPRD_SHARED_FROM_PROGRAMS).lexically_normal();
}

}  // namespace gdprd
