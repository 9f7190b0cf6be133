// Passwords of the desk: which ones are taken, and their hashes, yescrypt as crypt(5) writes it.
//
// Threads: any. Hashing takes some 20 milliseconds and 16 MiB on purpose. Errors: Error when libcrypt fails.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gdprd::sign_in {

inline constexpr std::size_t password_characters_min = 12;
// libcrypt's own limit (CRYPT_MAX_PASSPHRASE_SIZE has the NUL in it).
inline constexpr std::size_t password_bytes_max = 511;

// Why `password` is not taken for a new one, as the end of a sentence; "" when it is. Long enough is all that
// is asked (NIST SP 800-63B): rules of composition make people choose what is guessed first.
std::string problem_of_password(std::string_view password, std::string_view account);

// With a random salt.
std::string hash_of_password(const std::string& password);
// Takes as long for a password that could never have been taken.
bool is_password(const std::string& password, const std::string& hash);
// By its looks: "$y$…", of the characters that yescrypt writes.
bool is_password_hash(std::string_view text);

// Overwrites it, also where the compiler knows that nobody reads it any more.
void wipe(std::string& secret);

}  // namespace gdprd::sign_in
