// One record of the ledger as a line of JSON, and back.
#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "ledger/recorded_name.h"
#include "policy/hash.h"
#include "restore/file.h"

namespace gdprd::restore {

namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t int_unsigned_max = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t findings_max = 4'096;

ordered_json json_or_null(const std::string& text) {
    return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json json_or_null(const std::optional<std::uint64_t>& number) {
    return number ? ordered_json(*number) : ordered_json(nullptr);
}

// "2026-03-01T12:34:56.789Z"
ordered_json json_or_null(const std::optional<Timestamp>& time) {
    if (!time) return nullptr;
    std::string text = format_utc(*time);
    text[text.find(' ')] = 'T';
    return text + 'Z';
}

ordered_json not_covered_json(const ledger::NotCovered& not_covered) {
    ordered_json list = ordered_json::array();
    if (not_covered.files) list.push_back("files");
    if (not_covered.older_rows) list.push_back("older_rows");
    return list;
}

ordered_json findings_json(const std::vector<ledger::Finding>& findings) {
    ordered_json list = ordered_json::array();
    for (const ledger::Finding& finding : findings) {
        list.push_back({{"table", finding.table}, {"column", finding.column}, {"cells", finding.cells}});
    }
    return list;
}

[[noreturn]] void refuse(const std::string& field, const std::string& what) {
    throw Error(field + ": " + what);
}

// Of one key, or of a wrapped hash's two.
const std::vector<std::size_t> key_id_lengths{16, 32};

std::vector<std::size_t> hash_lengths() {
    std::vector<std::size_t> lengths;
    for (const policy::AlgorithmFacts& one : policy::all_algorithms()) lengths.push_back(one.digits);
    return lengths;
}

bool is_hex_of(const std::string& text, const std::vector<std::size_t>& lengths) {
    return is_lower_hex(text) && std::find(lengths.begin(), lengths.end(), text.size()) != lengths.end();
}

// Takes the fields of an object one by one; each must be there, with the right type and a possible value.
class Fields {
  public:
    explicit Fields(const ordered_json& object) : object_(object) {}

    std::uint64_t number(const std::string& field,
                         std::uint64_t max = std::numeric_limits<std::uint64_t>::max()) const {
        const ordered_json& value = at(field);
        if (!value.is_number_unsigned()) refuse(field, "is not a whole number");
        const auto number = value.get<std::uint64_t>();
        if (number > max) refuse(field, "is too large");
        return number;
    }

    std::optional<std::uint64_t> number_or_null(const std::string& field, std::uint64_t max) const {
        if (at(field).is_null()) return std::nullopt;
        return number(field, max);
    }

    bool boolean(const std::string& field) const {
        const ordered_json& value = at(field);
        if (!value.is_boolean()) refuse(field, "is neither true nor false");
        return value.get<bool>();
    }

    std::string text(const std::string& field) const {
        const ordered_json& value = at(field);
        if (!value.is_string()) refuse(field, "is not a text");
        return value.get<std::string>();
    }

    std::string hex(const std::string& field, const std::vector<std::size_t>& lengths) const {
        std::string value = text(field);
        if (!is_hex_of(value, lengths)) refuse(field, "is not lower-case hexadecimal of the right length");
        return value;
    }

    std::string hex_or_null(const std::string& field, const std::vector<std::size_t>& lengths) const {
        return at(field).is_null() ? std::string() : hex(field, lengths);
    }

    std::string identifier(const std::string& field) const {
        std::string value = text(field);
        if (!ledger::is_recorded_name(value)) refuse(field, "is not a name of a table or column");
        return value;
    }

    std::optional<Timestamp> time_or_null(const std::string& field) const {
        if (at(field).is_null()) return std::nullopt;
        std::string value = text(field);
        constexpr std::size_t characters = 24;
        if (value.size() != characters || value[10] != 'T' || value.back() != 'Z') {
            refuse(field, "is not a time like 2026-03-01T12:34:56.789Z");
        }
        value.pop_back();
        const auto time = parse_utc(value);
        if (!time) refuse(field, "is not a time like 2026-03-01T12:34:56.789Z");
        return time;
    }

    template <class Names>
    auto word(const std::string& field, const Names& names) const {
        if (const auto value = names.value_of(text(field))) return *value;
        refuse(field, "is not a word this program knows");
    }

    // Somebody who may be written to is never erased.
    policy::Reason reason(const std::string& field) const {
        const auto reason = policy::reason_from_name(text(field));
        if (reason && reason != policy::Reason::contactable) return *reason;
        refuse(field, "is not a word this program knows");
    }

    std::string one_of(const std::string& field, const std::vector<std::string>& words) const {
        std::string value = text(field);
        if (std::find(words.begin(), words.end(), value) == words.end()) {
            refuse(field, "is not a word this program knows");
        }
        return value;
    }

    const ordered_json& array(const std::string& field, std::size_t max) const {
        const ordered_json& value = at(field);
        if (!value.is_array() || value.size() > max) refuse(field, "is not a list that is possible");
        return value;
    }

  private:
    const ordered_json& at(const std::string& field) const {
        const auto found = object_.find(field);
        if (found == object_.end()) refuse(field, "is missing");
        return *found;
    }

    const ordered_json& object_;
};

ledger::NotCovered parse_not_covered(const Fields& fields) {
    ledger::NotCovered not_covered;
    for (const ordered_json& one : fields.array("not_covered", 2)) {
        if (one == "files") {
            not_covered.files = true;
        } else if (one == "older_rows") {
            not_covered.older_rows = true;
        } else {
            refuse("not_covered", "is not a word this program knows");
        }
    }
    return not_covered;
}

ledger::Marks parse_marks(const Fields& fields) {
    const std::string text = fields.text("hash_marks");
    if (text.size() % ledger::Marks::digits != 0 ||
        text.size() > ledger::Marks::digits * ledger::Marks::marks_max ||
        (!text.empty() && !is_lower_hex(text))) {
        refuse("hash_marks", "is not a row of marks");
    }
    return ledger::Marks(text);
}

std::vector<ledger::Finding> parse_findings(const Fields& fields) {
    std::vector<ledger::Finding> findings;
    for (const ordered_json& one : fields.array("findings", findings_max)) {
        if (!one.is_object()) refuse("findings", "is not a list of findings");
        const Fields finding(one);
        findings.push_back(
            {finding.identifier("table"), finding.identifier("column"), finding.number("cells")});
    }
    return findings;
}

// A salt beside nothing to hide, and a hash in what is forgotten, are not as the program writes them.
void parse_retention(const Fields& fields, ledger::Record& row) {
    constexpr std::size_t salt_digits = 32;
    row.salt = fields.hex_or_null("salt", {salt_digits});
    row.forgotten_at = fields.time_or_null("forgotten_at");
    const bool has_identity = !row.subject_hash.empty() || !row.key_id.empty() || !row.marks.empty();
    if (row.forgotten_at && (has_identity || !row.salt.empty())) {
        refuse("forgotten_at", "stands in a record that is not forgotten");
    }
}

}  // namespace

std::string ledger_line(const ledger::Record& row, int version) {
    ordered_json json{{"contact", row.contact}};
    if (version > 1) json["former"] = row.former;
    json.update(ordered_json{{"status", name_of(row.status)},
                             {"subject_hash", json_or_null(row.subject_hash)},
                             {"algorithm", row.algorithm},
                             {"key_id", json_or_null(row.key_id)},
                             {"channel", row.channel},
                             {"reason", policy::name_of(row.reason)},
                             {"origin", name_of(row.origin)},
                             {"opted_out_at", json_or_null(row.opted_out_at)},
                             {"requested_at", json_or_null(row.requested_at)},
                             {"erased_at", json_or_null(row.erased_at)},
                             {"last_pass_at", json_or_null(row.last_pass_at)},
                             {"completed_at", json_or_null(row.completed_at)},
                             {"passes", row.passes},
                             {"rows_changed", row.rows_changed},
                             {"rows_deleted", row.rows_deleted},
                             {"rows_late", row.rows_late},
                             {"files_removed", row.files_removed},
                             {"values_emptied", row.values_emptied},
                             {"not_covered", not_covered_json(row.not_covered)}});
    if (version > 2) json["undecided"] = json_or_null(row.not_covered.undecided);
    json.update(ordered_json{{"hash_marks", row.marks.text()},
                             {"policy_digest", row.policy_digest},
                             {"schema_digest", row.schema_digest},
                             {"map_digest", row.map_digest}});
    if (version > 4) {
        json.update(
            ordered_json{{"salt", json_or_null(row.salt)}, {"forgotten_at", json_or_null(row.forgotten_at)}});
    }
    json["findings"] = findings_json(row.findings);
    return json.dump();
}

ledger::Record parse_ledger_line(const std::string& line, int version) {
    const auto json = ordered_json::parse(line, nullptr, false);
    if (!json.is_object()) refuse("line", "is not a record");
    const Fields fields(json);
    ledger::Record row;
    row.contact = fields.number("contact");
    if (row.contact == 0) refuse("contact", "is not the id of a contact");
    if (version > 1) row.former = fields.boolean("former");
    row.status = fields.word("status", ledger::status_names);
    row.subject_hash = fields.hex_or_null("subject_hash", hash_lengths());
    row.algorithm = fields.one_of("algorithm", policy::Hasher::all_algorithm_names());
    row.key_id = fields.hex_or_null("key_id", key_id_lengths);
    row.channel = fields.one_of("channel", {"email", "sms", "other"});
    row.reason = fields.reason("reason");
    row.origin = fields.word("origin", origin_names);
    row.opted_out_at = fields.time_or_null("opted_out_at");
    row.requested_at = fields.time_or_null("requested_at");
    row.erased_at = fields.time_or_null("erased_at");
    row.last_pass_at = fields.time_or_null("last_pass_at");
    row.completed_at = fields.time_or_null("completed_at");
    row.passes = fields.number("passes", int_unsigned_max);
    row.rows_changed = fields.number("rows_changed");
    row.rows_deleted = fields.number("rows_deleted");
    row.rows_late = fields.number("rows_late");
    row.files_removed = fields.number("files_removed", int_unsigned_max);
    row.values_emptied = fields.number("values_emptied", int_unsigned_max);
    row.not_covered = parse_not_covered(fields);
    if (version > 2) row.not_covered.undecided = fields.number_or_null("undecided", int_unsigned_max);
    row.marks = parse_marks(fields);
    row.policy_digest = fields.hex("policy_digest", {64});
    row.schema_digest = fields.hex("schema_digest", {64});
    row.map_digest = fields.hex("map_digest", {64});
    if (version > 4) parse_retention(fields, row);
    row.findings = parse_findings(fields);
    // Whatever else could be odd: a field too many or twice, another order, marks that are not sorted.
    if (ledger_line(row, version) != line) refuse("line", "is not as `ledger export` writes it");
    return row;
}

std::string address_line(const ledger::ErasedAddress& address) {
    return ordered_json{{"address", address.hash},
                        {"contact", address.contact},
                        {"kind", name_of(address.kind)},
                        {"algorithm", address.algorithm},
                        {"key_id", json_or_null(address.key_id)},
                        {"noted_at", json_or_null(std::optional(address.noted_at))}}
        .dump();
}

ledger::ErasedAddress parse_address_line(const std::string& line) {
    const auto json = ordered_json::parse(line, nullptr, false);
    if (!json.is_object()) refuse("line", "is not an address");
    const Fields fields(json);
    ledger::ErasedAddress address;
    address.hash = fields.hex("address", hash_lengths());
    address.contact = fields.number("contact");
    address.kind = fields.word("kind", address_kind_names);
    address.algorithm = fields.one_of("algorithm", policy::Hasher::all_algorithm_names());
    address.key_id = fields.hex_or_null("key_id", key_id_lengths);
    const auto noted_at = fields.time_or_null("noted_at");
    if (!noted_at) refuse("noted_at", "is missing");
    address.noted_at = *noted_at;
    if (address_line(address) != line) refuse("line", "is not as `ledger export` writes it");
    return address;
}

std::string fingerprints_line(std::span<const ledger::Fingerprint> fingerprints) {
    std::string text;
    for (const ledger::Fingerprint one : fingerprints) {
        std::array<unsigned char, sizeof one> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<unsigned char>(one >> (8 * (bytes.size() - 1 - i)));
        }
        text += to_hex(bytes);
    }
    return ordered_json{{"fingerprints", text}}.dump();
}

std::vector<ledger::Fingerprint> parse_fingerprints_line(const std::string& line) {
    constexpr std::size_t digits = 16;
    const auto json = ordered_json::parse(line, nullptr, false);
    if (!json.is_object()) refuse("line", "is not a record");
    const std::string text = Fields(json).text("fingerprints");
    if (!is_lower_hex(text) || text.size() % digits != 0)
        refuse("fingerprints", "is not a row of fingerprints");
    std::vector<ledger::Fingerprint> fingerprints;
    for (std::size_t at = 0; at < text.size(); at += digits) {
        fingerprints.push_back(std::stoull(text.substr(at, digits), nullptr, 16));
        const std::size_t count = fingerprints.size();
        if (count > 1 && fingerprints[count - 1] <= fingerprints[count - 2]) {
            refuse("fingerprints", "is not in order");
        }
    }
    if (fingerprints_line(fingerprints) != line) refuse("line", "is not as `ledger export` writes it");
    return fingerprints;
}

}  // namespace gdprd::restore
