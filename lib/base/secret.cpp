#include "base/secret.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error.h"
#include "base/text.h"

namespace gdprd {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t secret_bytes_max = 4096;

fs::path resolve(const std::string& path) {
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    if (path.starts_with('/') || credentials == nullptr) return path;
    auto candidate = std::filesystem::path(credentials) / path;
    std::error_code ignored;
    return std::filesystem::exists(candidate, ignored) ? candidate : std::filesystem::path(path);
}

std::string read_text(const fs::path& resolved) {
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

}  // namespace

std::string read_secret(const std::string& path) {
    const fs::path resolved = resolve(path);
    std::string secret = read_text(resolved);
    const auto control = std::find_if(secret.begin(), secret.end(), is_control);
    if (control == secret.end()) return secret;
    throw ConfigurationError(
        "secret file " + resolved.string() + ": " +
            (*control == '\n' ? "more than one line"
                              : "a control character, byte " + std::to_string(control - secret.begin() + 1)),
        "A secret is one line of text; `od -c` shows what is in the file");
}

std::string read_secret_lines(const std::string& path) { return read_text(resolve(path)); }

std::string invisible_in(std::string_view secret) {
    if (secret.starts_with("\xEF\xBB\xBF")) return "it begins with a byte order mark";
    if (secret.starts_with(' ')) return "it begins with a blank";
    return secret.ends_with(' ') ? "it ends with a blank" : "";
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
