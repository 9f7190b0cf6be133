#include "sign_in/password.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"

namespace gdprd::sign_in {

namespace {

constexpr std::string_view prefix = "$y$";

// The 32 KiB that libcrypt works in; what it did there can be read from it afterwards.
class Workplace {
  public:
    Workplace() : data_(std::make_unique<crypt_data>()) {}
    ~Workplace() { OPENSSL_cleanse(data_.get(), sizeof *data_); }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;

    std::string hash(const std::string& password, const std::string& setting) {
        const char* hash = ::crypt_rn(password.c_str(), setting.c_str(), data_.get(), sizeof *data_);
        if (hash == nullptr) throw Error(std::string("libcrypt: yescrypt failed: ") + std::strerror(errno));
        return hash;
    }

  private:
    const std::unique_ptr<crypt_data> data_;
};

bool can_be_hashed(std::string_view password) {
    return password.size() <= password_bytes_max && password.find('\0') == std::string_view::npos;
}

// How many bytes follow the first one of a character; nothing for a byte that begins none.
std::optional<std::size_t> bytes_after(unsigned char first) {
    if (first < 0x80) return 0;
    if (first >= 0xc2 && first < 0xe0) return 1;
    if (first >= 0xe0 && first < 0xf0) return 2;
    if (first >= 0xf0 && first < 0xf5) return 3;
    return std::nullopt;
}

// What the second byte may not be: a longer form than needed, half of a surrogate pair, beyond all
// characters.
bool is_forbidden_pair(unsigned char first, unsigned char second) {
    return (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) ||
           (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90);
}

// Nothing when the text is not UTF-8.
std::optional<std::size_t> characters_of(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        const auto first = static_cast<unsigned char>(text[at]);
        const auto more = bytes_after(first);
        if (!more || at + *more >= text.size()) return std::nullopt;
        for (std::size_t i = 1; i <= *more; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            if ((byte & 0xc0) != 0x80 || (i == 1 && is_forbidden_pair(first, byte))) return std::nullopt;
        }
        at += *more + 1;
    }
    return count;
}

}  // namespace

std::string problem_of_password(std::string_view password, std::string_view account) {
    const auto characters = characters_of(password);
    if (!characters) return "is not text in UTF-8";
    if (std::any_of(password.begin(), password.end(), is_control)) return "has a control character in it";
    if (to_lower(password) == to_lower(account)) return "is the account's name";
    if (*characters < password_characters_min) {
        return "is shorter than " + std::to_string(password_characters_min) + " characters";
    }
    if (password.size() > password_bytes_max) {
        return "is longer than " + std::to_string(password_bytes_max) + " bytes";
    }
    return {};
}

std::string hash_of_password(const std::string& password) {
    if (!can_be_hashed(password)) throw Error("a password that cannot be hashed");
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    // Without bytes of ours it takes the salt from the kernel; cost 0 is the library's default.
    if (::crypt_gensalt_rn(prefix.data(), 0, nullptr, 0, setting.data(), static_cast<int>(setting.size())) ==
        nullptr) {
        throw Error(std::string("libcrypt: no salt for yescrypt: ") + std::strerror(errno));
    }
    return Workplace().hash(password, setting.data());
}

bool is_password(const std::string& password, const std::string& hash) {
    const bool possible = can_be_hashed(password);
    const bool same = same_secret(Workplace().hash(possible ? password : "", hash), hash);
    return possible && same;
}

bool is_password_hash(std::string_view text) {
    const auto of_hash = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/' ||
               c == '$';
    };
    // "$y$", parameters, salt, and 43 characters of the hash itself.
    return text.starts_with(prefix) && std::count(text.begin(), text.end(), '$') == 4 &&
           text.size() - text.rfind('$') == 44 && text.size() < CRYPT_OUTPUT_SIZE &&
           std::all_of(text.begin(), text.end(), of_hash);
}

void wipe(std::string& secret) {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

}  // namespace gdprd::sign_in
