#include "matching/identity.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "matching/address_candidates.h"
#include "matching/base64_forms.h"
#include "matching/characters.h"
#include "matching/folding.h"
#include "matching/pattern_search.h"
#include "matching/text_tokens.h"
#include "policy/address.h"

namespace gdprd::matching {

namespace {

constexpr std::size_t value_bytes_min = 2;
constexpr std::size_t word_bytes_min = 4;
constexpr std::size_t value_bytes_max = 1024;
constexpr std::size_t strong_digits_min = 5;
constexpr std::size_t long_number_digits_min = 8;

bool is_hash_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::size_t digits_of(std::string_view value) {
    return static_cast<std::size_t>(std::count_if(value.begin(), value.end(), is_digit));
}

bool is_strong(std::string_view value) {
    return value.find('@') != std::string_view::npos || digits_of(value) >= strong_digits_min;
}

bool is_word(std::string_view text, std::size_t begin, std::size_t end) {
    const bool starts = begin == 0 || !is_word_byte(text[begin - 1]);
    return starts && (end == text.size() || !is_word_byte(text[end]));
}

// "12345" in "9123456" is another number.
bool is_part_of_number(std::string_view text, std::size_t begin, std::size_t end) {
    const bool goes_before = is_digit(text[begin]) && begin > 0 && is_digit(text[begin - 1]);
    return goes_before || (is_digit(text[end - 1]) && end < text.size() && is_digit(text[end]));
}

// "ann@example.org" in "jo.ann@example.org" or in "ann@example.org.example.net" is another address.
bool is_part_of_address(std::string_view text, std::size_t begin, std::size_t end) {
    return text.substr(begin, end - begin).find('@') != std::string_view::npos &&
           !stands_by_itself(text, begin, end);
}

}  // namespace

void Identity::add_needle(Needle needle) {
    const bool known = std::any_of(needles_.begin(), needles_.end(), [&](const Needle& other) {
        return other.text == needle.text && other.is_base64() == needle.is_base64();
    });
    if (known) return;
    needles_.push_back(std::move(needle));
    pattern_search_.reset();
}

void Identity::add_short_value(std::string value) {
    const bool known = std::find(short_values_.begin(), short_values_.end(), value) != short_values_.end();
    if (!known) short_values_.push_back(std::move(value));
}

// Hundreds of rows may have the same address.
void Identity::add(std::string_view given) {
    if (!given_.emplace(given).second) return;
    std::string visible;
    std::string_view value = trimmed(given);
    if (without_invisible(value, visible)) value = trimmed(visible);
    if (value.size() < value_bytes_min || std::none_of(value.begin(), value.end(), is_word_byte)) return;
    // The beginning of a long text ends in the middle of a word, and is no coincidence either.
    const bool strong = is_strong(value) || value.size() > value_bytes_max;
    value = value.substr(0, value_bytes_max);
    if (value.size() < word_bytes_min) {
        add_short_value(folded(value));
        return;
    }
    const bool of_address = matching::is_address(value);
    const std::string address(of_address ? value : std::string_view());
    add_needle({folded(value), strong, of_address, {}, address});
    if (!strong) return;
    const std::string_view as_given = trimmed(given).substr(0, value_bytes_max);
    for (const std::string& spelling : std::set{std::string(value), to_lower(value), std::string(as_given)}) {
        for (std::string& form : base64_forms(spelling)) {
            add_needle({std::move(form), true, of_address, folded(value), address});
        }
    }
    if (!of_address) return;
    for (const std::string& spelling : policy::address_spellings(value)) {
        add_needle({folded(spelling), true, true, {}, address});
    }
}

void Identity::add(const Identity& other) {
    for (const Needle& needle : other.needles_) add_needle(needle);
    for (const std::string& value : other.short_values_) add_short_value(value);
    given_.insert(other.given_.begin(), other.given_.end());
    hash_digits_ = std::max(hash_digits_, other.hash_digits_);
    for (const auto& [hasher, hashes] : other.address_hashes_) {
        for (const std::string& hash : hashes) add_hash_of_address(hash, hasher);
    }
}

void Identity::add_hash_of_address(std::string hash, const policy::Hasher& hasher) {
    if (hash.empty()) return;
    auto known = std::find_if(address_hashes_.begin(), address_hashes_.end(), [&](const AddressHashes& of) {
        return of.hasher.algorithm_name() == hasher.algorithm_name() && of.hasher.key_id() == hasher.key_id();
    });
    if (known == address_hashes_.end()) known = address_hashes_.insert(known, {hasher, {}});
    known->hashes.insert(std::move(hash));
}

std::size_t Identity::size() const noexcept {
    std::size_t size = needles_.size() + short_values_.size();
    for (const AddressHashes& known : address_hashes_) size += known.hashes.size();
    return size;
}

bool Identity::has_strong() const noexcept {
    return !address_hashes_.empty() ||
           std::any_of(needles_.begin(), needles_.end(), [](const Needle& needle) { return needle.strong; });
}

bool Identity::found_in(std::string_view cell, mautic::Search search) const {
    const Match enough = search == mautic::Search::strong ? Match::strong : Match::weak;
    return match(cell, enough) >= enough;
}

std::optional<std::set<std::string>> Identity::tokens() const {
    std::set<std::string> tokens;
    for (const Needle& needle : needles_) {
        if (!needle.strong) continue;
        const auto token = token_of(needle.is_base64() ? needle.in_base64 : needle.text);
        if (!token) return std::nullopt;
        tokens.insert(*token);
    }
    return tokens;
}

bool Identity::is_address(std::string_view text) const {
    text = trimmed(text);
    if (!matching::is_address(text)) return false;
    std::set<std::string> spellings{folded(text)};
    for (const std::string& spelling : policy::address_spellings(text)) spellings.insert(folded(spelling));
    const bool is_known = std::any_of(needles_.begin(), needles_.end(), [&](const Needle& needle) {
        return !needle.is_base64() && spellings.contains(needle.text);
    });
    return is_known || is_hashed_address(text);
}

bool Identity::is_hashed_address(std::string_view candidate) const {
    return std::any_of(address_hashes_.begin(), address_hashes_.end(), [&](const AddressHashes& known) {
        const auto hashes = known.hasher.hashes_of_address(candidate);
        return std::any_of(hashes.begin(), hashes.end(),
                           [&](const std::string& hash) { return known.hashes.contains(hash); });
    });
}

bool Identity::is_other_address(std::string_view cell) const {
    return is_address_with_sign(cell) && !is_address(cell);
}

Match Identity::match(std::string_view cell, Match enough) const {
    if (cell.empty() || empty()) return Match::none;
    const bool is_other = is_other_address(cell);
    Match best = Match::none;
    each_reading(cell, [&](std::string_view text, Reading reading) {
        best = std::max(best, match_reading(text, enough, reading, is_other));
        return best >= enough;
    });
    return best;
}

std::set<std::string> Identity::addresses_found_in(std::string_view cell) const {
    std::set<std::string> addresses;
    if (is_other_address(cell)) return addresses;
    each_reading(cell, [&](std::string_view text, Reading reading) {
        each_hashed_address(text, [&](std::string_view address) {
            addresses.emplace(address);
            return false;
        });
        each_match(text, reading, [&](const Needle& needle, Match match) {
            const bool is_found = needle.is_address && match == Match::strong;
            if (is_found) addresses.insert(needle.address);
            return false;
        });
        return false;
    });
    return addresses;
}

Match Identity::match_reading(std::string_view text, Match enough, Reading reading, bool is_other) const {
    if (reading == Reading::plain) return match_visible(text, enough, reading, is_other);
    // Of a text that may be no quoted-printable at all only an address is a proof.
    const Match found = match_visible(text, Match::strong, reading, is_other);
    return found == Match::strong ? Match::strong : Match::none;
}

Match Identity::match_visible(std::string_view text, Match enough, Reading reading, bool is_other) const {
    Match best = is_short_value(text) ? Match::weak : Match::none;
    if (best >= enough) return best;
    const bool has_hashed = each_hashed_address(text, [](std::string_view) { return true; });
    if (has_hashed) best = is_other ? Match::weak : Match::strong;
    if (best >= enough) return best;
    each_match(text, reading, [&](const Needle& needle, Match match) {
        best = std::max(best, is_other && needle.is_address ? std::min(match, Match::weak) : match);
        return best >= enough;
    });
    return best;
}

void Identity::each_match(std::string_view text, Reading reading, const UseMatch& use) const {
    if (needles_.empty()) return;
    if (!pattern_search_) {
        std::vector<PatternSearch::Pattern> patterns;
        for (const Needle& needle : needles_) patterns.push_back({needle.text, needle.is_base64()});
        pattern_search_ = std::make_shared<const PatternSearch>(std::move(patterns));
    }
    std::string in_lower_case;
    std::string_view comparable = text;
    if (has_foreign_letters(text)) comparable = in_lower_case = folded(text);
    pattern_search_->search(text, comparable, [&](std::size_t number, std::size_t begin) {
        const Needle& needle = needles_[number];
        if (reading == Reading::unquoted && !needle.is_address) return false;
        const std::size_t end = begin + needle.text.size();
        if (needle.is_base64()) return use(needle, match_in_base64(text, begin, end, needle));
        if (needle.strong) return use(needle, match_at(text, begin, end, needle));
        return is_word(comparable, begin, end) && use(needle, Match::weak);
    });
}

bool Identity::is_part_of_hash(std::string_view text, std::size_t begin, std::size_t end) const {
    const std::string_view found = text.substr(begin, end - begin);
    if (!std::all_of(found.begin(), found.end(), is_hash_digit)) return false;
    constexpr std::size_t longest_hash = 64;
    while (begin > 0 && is_hash_digit(text[begin - 1]) && end - begin <= longest_hash) --begin;
    while (end < text.size() && is_hash_digit(text[end]) && end - begin <= longest_hash) ++end;
    const std::string_view run = text.substr(begin, end - begin);
    if (run.size() == found.size() || std::all_of(run.begin(), run.end(), is_digit)) return false;
    return run.size() == hash_digits_ || run.size() == 32 || run.size() == 40 || run.size() == longest_hash;
}

// What a strong value at this place proves.
Match Identity::match_at(std::string_view text, std::size_t begin, std::size_t end,
                         const Needle& needle) const {
    if (is_part_of_hash(text, begin, end)) return Match::none;
    if (is_part_of_number(text, begin, end)) {
        const bool is_long = digits_of(text.substr(begin, end - begin)) >= long_number_digits_min;
        return is_long ? Match::weak : Match::none;
    }
    // "ann info@example.org" may be what a form makes of "ann+info@example.org", or Ann and another address.
    const bool has_blank =
        text[begin] != '"' && text.substr(begin, end - begin).find(' ') != std::string_view::npos;
    return (needle.is_address && has_blank) || is_part_of_address(text, begin, end) ? Match::weak
                                                                                    : Match::strong;
}

// The same for a value that stands in base64 there: what counts is what it stands in when that is decoded.
Match Identity::match_in_base64(std::string_view text, std::size_t begin, std::size_t end,
                                const Needle& needle) const {
    const std::string& value = needle.in_base64;
    Match best = Match::weak;
    if (has_escape_beside(text, begin, end)) return best;
    std::string visible;
    for (const std::string& bytes : base64_decodings(text, begin, end)) {
        const std::string& decoded = without_invisible(bytes, visible) ? visible : bytes;
        const std::string in_lower_case = folded(decoded);
        for (auto at = in_lower_case.find(value); at != std::string::npos;
             at = in_lower_case.find(value, at + 1)) {
            best = std::max(best, match_at(decoded, at, at + value.size(), needle));
        }
    }
    return best;
}

bool Identity::is_short_value(std::string_view text) const {
    const std::string_view value = trimmed(text);
    if (value.empty() || value.size() >= word_bytes_min) return false;
    return std::find(short_values_.begin(), short_values_.end(), folded(value)) != short_values_.end();
}

bool Identity::each_hashed_address(std::string_view text, const FoundCandidate& found) const {
    if (address_hashes_.empty()) return false;
    return each_address_candidate(text, hashed_addresses_max, [&](std::string_view candidate) {
        return is_hashed_address(candidate) && found(candidate);
    });
}

}  // namespace gdprd::matching
