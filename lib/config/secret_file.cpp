#include "config/secret_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error.h"
#include "base/secret.h"

namespace gdprd::config {

std::string resolve_credential(const std::string& name, const std::filesystem::path& directory) {
    if (name.empty() || name.starts_with('/')) return name;
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY"); credentials != nullptr) {
        const auto candidate = std::filesystem::path(credentials) / name;
        std::error_code ignored;
        if (std::filesystem::exists(candidate, ignored)) return candidate.string();
    }
    return (directory / name).string();
}

namespace {

using Read = std::string (*)(const std::string&);

std::string read_by(Read read, Section& section, const std::string& option, const std::string& file,
                    std::vector<std::string>& warnings) {
    if (section.is_withheld(option)) return {};
    const std::string resolved = resolve_credential(file, section.directory());
    std::error_code ignored;
    if (std::filesystem::is_fifo(std::filesystem::symlink_status(resolved, ignored))) {
        // It would be waited for, at each start and each reload.
        section.problem(option, "secret file " + resolved + ": a pipe, not a file");
        return {};
    }
    std::string secret;
    try {
        secret = read(resolved);
    } catch (const Error& error) {
        section.problem(option, error.what(), error.advice());
        return {};
    }
    if (is_readable_by_everybody(resolved)) {
        warnings.push_back("secret file " + resolved + ": everybody on this machine can read it; chmod 0600");
    }
    return secret;
}

}  // namespace

std::string read_secret_of(Section& section, const std::string& option, const std::string& file,
                           std::vector<std::string>& warnings) {
    std::string secret = read_by(read_secret, section, option, file, warnings);
    if (const std::string what = invisible_in(secret); !what.empty()) {
        warnings.push_back("secret file " + resolve_credential(file, section.directory()) + ": " + what +
                           ", which is part of the secret");
    }
    return secret;
}

std::string read_pem_of(Section& section, const std::string& option, const std::string& file,
                        std::vector<std::string>& warnings) {
    return read_by(read_secret_lines, section, option, file, warnings);
}

void require_readable(Section& section, const std::string& option, const std::string& file) {
    errno = 0;
    std::ifstream stream(file);
    if (stream.is_open()) return;
    section.problem(option, "cannot be read: " + in_quotes(file) + ": " + std::strerror(errno));
}

}  // namespace gdprd::config
