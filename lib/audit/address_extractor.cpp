#include "audit/address_extractor.h"

#include <algorithm>
#include <cstring>

#include "audit/base64_addresses.h"
#include "base/text.h"
#include "content/zlib.h"
#include "matching/address_candidates.h"
#include "matching/unescape.h"

namespace gdprd::audit {

namespace {

constexpr int layers_max = 4;
// Of a layer's text, next to an edge that is none: longer than half an escape and what stands around an
// address. A layer is at most 27 times shorter than the text ("&CounterClockwiseContourIntegral;" in three
// bytes, "%2525252540" in one), so that an address left out here lies within the next part of it.
constexpr std::size_t edge_bytes = 512;

bool has(std::string_view text, char byte) { return std::memchr(text.data(), byte, text.size()) != nullptr; }

// An '@' in an escape: "%40", "%2540", "\u0040", "&#64;", "&#x40;", "&commat;", and these in other escapes,
// such as
// "%2364;" and "&#37;40". What escapes does so with signs; digits and letters stay what they are.
bool may_stand_for_at(std::string_view text) {
    const auto is_one_of = [&](std::size_t at, std::string_view bytes) {
        return at < text.size() && bytes.find(text[at]) != std::string_view::npos;
    };
    for (auto four = text.find('4'); four != std::string_view::npos; four = text.find('4', four + 1)) {
        if (four == 0) continue;
        if (is_one_of(four + 1, "0") && is_one_of(four - 1, "%5xX0;")) return true;
        if (is_one_of(four - 1, "6") && four > 1 && is_one_of(four - 2, "#30;")) return true;
    }
    return has(text, '&') && text.find("commat") != std::string_view::npos;
}

// A '+' is only ever taken for a blank before "%40".
bool may_have_escapes(std::string_view text) { return has(text, '%') || has(text, '\\') || has(text, '&'); }

// Neither within an address nor within an escape, so that a text may be cut behind it.
bool may_be_cut_after(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t' || byte == '"' || byte == '<' ||
           byte == '>' || byte == ',';
}

// Did it have an '@', as it is or in base64?
bool take_from(std::string_view text, AddressExtractor::Edges edges, const AddressExtractor::Found& found) {
    std::size_t first = 0;
    std::size_t last = text.size();
    if (!edges.begins) first = std::min(edge_bytes, last);
    if (!edges.ends) last -= std::min(edge_bytes, last);
    for (auto at = text.find('@', first); at < last; at = text.find('@', at + 1)) {
        matching::each_candidate_at(text, at, [&](std::string_view candidate) {
            found(candidate);
            return false;
        });
    }
    return each_base64_candidate(text, first, last, found) || has(text, '@');
}

}  // namespace

bool AddressExtractor::extract(std::string_view text, Edges edges, const Found& found) {
    if (text.empty()) return true;
    if (edges.begins && edges.ends && matching::is_address_with_sign(text)) {
        found(trimmed(text));
        return true;
    }
    walk(text, edges, found);
    if (!edges.begins || !edges.ends || !content::looks_compressed(text)) return true;
    const auto inflated = content::inflate(text, content::searched_bytes_max);
    if (!inflated) return !content::becomes_longer(text, content::searched_bytes_max);
    walk(*inflated, Edges{}, found);
    return true;
}

// Window by window. A window ends behind a byte that separates; where there is none for long, windows overlap
// and what stands at their edges is left out.
void AddressExtractor::walk(std::string_view text, Edges edges, const Found& found) {
    while (text.size() > window_bytes_) {
        std::size_t end = window_bytes_;
        while (end > window_bytes_ / 2 && !may_be_cut_after(text[end - 1])) --end;
        const bool is_clean = may_be_cut_after(text[end - 1]);
        if (!is_clean) end = window_bytes_;
        take_layers(text.substr(0, end), {edges.begins, is_clean}, found);
        text.remove_prefix(is_clean ? end : end - overlap_bytes);
        edges.begins = is_clean;
    }
    take_layers(text, edges, found);
}

void AddressExtractor::take_layers(std::string_view text, Edges edges, const Found& found) {
    bool has_at = take_from(text, edges, found);
    for (int layer = 0; layer < layers_max && may_have_escapes(text); ++layer) {
        if (!has_at && !may_stand_for_at(text)) return;
        if (!matching::unescape(text, inner_)) return;
        std::swap(outer_, inner_);
        text = outer_;
        has_at = take_from(text, edges, found) || has_at;
    }
}

}  // namespace gdprd::audit
