#include "webhook/signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "base/error.h"

namespace gdprd::webhook {

namespace {

using Digest = std::array<unsigned char, 32>;
constexpr std::size_t base64_bytes = 44;
using Base64 = std::array<unsigned char, base64_bytes + 1>;  // OpenSSL ends it with a NUL

// HMAC-SHA256, ready for a key. Looking the algorithms up by name takes a microsecond, so each thread does it
// once.
class Hmac {
  public:
    Hmac() {
        char digest[] = "SHA256";
        const std::array<OSSL_PARAM, 2> parameters{
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
        EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        context_.reset(EVP_MAC_CTX_new(algorithm));
        EVP_MAC_free(algorithm);  // the context keeps its own reference
        if (!context_ || EVP_MAC_CTX_set_params(context_.get(), parameters.data()) != 1) fail();
    }

    Digest of(std::string_view text, std::string_view key) {
        Digest digest{};
        std::size_t length = 0;
        if (key.data() == nullptr) key = "";  // a null pointer would mean the last key
        if (EVP_MAC_init(context_.get(), bytes_of(key), key.size(), nullptr) != 1 ||
            EVP_MAC_update(context_.get(), bytes_of(text), text.size()) != 1 ||
            EVP_MAC_final(context_.get(), digest.data(), &length, digest.size()) != 1) {
            fail();
        }
        return digest;
    }

  private:
    struct Free {
        void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
    };

    [[noreturn]] static void fail() { throw Error("OpenSSL: HMAC-SHA256 is not available"); }
    static const unsigned char* bytes_of(std::string_view text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    }

    std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

Base64 signature_of(std::string_view body, std::string_view secret) {
    thread_local Hmac hmac;
    const Digest digest = hmac.of(body, secret);
    Base64 text{};
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
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
