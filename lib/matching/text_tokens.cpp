#include "matching/text_tokens.h"

#include <algorithm>
#include <array>

#include "matching/address_candidates.h"
#include "matching/base64_forms.h"
#include "matching/characters.h"
#include "matching/folding.h"
#include "matching/readings.h"

namespace gdprd::matching {

namespace {

// How much of an address before the '@' is in its token: the longest of these that it has. Of a text each one
// is taken, because it does not tell where the address begins.
constexpr std::array<std::size_t, 4> lengths_before{8, 4, 2, 1};
constexpr std::size_t length_behind = 3;  // no domain with a dot is shorter

bool is_in_address(std::string_view folded, std::size_t at) {
    if (at == 0 || folded.size() - at <= length_behind) return false;
    const char before = folded[at - 1];
    const std::string_view behind = folded.substr(at + 1, length_behind);
    // Folding makes a blank of a '+'.
    return (before == ' ' || is_local_byte(before)) &&
           std::all_of(behind.begin(), behind.end(), is_domain_byte);
}

std::string_view token_at(std::string_view folded, std::size_t at, std::size_t length_before) {
    return folded.substr(at - length_before, length_before + 1 + length_behind);
}

bool each_token_of_folded(std::string_view folded, const UseToken& use) {
    for (auto at = folded.find('@'); at != std::string_view::npos; at = folded.find('@', at + 1)) {
        if (!is_in_address(folded, at)) continue;
        for (const std::size_t length : lengths_before) {
            if (length <= at && !use(token_at(folded, at, length))) return false;
        }
    }
    return true;
}

// Where in a run of base64 the groups begin with which an '@' is the first, second or third byte of one: a
// bit for each of the four places.
unsigned group_places_with_at(std::string_view run) {
    unsigned places = 0;
    unsigned before = any_base64_digit(run.front());
    for (std::size_t i = 1; i < run.size(); ++i) {
        const unsigned digit = any_base64_digit(run[i]);
        // '@' is the byte 01000000: the digits 010000 00xxxx, xx0100 0000xx or xxxx01 000000.
        const auto add = [&](std::size_t byte) { places |= 1u << ((i - 1 + 4 - byte) % 4); };
        if (before == 16 && digit < 16) add(0);
        if (before % 16 == 4 && digit < 4) add(1);
        if (before % 4 == 1 && digit == 0) add(2);
        before = digit;
    }
    return places;
}

bool each_token_in_run(std::string_view run, const UseToken& use) {
    const unsigned places = group_places_with_at(run);
    std::string visible;
    for (std::size_t place = 0; place < 4; ++place) {
        if ((places & 1u << place) == 0) continue;
        const std::string bytes = base64_bytes(run.substr(place));
        const std::string& decoded = without_invisible(bytes, visible) ? visible : bytes;
        if (!each_token_of_folded(folded(decoded), use)) return false;
    }
    return true;
}

// An address in base64 is found where the whole of it is decoded, and all of that stands in one run.
bool each_token_in_base64(std::string_view text, const UseToken& use) {
    constexpr std::size_t run_min = base64_value_bytes_min * 4 / 3;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && any_base64_digit(text[end]) < 64) ++end;
        if (end - begin >= run_min && !each_token_in_run(text.substr(begin, end - begin), use)) return false;
        begin = end + 1;
    }
    return true;
}

}  // namespace

std::optional<std::string> token_of(std::string_view folded_value) {
    const auto at = folded_value.find('@');
    if (at == std::string_view::npos || !is_in_address(folded_value, at)) return std::nullopt;
    const auto length = std::find_if(lengths_before.begin(), lengths_before.end(),
                                     [&](std::size_t before) { return before <= at; });
    return std::string(token_at(folded_value, at, *length));
}

bool each_token(std::string_view text, const UseToken& use) {
    return !each_reading(text, [&](std::string_view visible, Reading) {
        return !each_token_of_folded(folded(visible), use) || !each_token_in_base64(visible, use);
    });
}

bool each_hash_of_address(std::string_view text, const policy::Hasher& hasher, const UseToken& use) {
    return !each_reading(text, [&](std::string_view visible, Reading) {
        return each_address_candidate(visible, hashed_addresses_max, [&](std::string_view candidate) {
            const auto hashes = hasher.hashes_of_address(candidate);
            return !std::all_of(hashes.begin(), hashes.end(), use);
        });
    });
}

}  // namespace gdprd::matching
