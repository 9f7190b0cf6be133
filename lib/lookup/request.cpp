#include "lookup/request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "base/text.h"
#include "matching/characters.h"
#include "policy/address.h"

namespace gdprd::lookup {

namespace {

// Of every script, in UTF-8, but for ASCII's.
constexpr std::string_view wide_blanks[] = {
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
bool is_utf8(const std::string& text) try {
    return !nlohmann::json(text).dump().empty();
} catch (const nlohmann::json::type_error&) {
    return false;
}

std::optional<WordsFault> fault_of(const std::string& text, std::size_t bytes_max) {
    if (text.find('@') != std::string::npos) return WordsFault::has_address;
    if (text.size() > bytes_max) return WordsFault::too_long;
    if (std::any_of(text.begin(), text.end(), is_control)) return WordsFault::control_characters;
    if (!is_utf8(text)) return WordsFault::no_utf8;
    return std::nullopt;
}

bool has_any(std::string_view text, std::span<const std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

// The bytes of a quoted local part at the beginning, with its marks: 0 where there is none that ends.
std::size_t quoted_size(std::string_view text) {
    if (!text.starts_with('"')) return 0;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return 0;
}

// What no address begins or ends with: punctuation and symbols of any script. Within one they may be meant.
bool has_foreign_sign_at_edge(std::string_view part) {
    const auto is_sign = [](const matching::Character& character) {
        return character.bytes > 0 && policy::is_sign(character.code);
    };
    return is_sign(matching::character_at(part, 0)) || is_sign(matching::character_before(part, part.size()));
}

// What a database may have around an address, and what no hash has.
std::string_view without_blanks_around(std::string_view text) {
    for (std::size_t size = text.size() + 1; text.size() < size;) {
        size = text.size();
        text = trimmed(text);
        for (const std::string_view blank : wide_blanks) {
            if (text.starts_with(blank)) text.remove_prefix(blank.size());
            if (text.ends_with(blank)) text.remove_suffix(blank.size());
        }
        text.remove_prefix(matching::invisible_at(text, 0));
        text.remove_suffix(matching::invisible_before(text, text.size()));
    }
    return text;
}

// "example.org", "[192.0.2.1]": of ASCII nothing else; letters and digits of any other script.
bool is_of_a_domain(std::string_view domain) {
    const bool is_literal = domain.size() > 2 && domain.starts_with('[') && domain.ends_with(']');
    if (is_literal) domain = domain.substr(1, domain.size() - 2);
    for (std::size_t at = 0; at < domain.size();) {
        const char c = domain[at];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const matching::Character foreign = matching::character_at(domain, at);
        const bool is_meant = foreign.bytes > 0 ? !policy::is_sign(foreign.code)
                                                : is_letter || is_digit(c) || c == '.' || c == '-' ||
                                                      c == '_' || (is_literal && c == ':');
        if (!is_meant) return false;
        at += std::max<std::size_t>(foreign.bytes, 1);
    }
    return true;
}

// Of a local part without quotation marks, or of a domain.
std::optional<AddressFault> fault_of_part(std::string_view part) {
    // Those that RFC 5321 wants in quotation marks.
    if (part.find_first_of("<>()[]:;,\\\"") != std::string_view::npos || has_foreign_sign_at_edge(part))
        return AddressFault::marks;
    if (part.find(' ') != std::string_view::npos || has_any(part, wide_blanks)) return AddressFault::blanks;
    return std::nullopt;
}

std::optional<AddressFault> fault_of_domain(std::string_view domain) {
    if (domain.find(' ') != std::string_view::npos || has_any(domain, wide_blanks))
        return AddressFault::blanks;
    if (domain.starts_with('.') || domain.ends_with('.')) return AddressFault::dot_at_edge;
    const bool has_hyphen_at_edge = std::string_view("-_").find(domain.back()) != std::string_view::npos;
    if (!is_of_a_domain(domain) || has_hyphen_at_edge) return AddressFault::marks;
    return std::nullopt;
}

// Of the spelling that is hashed.
std::optional<AddressFault> fault_of_parts(std::string_view address) {
    const std::size_t quoted = quoted_size(address);
    const std::size_t at = address.find('@', quoted);
    if (at == std::string_view::npos) return quoted > 0 ? AddressFault::marks : AddressFault::no_at;
    if (address.find('@', at + 1) != std::string_view::npos) return AddressFault::several;
    const std::string_view local = address.substr(0, at);
    const std::string_view domain = address.substr(at + 1);
    if (local.empty() || local == "\"\"" || domain.empty()) return AddressFault::empty_side;
    const bool is_quoted = quoted > 0 && quoted == at;
    if (const auto fault = is_quoted ? std::nullopt : fault_of_part(local)) return fault;
    return fault_of_domain(domain);
}

}  // namespace

std::optional<RefusedWords> refused_words(const LookupWords& words, bool case_required) {
    const std::pair<WordsField, const std::string&> fields[] = {
        {WordsField::officer, words.officer},
        {WordsField::case_reference, words.case_reference},
        {WordsField::reason, words.reason}};
    for (const auto& [field, text] : fields) {
        if (const auto fault = fault_of(text, bytes_max_of(field))) return RefusedWords{field, *fault};
    }
    // Without blanks and invisible characters of any script, as an address.
    if (case_required && policy::normalised_address(words.case_reference).empty()) {
        return RefusedWords{WordsField::case_reference, WordsFault::missing};
    }
    return std::nullopt;
}

std::optional<AddressFault> check_address(std::string_view address) {
    if (address.empty()) return AddressFault::missing;
    if (address.size() > address_bytes_max) return AddressFault::too_long;
    if (address.find('@') == std::string_view::npos) return AddressFault::no_at;
    if (std::any_of(address.begin(), address.end(), is_control)) return AddressFault::control_characters;
    if (!is_utf8(std::string(address))) return AddressFault::no_utf8;
    // IDNA makes letters of signs.
    if (has_foreign_sign_at_edge(without_blanks_around(address))) return AddressFault::marks;
    return fault_of_parts(policy::normalised_address(address));
}

}  // namespace gdprd::lookup
