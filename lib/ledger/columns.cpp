// Between a record and the columns of `erasure` and `former_erasure`.
#include "ledger/columns.h"

#include <array>

#include "base/error.h"
#include "base/random.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

namespace {

// Channels are free text in Mautic, so the ledger knows three.
std::string stored_channel(const std::string& channel) {
    return channel == "email" || channel == "sms" ? channel : "other";
}

Value text_or_null(const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); }
Value time_or_null(const std::optional<Timestamp>& time) {
    return time ? Value(format_utc(*time)) : Value(nullptr);
}
Value number_or_null(const std::optional<std::uint64_t>& number) {
    return number ? Value(*number) : Value(nullptr);
}

Status status_from(const std::string& name) {
    if (const auto status = status_names.value_of(name)) return *status;
    throw Error("ledger: status '" + name + "' is not one this program knows");
}

Origin origin_from(const std::string& name) {
    if (const auto origin = origin_names.value_of(name)) return *origin;
    throw Error("ledger: origin '" + name + "' is not one this program knows");
}

// SET columns are written and read as a list with commas.
constexpr std::string_view files_name = "files";
constexpr std::string_view older_rows_name = "older_rows";

std::string text_of(const NotCovered& not_covered) {
    std::string text;
    if (not_covered.files) text = files_name;
    if (not_covered.older_rows) text += (text.empty() ? "" : ",") + std::string(older_rows_name);
    return text;
}

// What is forgotten has none: it was destroyed with what it hid.
Value salt_of(const Record& row) {
    if (row.forgotten_at) return nullptr;
    return row.salt.empty() ? new_salt() : row.salt;
}

NotCovered not_covered_from(const std::string& text) {
    return {text.find(files_name) != std::string::npos, text.find(older_rows_name) != std::string::npos,
            std::nullopt};
}

}  // namespace

std::string new_salt() {
    constexpr std::size_t bytes = 16;
    return random_hex(bytes);
}

Record read_ledger_row(const Rows& rows) {
    Record row;
    row.contact = rows.number(0);
    row.subject_hash = rows.text(1);
    row.algorithm = rows.text(2);
    row.key_id = rows.text(3);
    row.channel = rows.text(4);
    row.reason = policy::reason_from_name(rows.text(5)).value_or(policy::Reason::manual);
    row.origin = origin_from(rows.text(6));
    row.opted_out_at = rows.time(7);
    row.requested_at = rows.time(8);
    row.erased_at = rows.time(9);
    row.last_pass_at = rows.time(10);
    row.completed_at = rows.time(11);
    row.status = status_from(rows.text(12));
    row.passes = rows.number(13);
    row.rows_changed = rows.number(14);
    row.rows_deleted = rows.number(15);
    row.rows_late = rows.number(16);
    row.marks = Marks(rows.text(17));
    row.policy_digest = rows.text(18);
    row.schema_digest = rows.text(19);
    row.map_digest = rows.text(20);
    row.files_removed = rows.number(21);
    row.values_emptied = rows.number(22);
    row.not_covered = not_covered_from(rows.text(23));
    if (!rows.is_null(24)) row.not_covered.undecided = rows.number(24);
    row.salt = rows.text(25);
    row.forgotten_at = rows.time(26);
    return row;
}

std::vector<Value> ledger_parameters(const Record& row) {
    return {row.contact,
            text_or_null(row.subject_hash),
            row.algorithm,
            text_or_null(row.key_id),
            stored_channel(row.channel),
            std::string(policy::name_of(row.reason)),
            std::string(name_of(row.origin)),
            time_or_null(row.opted_out_at),
            time_or_null(row.requested_at),
            time_or_null(row.erased_at),
            time_or_null(row.last_pass_at),
            time_or_null(row.completed_at),
            std::string(name_of(row.status)),
            row.passes,
            row.rows_changed,
            row.rows_deleted,
            row.rows_late,
            row.marks.text(),
            row.policy_digest,
            row.schema_digest,
            row.map_digest,
            row.files_removed,
            row.values_emptied,
            text_of(row.not_covered),
            number_or_null(row.not_covered.undecided),
            salt_of(row),
            time_or_null(row.forgotten_at)};
}

}  // namespace gdprd::ledger
