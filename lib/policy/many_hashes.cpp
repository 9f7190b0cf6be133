#include "policy/many_hashes.h"

#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <optional>
#include <string>

#include "base/error.h"

namespace gdprd::policy {

struct ManyHashes::Implementation {
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
        void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
        void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
        void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    };
    std::unique_ptr<EVP_MD, Free> digest;
    std::unique_ptr<EVP_MD_CTX, Free> context;
    // With a key only.
    std::unique_ptr<EVP_MAC, Free> mac;
    std::unique_ptr<EVP_MAC_CTX, Free> keyed;
    // Where hashes are wrapped only: nothing is kept between those.
    std::optional<Hasher> wrapping;
};

ManyHashes::ManyHashes(const HashOptions& options) : implementation_(std::make_unique<Implementation>()) {
    if (!options.wrapping_key.empty()) {
        implementation_->wrapping.emplace(options);
        return;
    }
    const char* name = facts_of(options.algorithm).name;
    implementation_->digest.reset(EVP_MD_fetch(nullptr, name, nullptr));
    implementation_->context.reset(EVP_MD_CTX_new());
    bool is_ready = implementation_->digest && implementation_->context;
    if (is_ready && !options.key.empty()) {
        std::string digest_name = name;
        const std::array parameters{OSSL_PARAM_construct_utf8_string("digest", digest_name.data(), 0),
                                    OSSL_PARAM_construct_end()};
        implementation_->mac.reset(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
        implementation_->keyed.reset(EVP_MAC_CTX_new(implementation_->mac.get()));
        const std::string& key = options.key;
        is_ready = implementation_->keyed && EVP_MAC_init(implementation_->keyed.get(),
                                                          reinterpret_cast<const unsigned char*>(key.data()),
                                                          key.size(), parameters.data()) == 1;
    }
    if (!is_ready) {
        throw Error("OpenSSL: the configured hash algorithm is not available",
                    "Use algorithm = \"sha256\" where the system forbids MD5.");
    }
}

ManyHashes::~ManyHashes() = default;
ManyHashes::ManyHashes(ManyHashes&&) noexcept = default;

std::uint64_t ManyHashes::beginning(std::string_view text) {
    if (implementation_->wrapping) {
        constexpr std::size_t digits = 16;
        const std::string hash = implementation_->wrapping->hash(text, Normalisation::plain);
        return std::stoull(hash.substr(0, digits), nullptr, 16);
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    bool is_done = false;
    if (EVP_MAC_CTX* keyed = implementation_->keyed.get(); keyed != nullptr) {
        std::size_t length = 0;
        const auto* data = reinterpret_cast<const unsigned char*>(text.data());
        is_done = EVP_MAC_init(keyed, nullptr, 0, nullptr) == 1 &&
                  EVP_MAC_update(keyed, data, text.size()) == 1 &&
                  EVP_MAC_final(keyed, bytes.data(), &length, bytes.size()) == 1;
    } else {
        EVP_MD_CTX* context = implementation_->context.get();
        is_done = EVP_DigestInit_ex2(context, implementation_->digest.get(), nullptr) == 1 &&
                  EVP_DigestUpdate(context, text.data(), text.size()) == 1 &&
                  EVP_DigestFinal_ex(context, bytes.data(), nullptr) == 1;
    }
    if (!is_done) throw Error("OpenSSL: a text could not be hashed");
    std::uint64_t beginning = 0;
    for (std::size_t i = 0; i < sizeof beginning; ++i) beginning = beginning << 8 | bytes[i];
    return beginning;
}

}  // namespace gdprd::policy
