#include "audit/candidates.h"

#include <array>
#include <cstdint>

#include "matching/address_candidates.h"
#include "matching/folding.h"

namespace gdprd::audit {

namespace {

constexpr std::size_t local_characters_max = 64;  // RFC 5321, 4.5.3.1.1

// Both count what nobody writes around an address; the first ones are the likely ones.
constexpr std::size_t beginnings_max = 16;
constexpr std::size_t ends_max = 4;

constexpr std::string_view signs_of_local_parts = ".-_+!#$%&'*/=?^`{|}~";

constexpr std::array<bool, 256> make_table(std::string_view signs) {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = i >= 0x80 || (i >= '0' && i <= '9') || (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z');
    }
    for (const char sign : signs) table[static_cast<unsigned char>(sign)] = true;
    return table;
}

constexpr auto local_bytes = make_table(signs_of_local_parts);
constexpr auto domain_bytes = make_table(".-");

bool is_one_of(std::string_view signs, char byte) { return signs.find(byte) != std::string_view::npos; }

// Punctuation and blanks beyond ASCII, which stand around addresses and in none: U+00A0 to U+00BF but for the
// letters and digits among them, U+2000 to U+206F, U+3000 to U+3020 and the full-width brackets and commas.
bool is_separator(std::uint32_t code) {
    constexpr std::array<std::uint32_t, 6> latin_letters{0xaa, 0xb2, 0xb3, 0xb5, 0xb9, 0xba};
    if (code >= 0xa0 && code <= 0xbf) {
        for (const std::uint32_t letter : latin_letters) {
            if (code == letter) return false;
        }
        return true;
    }
    if (code >= 0x2000 && code <= 0x206f) return true;
    if (code >= 0x3000 && code <= 0x3020) return code < 0x3004 || code > 0x3007;
    return code == 0xff08 || code == 0xff09 || code == 0xff0c || code == 0xff1a || code == 0xff1b;
}

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// The length of the separator that begins there; 0 when there is none.
std::size_t separator_at(std::string_view text, std::size_t at) {
    if (at + 1 < text.size() && byte_at(text, at) == 0xc2) {
        return is_separator(byte_at(text, at + 1)) ? 2 : 0;
    }
    if (at + 2 >= text.size() || (byte_at(text, at) & 0xf0u) != 0xe0) return 0;
    const std::uint32_t code = (byte_at(text, at) & 0x0fu) << 12 | (byte_at(text, at + 1) & 0x3fu) << 6 |
                               (byte_at(text, at + 2) & 0x3fu);
    return is_separator(code) ? 3 : 0;
}

bool separator_ends_at(std::string_view text, std::size_t end) {
    return (end >= 2 && separator_at(text, end - 2) == 2) || (end >= 3 && separator_at(text, end - 3) == 3);
}

// Of a character of several bytes in UTF-8 the second and later ones.
bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80; }

bool is_word_at(std::string_view text, std::size_t at) {
    return at < text.size() && matching::is_word_byte(text[at]);
}

bool may_begin_at(std::string_view text, std::size_t begin) {
    if (begin == 0) return true;
    const char before = text[begin - 1];
    if (matching::is_word_byte(before)) return separator_ends_at(text, begin);
    return !(is_one_of("._+-", before) && begin > 1 && is_word_at(text, begin - 2));
}

bool may_end_at(std::string_view text, std::size_t end) {
    if (end == text.size()) return true;
    if (matching::is_word_byte(text[end])) return separator_at(text, end) > 0;
    return !is_one_of(".-", text[end]) || !is_word_at(text, end + 1) || matching::ends_sentence(text, end);
}

struct Places {
    std::array<std::size_t, beginnings_max> all{};
    std::size_t count = 0;
    void add(std::size_t place) {
        if (count < all.size()) all[count++] = place;
    }
    bool is_full(std::size_t most) const { return count >= most; }
};

// With room left for the furthest one, which is the whole of what could be the local part.
Places beginnings(std::string_view text, std::size_t at) {
    Places places;
    std::size_t furthest = at;
    std::size_t characters = 0;
    for (std::size_t i = at; i > 0 && characters < local_characters_max && is_local_byte(text[i - 1]);) {
        if (!is_continuation(text[--i])) ++characters;
        if (!may_begin_at(text, i)) continue;
        furthest = i;
        if (!places.is_full(beginnings_max - 1)) places.add(i);
    }
    if (furthest != at && places.all[places.count - 1] != furthest) places.add(furthest);
    return places;
}

Places ends(std::string_view text, std::size_t at) {
    Places places;
    for (std::size_t i = at + 1; i < text.size() && i - at <= domain_bytes_max && is_domain_byte(text[i]);) {
        const bool is_after_word = matching::is_word_byte(text[i]);
        ++i;
        if (is_after_word && !places.is_full(ends_max) && may_end_at(text, i)) places.add(i);
    }
    return places;
}

}  // namespace

bool is_local_byte(char byte) { return local_bytes[static_cast<unsigned char>(byte)]; }

bool is_domain_byte(char byte) { return domain_bytes[static_cast<unsigned char>(byte)]; }

void each_candidate(std::string_view text, std::size_t at,
                    const std::function<void(std::string_view)>& found) {
    const Places all_ends = ends(text, at);
    if (all_ends.count == 0) return;
    const Places all_beginnings = beginnings(text, at);
    for (std::size_t i = 0; i < all_beginnings.count; ++i) {
        for (std::size_t j = 0; j < all_ends.count; ++j) {
            const std::size_t begin = all_beginnings.all[i];
            found(text.substr(begin, all_ends.all[j] - begin));
        }
    }
}

}  // namespace gdprd::audit
