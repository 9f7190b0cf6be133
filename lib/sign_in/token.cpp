#include "sign_in/token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/error.h"
#include "base/hex.h"
#include "base/random.h"

namespace gdprd::sign_in {

namespace {

std::string base64url(std::string_view bytes) {
    std::string text = base64_encoded(bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

}  // namespace

std::string random_token() { return base64url(from_hex(random_hex(32), 32).value()); }

std::string token_of(std::string_view text, std::string_view key) {
    std::array<unsigned char, 32> digest{};
    unsigned length = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
             &length) == nullptr ||
        length != digest.size()) {
        throw Error("OpenSSL: HMAC-SHA256 is not available");
    }
    return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace gdprd::sign_in
