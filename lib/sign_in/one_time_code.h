// One-time codes of an authenticator app: TOTP (RFC 6238) with SHA-1 and steps of 30 seconds, which is what
// all apps know.
//
// Threads: any; pure but for new_code_secret(). Errors: Error when OpenSSL fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace gdprd::sign_in {

// Base32 (RFC 4648, section 6) without padding, as authenticator apps take it.
std::string base32_encoded(std::string_view bytes);
// Nothing for anything that base32_encoded() would not write.
std::optional<std::string> base32_decoded(std::string_view text);

// 20 random bytes in Base32.
std::string new_code_secret();
bool is_code_secret(std::string_view text);

// The number of the 30 seconds that `time` lies in; times before 1970 are in the first ones.
std::uint64_t step_of(Timestamp time);
// Of a secret that is not in Base32 any more.
std::string one_time_code(std::string_view secret_bytes, std::uint64_t step, int digits = 6);

// The step that `typed` is the code of: that of `now`, the one before or the one after, because clocks
// differ, and later than `last_used`, so that a code somebody saw being typed is worth nothing. Blanks in
// `typed` do not count. Nothing when it is no such code.
std::optional<std::uint64_t> step_of_code(const std::string& secret, std::string_view typed, Timestamp now,
                                          std::optional<std::uint64_t> last_used);

// What a QR code for an authenticator app says.
std::string otpauth_uri(std::string_view account, std::string_view secret);

}  // namespace gdprd::sign_in
