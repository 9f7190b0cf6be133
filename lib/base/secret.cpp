#include "base/secret.h"

#include <openssl/crypto.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error.h"

namespace gdprd {

namespace {

constexpr std::size_t secret_bytes_max = 4096;

std::filesystem::path resolve(const std::string& path) {
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    if (path.starts_with('/') || credentials == nullptr) return path;
    auto candidate = std::filesystem::path(credentials) / path;
    std::error_code ignored;
    return std::filesystem::exists(candidate, ignored) ? candidate : std::filesystem::path(path);
}

}  // namespace

std::string read_secret(const std::string& path) {
    const auto resolved = resolve(path);
    errno = 0;
    std::ifstream file(resolved, std::ios::binary);
    std::string secret(secret_bytes_max + 1, '\0');
    file.read(secret.data(), static_cast<std::streamsize>(secret.size()));
    if (file.bad() || !file.is_open()) {
        throw ConfigurationError("secret file " + resolved.string() + ": " + std::strerror(errno),
                                 "Create it with `mautic-gdprd init` and let the daemon's user read it");
    }
    secret.resize(static_cast<std::size_t>(file.gcount()));
    if (secret.size() > secret_bytes_max) {
        throw ConfigurationError("secret file " + resolved.string() + ": larger than 4096 bytes");
    }
    if (secret.ends_with('\n')) secret.pop_back();
    if (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty()) {
        throw ConfigurationError("secret file " + resolved.string() + ": empty",
                                 "An empty secret would accept everybody's signature");
    }
    return secret;
}

bool is_readable_by_everybody(const std::string& path) {
    std::error_code ignored;
    const auto permissions = std::filesystem::status(path, ignored).permissions();
    return permissions != std::filesystem::perms::unknown &&
           (permissions & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

bool same_secret(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace gdprd
