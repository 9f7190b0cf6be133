#include "sign_in/one_time_code.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/hex.h"
#include "base/random.h"
#include "base/secret.h"
#include "sign_in/password.h"

namespace gdprd::sign_in {

namespace {

constexpr std::string_view digits_of_base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t secret_bytes = 20;
constexpr Milliseconds step_length{30'000};

using Sha1 = std::array<unsigned char, 20>;

Sha1 hmac_sha1(std::string_view key, std::uint64_t number) {
    std::array<unsigned char, 8> message{};
    for (std::size_t i = message.size(); i-- > 0; number >>= 8) {
        message[i] = static_cast<unsigned char>(number & 0xff);
    }
    Sha1 digest{};
    unsigned length = 0;
    if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
             digest.data(), &length) == nullptr ||
        length != digest.size()) {
        throw Error("OpenSSL: HMAC-SHA1 is not available");
    }
    return digest;
}

// RFC 4226, 5.3: four bytes from where the last half byte says, without their first bit.
std::uint32_t truncated(const Sha1& digest) {
    const std::size_t at = digest.back() & 0x0f;
    return (digest[at] & 0x7fU) << 24 | static_cast<std::uint32_t>(digest[at + 1]) << 16 |
           static_cast<std::uint32_t>(digest[at + 2]) << 8 | digest[at + 3];
}

}  // namespace

std::string base32_encoded(std::string_view bytes) {
    std::string text;
    unsigned group = 0;
    int bits = 0;
    for (const char c : bytes) {
        group = (group << 8 | static_cast<unsigned char>(c)) & 0xffff;
        for (bits += 8; bits >= 5; bits -= 5) text += digits_of_base32[group >> (bits - 5) & 0x1f];
    }
    if (bits > 0) text += digits_of_base32[group << (5 - bits) & 0x1f];
    return text;
}

std::optional<std::string> base32_decoded(std::string_view text) {
    std::string bytes;
    unsigned group = 0;
    int bits = 0;
    for (const char c : text) {
        const auto digit = digits_of_base32.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        group = (group << 5 | static_cast<unsigned>(digit)) & 0xffff;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(group >> bits & 0xff);
    }
    // Digits too many, or bits that are in no byte: another text for the same bytes.
    if (base32_encoded(bytes) != text) return std::nullopt;
    return bytes;
}

std::string new_code_secret() {
    std::string bytes = from_hex(random_hex(secret_bytes), secret_bytes).value();
    std::string secret = base32_encoded(bytes);
    wipe(bytes);
    return secret;
}

bool is_code_secret(std::string_view text) {
    const auto bytes = base32_decoded(text);
    return bytes && bytes->size() == secret_bytes;
}

std::uint64_t step_of(Timestamp time) {
    return static_cast<std::uint64_t>(std::max(time.time_since_epoch(), Milliseconds{}) / step_length);
}

std::string one_time_code(std::string_view bytes, std::uint64_t step, int digits) {
    std::uint32_t number = truncated(hmac_sha1(bytes, step));
    std::string code(static_cast<std::size_t>(digits), '0');
    for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10) {
        *digit = static_cast<char>('0' + number % 10);
    }
    return code;
}

std::optional<std::uint64_t> step_of_code(const std::string& secret, std::string_view typed, Timestamp now,
                                          std::optional<std::uint64_t> last_used) {
    std::string code(typed);
    std::erase(code, ' ');
    auto bytes = base32_decoded(secret);
    std::optional<std::uint64_t> found;
    const std::uint64_t middle = step_of(now);
    for (std::uint64_t step = middle == 0 ? 0 : middle - 1; bytes && step <= middle + 1; ++step) {
        if (last_used && step <= *last_used) continue;
        if (same_secret(one_time_code(*bytes, step), code) && !found) found = step;
    }
    if (bytes) wipe(*bytes);
    return found;
}

std::string otpauth_uri(std::string_view account, std::string_view secret) {
    const std::string issuer = "mautic-gdprd";
    return "otpauth://totp/" + issuer + ':' + std::string(account) + "?secret=" + std::string(secret) +
           "&issuer=" + issuer + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace gdprd::sign_in
