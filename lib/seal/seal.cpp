#include "seal/seal.h"

#include <map>
#include <sstream>

#include "base/hex.h"
#include "base/text.h"

namespace gdprd::seal {

namespace {

constexpr std::string_view beginning = "mautic-gdprd-seal 1";
constexpr std::size_t hash_digits = 64;

std::optional<Timestamp> time_in(std::string text) {
    if (text.size() < 2 || text.back() != 'Z' || text.find('T') == std::string::npos) return std::nullopt;
    text.pop_back();
    text[text.find('T')] = ' ';
    return parse_utc(text);
}

}  // namespace

std::string iso_time(Timestamp at) {
    std::string text = format_utc(at);
    text[text.find(' ')] = 'T';
    return text + 'Z';
}

std::string no_seal_before() { return std::string(hash_digits, '0'); }

std::string key_id_of(const std::string& public_key) { return sha256_hex(public_key); }

std::string Seal::signed_text() const {
    std::ostringstream text;
    text << beginning << " number=" << number << " at=" << iso_time(at)
         << " kind=" << seal_kind_names.of(kind) << " whole=" << (whole ? 1 : 0) << " layout=" << layout
         << " rows=" << rows << " root=" << root << " previous=" << previous << " key=" << key_id;
    return text.str();
}

std::string Seal::line() const { return signed_text() + " signature=" + signature; }

std::string Seal::hash() const { return sha256_hex(line()); }

void sign(Seal& seal, const SigningKey& key) {
    seal.key_id = key_id_of(key.public_key());
    seal.signature = key.sign(seal.signed_text());
}

bool is_signed_by(const Seal& seal, const std::string& public_key) {
    return seal.key_id == key_id_of(public_key) &&
           is_signature(public_key, seal.signed_text(), seal.signature);
}

bool is_whole_and_recent(const Seal& seal, const std::string& public_key, Timestamp at, Milliseconds age) {
    return seal.whole && seal.at <= at && at - seal.at < age && is_signed_by(seal, public_key);
}

// What is read must be what would be written: there is one line for each seal.
std::optional<Seal> parse_seal(std::string_view line) {
    if (!line.starts_with(beginning)) return std::nullopt;
    std::map<std::string, std::string> parts;
    std::istringstream words{std::string(line.substr(beginning.size()))};
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) return std::nullopt;
        parts[word.substr(0, equals)] = word.substr(equals + 1);
    }
    const auto number = whole_number<std::uint64_t>(parts["number"]);
    const auto at = time_in(parts["at"]);
    const auto kind = seal_kind_names.value_of(parts["kind"]);
    const auto of_layout = whole_number<std::uint64_t>(parts["layout"]);
    const auto rows = whole_number<std::uint64_t>(parts["rows"]);
    if (!number || !at || !kind || !of_layout || *of_layout > 1'000'000 || !rows) return std::nullopt;
    Seal seal{*number,
              *at,
              *kind,
              parts["whole"] == "1",
              static_cast<int>(*of_layout),
              *rows,
              parts["root"],
              parts["previous"],
              parts["key"],
              parts["signature"]};
    return seal.line() == line ? std::optional(seal) : std::nullopt;
}

}  // namespace gdprd::seal
