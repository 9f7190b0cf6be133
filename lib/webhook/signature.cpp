#include "webhook/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/error.h"

namespace gdprd::webhook {

namespace {

constexpr std::size_t digest_bytes = 32;
constexpr std::size_t base64_bytes = 44;
using Base64 = std::array<unsigned char, base64_bytes + 1>;  // OpenSSL ends it with a NUL

Base64 signature_of(std::string_view body, std::string_view secret) {
    std::array<unsigned char, digest_bytes> digest{};
    unsigned int length = 0;
    if (body.data() == nullptr) body = "";  // OpenSSL takes a null pointer for an error, even with length 0
    const auto* bytes = reinterpret_cast<const unsigned char*>(body.data());
    if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes, body.size(), digest.data(),
             &length) == nullptr) {
        throw Error("OpenSSL: HMAC-SHA256 is not available");
    }
    Base64 text{};
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
    return text;
}

}  // namespace

std::string sign(std::string_view body, std::string_view secret) {
    const Base64 text = signature_of(body, secret);
    return {text.begin(), text.end() - 1};
}

bool verify(std::string_view body, std::string_view signature, const std::vector<std::string>& secrets) {
    if (signature.size() != base64_bytes) return false;
    // Every secret is tried, so that the time does not tell which of them a signature was made with.
    bool matches = false;
    for (const std::string& secret : secrets) {
        if (secret.empty()) continue;
        const Base64 expected = signature_of(body, secret);
        const bool equal = CRYPTO_memcmp(expected.data(), signature.data(), base64_bytes) == 0;
        matches = matches || equal;
    }
    return matches;
}

}  // namespace gdprd::webhook
