#include "ledger/ledger.h"

#include <algorithm>
#include <bit>

#include "base/hex.h"
#include "base/text.h"
#include "database/placeholders.h"
#include "ledger/columns.h"
#include "ledger/recorded_name.h"
#include "mautic/id_list.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

namespace {

// "a=VALUES(a), …" for every column but the key. VALUES() is what both MariaDB and MySQL 5.7-8.4 understand.
std::string upsert_clause() {
    std::string clause;
    std::string name;
    for (const char c : std::string(ledger_columns) + ',') {
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

}  // namespace

Ledger::Ledger(database::Connection& connection, std::string database)
    : connection_(connection), database_(std::move(database)) {}

std::string Ledger::table(std::string_view name) const {
    return database::quote_identifier(database_) + "." + database::quote_identifier(name);
}

std::vector<Record> Ledger::select(const std::string& condition, std::span<const Value> parameters,
                                   bool lock_rows) {
    Rows rows = connection_.select("SELECT " + std::string(ledger_columns) + " FROM " + table("erasure") +
                                       " WHERE " + condition + (lock_rows ? " FOR UPDATE" : ""),
                                   parameters, "ledger: read");
    std::vector<Record> found;
    while (rows.next()) found.push_back(read_ledger_row(rows));
    return found;
}

std::map<ContactId, Record> Ledger::lock(std::span<const ContactId> contacts) {
    const mautic::IdList ids(contacts);
    std::map<ContactId, Record> by_contact;
    for (Record& row :
         select("contact_id IN " + ids.placeholders() + " ORDER BY contact_id", ids.parameters(), true)) {
        // A held row may have been a superseded one.
        const bool has_findings = row.status == Status::partial || row.status == Status::superseded ||
                                  row.status == Status::erasing || row.status == Status::held;
        if (has_findings) read_findings(row);
        by_contact.emplace(row.contact, std::move(row));
    }
    return by_contact;
}

void Ledger::write(const Record& row) { write(std::span(&row, 1)); }

void Ledger::write(std::span<const Record> rows) {
    keep_as_former(rows);
    constexpr std::size_t rows_per_statement = 64;
    for (std::size_t done = 0; done < rows.size();) {
        // A power of two at a time: few different statements to prepare.
        const std::size_t size = std::bit_floor(std::min(rows.size() - done, rows_per_statement));
        insert(rows.subspan(done, size));
        done += size;
    }
    drop_findings(rows);
    for (const Record& row : rows) write_findings(row);
}

void Ledger::insert(std::span<const Record> rows) {
    const std::string row_of_marks = "(" + database::question_marks(ledger_column_count) + ")";
    std::string values;
    std::vector<Value> parameters;
    for (const Record& row : rows) {
        values += (values.empty() ? "" : ",") + row_of_marks;
        const auto of_row = ledger_parameters(row);
        parameters.insert(parameters.end(), of_row.begin(), of_row.end());
    }
    connection_.change("INSERT INTO " + table("erasure") + " (" + std::string(ledger_columns) + ") VALUES " +
                           values + " ON DUPLICATE KEY UPDATE " + upsert_clause(),
                       parameters, "ledger: write");
}

// Most erasures have no findings, before or after: nothing is asked of the database for them.
void Ledger::drop_findings(std::span<const Record> rows) {
    std::vector<ContactId> contacts;
    for (const Record& row : rows) {
        if (row.passes > 1 || row.erased_at != row.last_pass_at) contacts.push_back(row.contact);
    }
    if (contacts.empty()) return;
    const mautic::IdList ids(contacts);
    connection_.change("DELETE FROM " + table("finding") + " WHERE contact_id IN " + ids.placeholders(),
                       ids.parameters(), "ledger: drop findings");
}

std::pair<std::string, std::string> Ledger::name_column(const Finding& finding) {
    std::pair<std::string, std::string> name{recorded_name(finding.table), recorded_name(finding.column)};
    connection_.change(
        "INSERT IGNORE INTO " + table("covered_column") + " (table_name, column_name) VALUES (?,?)",
        std::vector<Value>{name.first, name.second}, "ledger: name a column");
    return name;
}

void Ledger::write_findings(const Record& row) {
    for (const Finding& finding : row.findings) {
        const auto [in_table, in_column] = name_column(finding);
        connection_.change(
            "REPLACE INTO " + table("finding") + " (contact_id, column_id, cells) SELECT ?, id, ? FROM " +
                table("covered_column") + " WHERE table_name = ? AND column_name = ?",
            std::vector<Value>{row.contact, finding.cells, in_table, in_column}, "ledger: write a finding");
    }
}

void Ledger::read_findings(Record& row) {
    Rows found = connection_.select("SELECT c.table_name, c.column_name, f.cells FROM " + table("finding") +
                                        " f JOIN " + table("covered_column") +
                                        " c ON c.id = f.column_id WHERE f.contact_id = ? ORDER BY 1, 2",
                                    std::vector<Value>{row.contact}, "ledger: read findings");
    while (found.next()) row.findings.push_back({found.text(0), found.text(1), found.number(2)});
}

std::optional<Record> Ledger::find(ContactId contact) {
    auto rows = select("contact_id = ?", std::vector<Value>{contact}, false);
    if (rows.empty()) return std::nullopt;
    read_findings(rows.front());
    return std::move(rows.front());
}

std::vector<Record> Ledger::find_by_subject(std::span<const std::string> hashes) {
    if (hashes.empty()) return {};
    const std::vector<Value> parameters(hashes.begin(), hashes.end());
    const std::string condition = "subject_hash IN (" + database::question_marks(hashes.size()) + ")";
    auto rows = select(condition + " ORDER BY contact_id", parameters, false);
    for (Record& row : rows) read_findings(row);
    const auto former = latest_of_each(select_former(condition, parameters));
    rows.insert(rows.end(), former.begin(), former.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Record& one, const Record& other) { return one.contact < other.contact; });
    return rows;
}

}  // namespace gdprd::ledger
