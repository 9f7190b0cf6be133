#include "matching/address_candidates.h"

#include <algorithm>
#include <vector>

#include "matching/folding.h"

namespace gdprd::matching {

namespace {

// RFC 5321 allows 64 and 255 bytes; what stands before an address may be taken for a part of it at first.
constexpr std::size_t local_bytes_max = 200;
constexpr std::size_t domain_bytes_max = 255;
constexpr std::size_t beginnings_max = 6;

// Allowed before the '@' (RFC 5322, atext), and more often what separates it from something else. '+' is not
// among them: "jo+ann@example.org" is not Ann's address.
bool is_doubtful(char byte) {
    return std::string_view("!#$%&'*/=?^`{|}~").find(byte) != std::string_view::npos;
}

bool is_local(char byte) {
    return is_word_byte(byte) || std::string_view(".-_+").find(byte) != std::string_view::npos ||
           is_doubtful(byte);
}

bool is_domain(char byte) { return is_word_byte(byte) || byte == '.' || byte == '-'; }

// The longest first, then those after a doubtful character, the nearest to the '@' first.
std::vector<std::size_t> beginnings(std::string_view text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && at - begin < local_bytes_max && is_local(text[begin - 1])) --begin;
    std::vector<std::size_t> places;
    if (begin == at) return places;
    places.push_back(begin);
    for (std::size_t i = at - 1; i > begin && places.size() < beginnings_max; --i) {
        if (is_doubtful(text[i - 1])) places.push_back(i);
    }
    return places;
}

// Where the domain ends. A shorter one would be somebody else's: example.org is not example.org.example.net.
std::size_t end_of_domain(std::string_view text, std::size_t at) {
    std::size_t end = at + 1;
    while (end < text.size() && end - at <= domain_bytes_max && is_domain(text[end])) ++end;
    while (end > at + 1 && !is_word_byte(text[end - 1])) --end;
    const auto dot = text.substr(0, end).rfind('.');
    return dot != std::string_view::npos && dot > at && ends_sentence(text, dot) ? dot : end;
}

}  // namespace

bool is_address(std::string_view value) {
    const auto at = value.find('@');
    if (at == 0 || at == std::string_view::npos || value.find('@', at + 1) != std::string_view::npos)
        return false;
    const std::string_view local = value.substr(0, at);
    const std::string_view domain = value.substr(at + 1);
    const auto dot = domain.find('.');
    return dot != std::string_view::npos && dot > 0 && dot + 1 < domain.size() &&
           std::all_of(local.begin(), local.end(), is_local) &&
           std::all_of(domain.begin(), domain.end(), is_domain);
}

bool ends_sentence(std::string_view text, std::size_t dot) {
    const auto is_within = [&](std::size_t at, char first, char last) {
        return at < text.size() && text[at] >= first && text[at] <= last;
    };
    return dot > 0 && is_within(dot - 1, 'a', 'z') && is_within(dot + 1, 'A', 'Z') &&
           is_within(dot + 2, 'a', 'z');
}

bool each_address_candidate(std::string_view text, std::size_t addresses_max,
                            const std::function<bool(std::string_view)>& found) {
    std::size_t addresses = 0;
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        const std::size_t end = end_of_domain(text, at);
        const auto all_beginnings = beginnings(text, at);
        if (end == at + 1 || all_beginnings.empty()) continue;
        if (++addresses > addresses_max) return false;
        for (const std::size_t begin : all_beginnings) {
            if (found(text.substr(begin, end - begin))) return true;
        }
    }
    return false;
}

}  // namespace gdprd::matching
