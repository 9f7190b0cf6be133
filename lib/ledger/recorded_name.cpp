#include "ledger/recorded_name.h"

#include <algorithm>

#include "base/hex.h"
#include "base/text.h"

namespace gdprd::ledger {

namespace {

constexpr std::size_t characters_max = 64;
constexpr std::size_t kept_max = 40;  // of a name that is replaced
constexpr std::size_t digest_digits = 16;

bool is_plain(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

}  // namespace

bool is_recorded_name(const std::string& name) {
    return !name.empty() && name.size() <= characters_max && std::all_of(name.begin(), name.end(), is_plain);
}

std::string recorded_name(const std::string& name) {
    if (name.empty() || is_recorded_name(name)) return name;
    std::string recorded;
    for (const char c : name.substr(0, kept_max)) recorded += is_plain(c) ? c : '_';
    return recorded + '$' + sha256_hex(name).substr(0, digest_digits);
}

}  // namespace gdprd::ledger
