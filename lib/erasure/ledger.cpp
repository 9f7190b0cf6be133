#include "erasure/ledger.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/error.h"
#include "mautic/id_list.h"

namespace gdprd::erasure {

using database::Rows;
using database::Value;

namespace {

constexpr std::array<Status, 6> statuses{Status::settling,   Status::complete, Status::partial,
                                         Status::superseded, Status::erasing,  Status::held};

constexpr std::string_view columns =
    "contact_id, subject_hash, algorithm, key_id, channel, reason, origin, opted_out_at, requested_at,"
    " erased_at, last_pass_at, completed_at, status, passes, rows_changed, rows_deleted, rows_late,"
    " hash_marks, policy_digest, schema_digest, map_digest, files_removed, values_emptied, not_covered";
constexpr std::size_t column_count = 24;

// Channels are free text in Mautic, so the ledger knows three.
std::string stored_channel(const std::string& channel) {
    return channel == "email" || channel == "sms" ? channel : "other";
}

// What covered_column takes: a plugin may call its column anything, and a finding must not get lost over
// that.
std::string as_identifier(std::string name) {
    for (char& c : name) {
        const bool allowed = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             c == '_' || c == '$';
        if (!allowed) c = '_';
    }
    return name;
}

Value text_or_null(const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); }
Value time_or_null(const std::optional<Timestamp>& time) {
    return time ? Value(format_utc(*time)) : Value(nullptr);
}

Status status_from(const std::string& name) {
    for (const Status status : statuses) {
        if (name == name_of(status)) return status;
    }
    throw Error("ledger: status '" + name + "' is not one this program knows");
}

Origin origin_from(const std::string& name) {
    for (const Origin origin : {Origin::webhook, Origin::sweep, Origin::command}) {
        if (name == name_of(origin)) return origin;
    }
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

NotCovered not_covered_from(const std::string& text) {
    return {text.find(files_name) != std::string::npos, text.find(older_rows_name) != std::string::npos};
}

LedgerRow read_row(const Rows& rows) {
    LedgerRow row;
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
    return row;
}

std::vector<Value> parameters_of(const LedgerRow& row) {
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
            text_of(row.not_covered)};
}

// "a=VALUES(a), …" for every column but the key. VALUES() is what both MariaDB and MySQL 5.7-8.4 understand.
std::string upsert_clause() {
    std::string clause;
    std::string name;
    for (const char c : std::string(columns) + ',') {
        if (c == ' ') continue;
        if (c != ',') {
            name += c;
            continue;
        }
        if (name != "contact_id") clause += (clause.empty() ? "" : ", ") + name + "=VALUES(" + name + ")";
        name.clear();
    }
    return clause;
}

std::string question_marks(std::size_t count) {
    std::string marks = "?";
    for (std::size_t i = 1; i < count; ++i) marks += ",?";
    return marks;
}

}  // namespace

const char* name_of(Status status) {
    switch (status) {
        case Status::settling:
            return "settling";
        case Status::complete:
            return "complete";
        case Status::partial:
            return "partial";
        case Status::superseded:
            return "superseded";
        case Status::erasing:
            return "erasing";
        case Status::held:
            break;
    }
    return "held";
}

Ledger::Ledger(database::Connection& connection, std::string database)
    : connection_(connection), database_(std::move(database)) {}

std::string Ledger::table(std::string_view name) const {
    return database::quote_identifier(database_) + "." + database::quote_identifier(name);
}

std::vector<LedgerRow> Ledger::select(const std::string& condition, std::span<const Value> parameters,
                                      bool lock_rows) {
    Rows rows = connection_.select("SELECT " + std::string(columns) + " FROM " + table("erasure") +
                                       " WHERE " + condition + (lock_rows ? " FOR UPDATE" : ""),
                                   parameters, "ledger: read");
    std::vector<LedgerRow> found;
    while (rows.next()) found.push_back(read_row(rows));
    return found;
}

std::map<ContactId, LedgerRow> Ledger::lock(std::span<const ContactId> contacts) {
    const mautic::IdList ids(contacts);
    std::map<ContactId, LedgerRow> by_contact;
    for (LedgerRow& row :
         select("contact_id IN " + ids.placeholders() + " ORDER BY contact_id", ids.parameters(), true)) {
        // A held row may have been a superseded one.
        const bool has_findings = row.status == Status::partial || row.status == Status::superseded ||
                                  row.status == Status::erasing || row.status == Status::held;
        if (has_findings) read_findings(row);
        by_contact.emplace(row.contact, std::move(row));
    }
    return by_contact;
}

void Ledger::write(const LedgerRow& row) { write(std::span(&row, 1)); }

void Ledger::write(std::span<const LedgerRow> rows) {
    constexpr std::size_t rows_per_statement = 64;
    for (std::size_t done = 0; done < rows.size();) {
        // A power of two at a time: few different statements to prepare.
        const std::size_t size = std::bit_floor(std::min(rows.size() - done, rows_per_statement));
        insert(rows.subspan(done, size));
        done += size;
    }
    drop_findings(rows);
    for (const LedgerRow& row : rows) write_findings(row);
}

void Ledger::insert(std::span<const LedgerRow> rows) {
    const std::string row_of_marks = "(" + question_marks(column_count) + ")";
    std::string values;
    std::vector<Value> parameters;
    for (const LedgerRow& row : rows) {
        values += (values.empty() ? "" : ",") + row_of_marks;
        const auto of_row = parameters_of(row);
        parameters.insert(parameters.end(), of_row.begin(), of_row.end());
    }
    connection_.change("INSERT INTO " + table("erasure") + " (" + std::string(columns) + ") VALUES " +
                           values + " ON DUPLICATE KEY UPDATE " + upsert_clause(),
                       parameters, "ledger: write");
}

// Most erasures have no findings, before or after: nothing is asked of the database for them.
void Ledger::drop_findings(std::span<const LedgerRow> rows) {
    std::vector<ContactId> contacts;
    for (const LedgerRow& row : rows) {
        if (row.passes > 1 || row.erased_at != row.last_pass_at) contacts.push_back(row.contact);
    }
    if (contacts.empty()) return;
    const mautic::IdList ids(contacts);
    connection_.change("DELETE FROM " + table("finding") + " WHERE contact_id IN " + ids.placeholders(),
                       ids.parameters(), "ledger: drop findings");
}

void Ledger::write_findings(const LedgerRow& row) {
    for (const Finding& finding : row.findings) {
        const std::string in_table = as_identifier(finding.table);
        const std::string in_column = as_identifier(finding.column);
        connection_.change(
            "INSERT IGNORE INTO " + table("covered_column") + " (table_name, column_name) VALUES (?,?)",
            std::vector<Value>{in_table, in_column}, "ledger: name a column");
        connection_.change(
            "REPLACE INTO " + table("finding") + " (contact_id, column_id, cells) SELECT ?, id, ? FROM " +
                table("covered_column") + " WHERE table_name = ? AND column_name = ?",
            std::vector<Value>{row.contact, finding.cells, in_table, in_column}, "ledger: write a finding");
    }
}

void Ledger::read_findings(LedgerRow& row) {
    Rows found = connection_.select("SELECT c.table_name, c.column_name, f.cells FROM " + table("finding") +
                                        " f JOIN " + table("covered_column") +
                                        " c ON c.id = f.column_id WHERE f.contact_id = ? ORDER BY 1, 2",
                                    std::vector<Value>{row.contact}, "ledger: read findings");
    while (found.next()) row.findings.push_back({found.text(0), found.text(1), found.number(2)});
}

std::optional<LedgerRow> Ledger::find(ContactId contact) {
    auto rows = select("contact_id = ?", std::vector<Value>{contact}, false);
    if (rows.empty()) return std::nullopt;
    read_findings(rows.front());
    return std::move(rows.front());
}

std::vector<LedgerRow> Ledger::find_by_subject(std::span<const std::string> hashes) {
    if (hashes.empty()) return {};
    const std::vector<Value> parameters(hashes.begin(), hashes.end());
    auto rows = select("subject_hash IN (" + question_marks(hashes.size()) + ") ORDER BY contact_id",
                       parameters, false);
    for (LedgerRow& row : rows) read_findings(row);
    return rows;
}

}  // namespace gdprd::erasure
