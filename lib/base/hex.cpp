#include "base/hex.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace gdprd {

std::string to_hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (unsigned char byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0x0f];
    }
    return text;
}

bool is_lower_hex(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

// Fetched once: to look the algorithm up takes longer than to hash a short text.
Digest sha256(std::string_view text) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Digest digest{};
    if (algorithm == nullptr ||
        EVP_Digest(text.data(), text.size(), digest.data(), nullptr, algorithm, nullptr) != 1) {
        throw Error("OpenSSL: SHA-256 is not available");
    }
    return digest;
}

std::string sha256_hex(std::string_view text) { return to_hex(sha256(text)); }

std::optional<std::string> from_hex(std::string_view digits, std::size_t bytes) {
    if (digits.size() != 2 * bytes || !is_lower_hex(digits)) return std::nullopt;
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string text;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        text += static_cast<char>(value(digits[at]) * 16 + value(digits[at + 1]));
    }
    return text;
}

struct Sha256::Implementation {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    Implementation() = default;
    ~Implementation() { EVP_MD_CTX_free(context); }
    Implementation(const Implementation&) = delete;
    Implementation& operator=(const Implementation&) = delete;
};

Sha256::Sha256() : implementation_(std::make_unique<Implementation>()) {
    if (EVP_DigestInit_ex(implementation_->context, EVP_sha256(), nullptr) != 1) {
        throw Error("OpenSSL: SHA-256 is not available");
    }
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view text) {
    if (EVP_DigestUpdate(implementation_->context, text.data(), text.size()) != 1) {
        throw Error("OpenSSL: SHA-256 failed");
    }
}

std::string Sha256::hex() const {
    const Implementation copy;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_MD_CTX_copy_ex(copy.context, implementation_->context) != 1 ||
        EVP_DigestFinal_ex(copy.context, digest.data(), &length) != 1) {
        throw Error("OpenSSL: SHA-256 failed");
    }
    return to_hex(std::span(digest.data(), length));
}

}  // namespace gdprd
