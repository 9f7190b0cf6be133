#include "base/signing_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"

namespace gdprd {

namespace {

constexpr std::size_t public_key_bytes = 32;
constexpr std::size_t signature_bytes = 64;

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIO* text) const { BIO_free_all(text); }
};

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Nobody is asked for a passphrase: the daemon has no terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writes*/, void* /*unused*/) { return 0; }

}  // namespace

std::string make_signing_key() {
    const std::unique_ptr<EVP_PKEY, Free> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const std::unique_ptr<BIO, Free> text(BIO_new(BIO_s_mem()));
    if (!key || !text ||
        PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        throw Error("OpenSSL: no Ed25519 key can be made");
    }
    char* data = nullptr;
    const auto length = BIO_get_mem_data(text.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

SigningKey::SigningKey(const std::string& pem) {
    const std::unique_ptr<BIO, Free> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr));
    std::array<unsigned char, public_key_bytes> raw{};
    std::size_t length = raw.size();
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &length) != 1) {
        throw ConfigurationError("the key to sign with is no Ed25519 key in PEM",
                                 "`mautic-gdprd ledger seal-key` makes one");
    }
    public_key_ = to_hex(raw);
    key_ = std::shared_ptr<void>(key.release(), [](void* one) { Free()(static_cast<EVP_PKEY*>(one)); });
}

std::string SigningKey::sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    std::array<unsigned char, signature_bytes> signature{};
    std::size_t length = signature.size();
    auto* key = static_cast<EVP_PKEY*>(key_.get());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, bytes_of(text), text.size()) != 1) {
        throw Error("OpenSSL: signing failed");
    }
    return to_hex(signature);
}

std::optional<std::string> public_key_in(std::string_view text) {
    std::string digits = to_lower(text);
    return from_hex(digits, public_key_bytes) ? std::optional(std::move(digits)) : std::nullopt;
}

bool is_signature(std::string_view public_key, std::string_view text, std::string_view signature) {
    const auto raw_key = from_hex(public_key, public_key_bytes);
    const auto raw = from_hex(signature, signature_bytes);
    if (!raw_key || !raw) return false;
    const std::unique_ptr<EVP_PKEY, Free> key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*raw_key), raw_key->size()));
    const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
    return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(*raw), raw->size(), bytes_of(text), text.size()) == 1;
}

}  // namespace gdprd
