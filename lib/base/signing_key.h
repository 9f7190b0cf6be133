// Signatures by Ed25519 (RFC 8032), with OpenSSL. A private key is a text in PEM as `openssl genpkey
// -algorithm ed25519` writes it (PKCS #8, RFC 8410); a public key is its 32 bytes as 64 hexadecimal digits, a
// signature its 64 bytes as 128.
//
// The private key stays in memory; no error repeats any of it. Threads: immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd {

// A new private key. Throws Error when OpenSSL has none.
std::string make_signing_key();

class SigningKey {
  public:
    // Throws ConfigurationError for what is no such key.
    explicit SigningKey(const std::string& pem);

    std::string sign(std::string_view text) const;
    const std::string& public_key() const { return public_key_; }

  private:
    std::shared_ptr<void> key_;
    std::string public_key_;
};

// A public key as a person may have written it down, in upper case too; nothing for what is none.
std::optional<std::string> public_key_in(std::string_view text);

// False also for a key or a signature that is none.
bool is_signature(std::string_view public_key, std::string_view text, std::string_view signature);

}  // namespace gdprd
