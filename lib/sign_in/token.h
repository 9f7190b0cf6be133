// What browsers are handed to show again: 256 bits in base64url (RFC 4648, section 5), 43 characters.
//
// Threads: any. Errors: Error when OpenSSL fails.
#pragma once

#include <string>
#include <string_view>

namespace gdprd::sign_in {

std::string random_token();
// HMAC-SHA256 of `text`: the same for the same text, and nobody makes it without the key.
std::string token_of(std::string_view text, std::string_view key);

}  // namespace gdprd::sign_in
