#include "matching/address_candidates.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "matching/characters.h"
#include "matching/folding.h"
#include "matching/unescape.h"
#include "policy/address.h"

namespace gdprd::matching {

namespace {

constexpr std::size_t local_characters_max = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::size_t quoted_bytes_max = 66;

// Both count what nobody writes around an address; the first ones are the likely ones.
constexpr std::size_t beginnings_max = 16;
constexpr std::size_t ends_max = 4;

constexpr std::string_view signs_of_local_parts = ".-_+!#$%&'*/=?^`{|}~";
// Allowed before the '@' as well, and far more often what separates an address from something else:
// "to=ann@example.org", "/unsubscribe/ann@example.org", "7|ann@example.org".
constexpr std::string_view separating_signs = "=/?|#";

// What stands beside an address is looked at so far: longer than a run of signs anybody writes, as escapes.
constexpr std::size_t context_bytes = 96;
constexpr int escape_layers_max = 4;
constexpr std::size_t escape_bytes = 8;
constexpr std::size_t addresses_in_value_max = 16;

constexpr std::array<bool, 256> make_table(std::string_view signs) {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = i >= 0x80 || (i >= '0' && i <= '9') || (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z');
    }
    for (const char sign : signs) table[static_cast<unsigned char>(sign)] = true;
    return table;
}

constexpr auto local_bytes = make_table(signs_of_local_parts);
constexpr auto domain_bytes = make_table(".-_");

bool is_one_of(std::string_view signs, char byte) { return signs.find(byte) != std::string_view::npos; }

// The length of the separator that begins there; 0 when there is none.
std::size_t separator_at(std::string_view text, std::size_t at) {
    const Character character = character_at(text, at);
    return character.bytes > 0 && policy::is_sign(character.code) ? character.bytes : 0;
}

bool separator_ends_at(std::string_view text, std::size_t end) {
    const Character character = character_before(text, end);
    return character.bytes > 0 && policy::is_sign(character.code);
}

// Of a character of several bytes in UTF-8 the second and later ones.
bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80; }

// The length of the sign that ends there, and that an address may go on with before it; 0 when there is none.
// What shows nothing is looked through.
std::size_t sign_before(std::string_view text, std::size_t end) {
    if (const std::size_t bytes = invisible_before(text, end); bytes > 0) return bytes;
    const char sign = text[end - 1];
    if (is_one_of(signs_of_local_parts, sign)) return is_one_of(separating_signs, sign) ? 0 : 1;
    const Character character = character_before(text, end);
    const bool goes_on = is_apostrophe(character.code) || is_hyphen(character.code) ||
                         is_wide_sign(character.code) || is_dot(character.code);
    return goes_on ? character.bytes : 0;
}

// The same of the sign that begins there, behind it: a dot, or hyphens.
std::size_t dot_at(std::string_view text, std::size_t at) {
    if (at < text.size() && text[at] == '.') return 1;
    const Character character = character_at(text, at);
    return is_dot(character.code) ? character.bytes : 0;
}

std::size_t hyphen_at(std::string_view text, std::size_t at) {
    if (at < text.size() && (text[at] == '-' || text[at] == '_')) return 1;
    const Character character = character_at(text, at);
    return is_hyphen(character.code) || is_wide_sign(character.code) ? character.bytes : 0;
}

// A letter of a script that has no blank beside a foreign word: "请联系ann@example.org或致电".
bool unspaced_ends_at(std::string_view text, std::size_t end) {
    const Character character = character_before(text, end);
    return character.bytes > 0 && policy::is_of_unspaced_script(character.code);
}

bool unspaced_begins_at(std::string_view text, std::size_t at) {
    const Character character = character_at(text, at);
    return character.bytes > 0 && policy::is_of_unspaced_script(character.code);
}

// Can an address that begins with an ASCII character, or with another one, begin where `before` ends?
template <bool of_ascii>
bool may_begin_after(std::string_view before) {
    if (before.size() > context_bytes) before.remove_prefix(before.size() - context_bytes);
    if (of_ascii && unspaced_ends_at(before, before.size())) return true;
    std::size_t end = before.size();
    while (end > 0) {
        const std::size_t sign = sign_before(before, end);
        if (sign == 0) break;
        end -= sign;
    }
    return end == 0 || !is_word_byte(before[end - 1]) || separator_ends_at(before, end);
}

std::size_t behind_invisible(std::string_view text, std::size_t at) {
    while (const std::size_t bytes = invisible_at(text, at)) at += bytes;
    return at;
}

bool is_word_at(std::string_view text, std::size_t at) {
    return at < text.size() && is_word_byte(text[at]) && separator_at(text, at) == 0;
}

// Behind a full stop of East Asia only ASCII is a domain's next label: "ann@example.org。谢谢".
std::size_t behind_full_stop(std::string_view text, std::size_t at) {
    const Character character = character_at(text, at);
    if (!is_full_stop(character.code)) return 0;
    const std::size_t next = behind_invisible(text, at + character.bytes);
    return next < text.size() && is_ascii(text[next]) ? next : 0;
}

// Does a label of a domain go on there, behind hyphens or underscores, and another label follow it? No last
// label has a hyphen within it, unless it begins with "xn--" (IANA's list of them), so that what hangs on one
// by a hyphen is grammar: "írj az ann@example.org-ra".
bool is_inner_label(std::string_view text, std::size_t at, bool is_cut) {
    while (at < text.size()) {
        const std::size_t seen = behind_invisible(text, at);
        const std::size_t bytes = is_word_at(text, seen) ? 1 : hyphen_at(text, seen);
        if (bytes == 0) break;
        at = seen + bytes;
    }
    // At the cut may be half an escape.
    if (at >= text.size() || (is_cut && text.size() - at < escape_bytes)) return is_cut;
    const std::size_t dot = dot_at(text, at);
    return dot > 0 && is_word_at(text, behind_invisible(text, at + dot));
}

// Can an address whose last character is ASCII, or another one, end where `after` begins, of which more may
// follow?
template <bool of_ascii, bool is_cut>
bool may_end_before(std::string_view after) {
    after = after.substr(0, context_bytes);
    const std::size_t at = behind_invisible(after, 0);
    if (of_ascii && unspaced_begins_at(after, at)) return true;
    if (const std::size_t dot = dot_at(after, at); dot > 0) {
        return !is_word_at(after, behind_invisible(after, at + dot));
    }
    if (const std::size_t next = behind_full_stop(after, at)) return !is_word_at(after, next);
    if (hyphen_at(after, at) > 0) return !is_inner_label(after, at, is_cut);
    return !is_word_at(after, at);
}

using MayStandBeside = bool (*)(std::string_view beside);

bool is_so_unquoted(std::string_view beside, MayStandBeside may) {
    std::string plain;
    return !unquote(beside, plain) || may(plain);
}

// So also in quoted-printable and under escapes, of which the text beside it is a whole number.
bool is_so_unescaped(std::string_view beside, MayStandBeside may) {
    std::string outer;
    std::string inner;
    for (int layer = 0; layer < escape_layers_max; ++layer) {
        if (!may(beside) || !is_so_unquoted(beside, may)) return false;
        if (beside.find_first_of("%\\&") == std::string_view::npos || !unescape(beside, inner)) return true;
        std::swap(outer, inner);
        beside = outer;
    }
    return may(beside) && is_so_unquoted(beside, may);
}

// And where quoted-printable hides an escape: "jo&per=", a new line, "iod;neil@example.org".
bool is_so_in_all_readings(std::string_view beside, MayStandBeside may) {
    if (!is_so_unescaped(beside, may)) return false;
    std::string plain;
    return !unquote(beside, plain) || is_so_unescaped(plain, may);
}

// Is it the rest of an escape that begins there: "tom@example.org" in a JSON text's "\tom@example.org"?
bool begins_within_escape(std::string_view text, std::size_t begin) {
    if (begin == 0 || begin + 1 >= text.size()) return false;
    if (text[begin - 1] == '%') return whole_number<std::uint32_t>(text.substr(begin, 2), 16).has_value();
    return text[begin - 1] == '\\' && is_one_of("nrtbfu0", text[begin]);
}

// Nothing begins there, as may_begin_after() finds out more slowly: most bytes before an '@' stand so.
bool is_behind_word(std::string_view text, std::size_t begin) {
    return begin > 0 && is_ascii(text[begin - 1]) && is_word_byte(text[begin - 1]);
}

bool may_begin_at(std::string_view text, std::size_t begin) {
    if (is_behind_word(text, begin)) return false;
    if (begins_within_escape(text, begin)) return false;
    const std::string_view before = text.substr(0, begin);
    const std::size_t far = before.size() > context_bytes ? before.size() - context_bytes : 0;
    const bool begins_in_ascii = begin < text.size() && is_ascii(text[begin]);
    return is_so_in_all_readings(before.substr(far),
                                 begins_in_ascii ? may_begin_after<true> : may_begin_after<false>);
}

bool may_end_at(std::string_view text, std::size_t end) {
    const bool ends_in_ascii = end > 0 && is_ascii(text[end - 1]);
    const bool is_cut = text.size() - end > context_bytes;
    const MayStandBeside may = ends_in_ascii
                                   ? is_cut ? may_end_before<true, true> : may_end_before<true, false>
                               : is_cut ? may_end_before<false, true>
                                        : may_end_before<false, false>;
    return is_so_in_all_readings(text.substr(end, context_bytes), may);
}

struct Places {
    std::array<std::size_t, beginnings_max> all{};
    std::size_t count = 0;
    void add(std::size_t place) {
        if (count < all.size()) all[count++] = place;
    }
    bool is_full(std::size_t most) const { return count >= most; }
};

// Where the quoted string begins that ends before `end` (RFC 5321, 4.1.2); `end` where there is none.
std::size_t quotation_before(std::string_view text, std::size_t end) {
    if (end < 2 || text[end - 1] != '"') return end;
    const std::size_t far = end > quoted_bytes_max ? end - quoted_bytes_max : 0;
    for (std::size_t at = end - 1; at > far;) {
        if (is_control(text[--at])) return end;
        if (text[at] == '"' && (at == 0 || text[at - 1] != '\\')) return at;
    }
    return end;
}

// Where the address literal ends that begins there: "[192.0.2.1]"; `begin` where there is none.
std::size_t literal_end(std::string_view text, std::size_t begin) {
    if (begin >= text.size() || text[begin] != '[') return begin;
    const auto end = text.find_first_not_of("0123456789abcdefABCDEFIPv:.", begin + 1);
    return end != std::string_view::npos && text[end] == ']' && end > begin + 1 ? end + 1 : begin;
}

// With room left for the furthest one, which is the whole of what could be the local part.
Places beginnings(std::string_view text, std::size_t at) {
    Places places;
    if (const std::size_t begin = quotation_before(text, at); begin < at) {
        if (may_begin_at(text, begin)) places.add(begin);
        return places;
    }
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
    if (const std::size_t end = literal_end(text, at + 1); end > at + 1) {
        if (may_end_at(text, end)) places.add(end);
        return places;
    }
    for (std::size_t i = at + 1; i < text.size() && i - at <= domain_bytes_max && is_domain_byte(text[i]);) {
        const bool is_after_word = is_word_byte(text[i]);
        ++i;
        if (is_after_word && !places.is_full(ends_max) && may_end_at(text, i)) places.add(i);
    }
    return places;
}

}  // namespace

bool is_local_byte(char byte) { return local_bytes[static_cast<unsigned char>(byte)]; }

bool is_domain_byte(char byte) { return domain_bytes[static_cast<unsigned char>(byte)]; }

bool stands_by_itself(std::string_view text, std::size_t begin, std::size_t end) {
    return may_begin_at(text, begin) && may_end_at(text, end);
}

bool each_candidate_at(std::string_view text, std::size_t at, const FoundCandidate& found) {
    const Places all_ends = ends(text, at);
    if (all_ends.count == 0) return false;
    const Places all_beginnings = beginnings(text, at);
    for (std::size_t i = 0; i < all_beginnings.count; ++i) {
        for (std::size_t j = 0; j < all_ends.count; ++j) {
            const std::size_t begin = all_beginnings.all[i];
            if (found(text.substr(begin, all_ends.all[j] - begin))) return true;
        }
    }
    return false;
}

bool each_address_candidate(std::string_view text, std::size_t addresses_max, const FoundCandidate& found) {
    std::size_t addresses = 0;
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        const bool is_between = at > 0 && (is_local_byte(text[at - 1]) || text[at - 1] == '"') &&
                                at + 1 < text.size() && (is_domain_byte(text[at + 1]) || text[at + 1] == '[');
        if (!is_between) continue;
        if (++addresses > addresses_max) return false;
        if (each_candidate_at(text, at, found)) return true;
    }
    return false;
}

bool is_address(std::string_view value) {
    const auto at = value.rfind('@');
    if (at == 0 || at == std::string_view::npos) return false;
    const std::string_view local = value.substr(0, at);
    const std::string_view domain = value.substr(at + 1);
    const bool is_local =
        std::all_of(local.begin(), local.end(), is_local_byte) || quotation_before(value, at) == 0;
    if (literal_end(domain, 0) == domain.size()) return is_local && !domain.empty();
    const auto dot = domain.find('.');
    return is_local && dot != std::string_view::npos && dot > 0 && dot + 1 < domain.size() &&
           std::all_of(domain.begin(), domain.end(), is_domain_byte);
}

bool is_address_with_sign(std::string_view cell) {
    cell = trimmed(cell);
    const bool has_sign = !cell.empty() && cell.front() != '.' && cell.front() != '%' &&
                          is_one_of(signs_of_local_parts, cell.front()) &&
                          !is_one_of(separating_signs, cell.front());
    // A last label has no hyphen within it: what hangs on one is grammar.
    return has_sign && is_address(cell) &&
           cell.find_first_of("-_", cell.rfind('.')) == std::string_view::npos;
}

namespace {

// How many quotation marks the candidate begins with that stand behind it, too: they belong to what is around
// it. Where they do not, "*star@example.org" is an address, and "star@example.org" somebody else's.
std::size_t marks_around(std::string_view value, std::string_view candidate) {
    const auto end = static_cast<std::size_t>(candidate.data() - value.data()) + candidate.size();
    const std::string_view behind = value.substr(end);
    std::size_t marks = 0;
    while (marks < std::min(behind.size(), candidate.size()) && is_one_of("'`*", candidate[marks]) &&
           behind[marks] == candidate[marks]) {
        ++marks;
    }
    return marks;
}

}  // namespace

std::vector<std::string> addresses_in(std::string_view value) {
    std::vector<std::string> addresses;
    for (auto at = value.find('@'); at != std::string_view::npos && addresses.size() < addresses_in_value_max;
         at = value.find('@', at + 1)) {
        std::string_view longest;
        each_candidate_at(value, at, [&](std::string_view candidate) {
            candidate.remove_prefix(marks_around(value, candidate));
            if (candidate.size() > longest.size()) longest = candidate;
            return false;
        });
        if (is_address(longest)) addresses.emplace_back(longest);
    }
    return addresses;
}

}  // namespace gdprd::matching
