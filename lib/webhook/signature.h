// Mautic's signature: base64 (44 characters) of HMAC-SHA256 over the exact body bytes, keyed with the hook's
// secret as text. Since Mautic 3.0. It holds no timestamp, so a recorded request can be replayed: see
// promise 1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gdprd::webhook {

std::string sign(std::string_view body, std::string_view secret);

// True when `signature` is that of one of the secrets. Constant-time in the signature; an empty secret in the
// list never matches.
bool verify(std::string_view body, std::string_view signature, const std::vector<std::string>& secrets);

}  // namespace gdprd::webhook
