// By what an index of texts tells which of them may hold an address, so that the others need not be searched.
//
// An address that matching/identity.h finds in a text, however it is written there, leaves its token: a few
// bytes around the '@'. Other addresses may leave the same one, and so may what is none. So a text with the
// token has to be searched, and one without it holds no strong match. Who knows an address by its hash only
// asks for the hashes of all that may be an address. Tokens are pieces of personal data: an index keeps
// hashes of them, with a key of its own. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "policy/hash.h"

namespace gdprd::matching {

// By which token a text with this value is known; the value is folded (folding.h). Nothing when it is no
// address, or one that has a quotation or brackets beside its '@': then no token tells.
std::optional<std::string> token_of(std::string_view folded_value);

// `use` may get a token more than once. It ends the reading by returning false, which is returned then.
using UseToken = std::function<bool(std::string_view token)>;
bool each_token(std::string_view text, const UseToken& use);

// The same with the hashes that `hasher` may have made of what may be an address in the text.
bool each_hash_of_address(std::string_view text, const policy::Hasher& hasher, const UseToken& use);

}  // namespace gdprd::matching
