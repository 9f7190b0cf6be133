// Records of erasures that others of the same contact id followed. Rows are added, never changed: whoever
// holds a seal of such a row may compare it for ever.
#include <algorithm>

#include "database/placeholders.h"
#include "ledger/columns.h"
#include "ledger/forgetting.h"
#include "ledger/ledger.h"
#include "mautic/id_list.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

namespace {

// Taken while a long history was under way, by an export or a backup.
bool is_half(const Record& row) { return row.status == Status::erasing && !row.erased_at; }

// Is the hash of the first what became of the second's when it was wrapped?
bool is_wrapped_form(const Record& wrapped, const Record& other) {
    return wrapped.algorithm == "wrapped-" + other.algorithm && wrapped.key_id.ends_with(other.key_id);
}

// Of two of the same time.
bool same_subject(const Record& one, const Record& other) {
    return one.subject_hash == other.subject_hash || is_wrapped_form(one, other) ||
           is_wrapped_form(other, one);
}

bool finishes(const Record& whole, const Record& half) {
    return whole.erased_at && whole.opted_out_at == half.opted_out_at && same_subject(whole, half) &&
           *whole.erased_at >= half.last_pass_at.value_or(Timestamp{});
}

}  // namespace

// A hold has no pass, only a request.
Timestamp last_told(const Record& row) {
    return std::max({row.last_pass_at.value_or(Timestamp{}), row.erased_at.value_or(Timestamp{}),
                     row.requested_at.value_or(Timestamp{})});
}

// The time of the first pass is what later passes, a re-subscription and a copy leave as it is; before it is
// over there is the request's. An address that a later pass met first is of the same erasure.
bool same_erasure(const Record& one, const Record& other) {
    if (one.contact == other.contact && is_half(one) != is_half(other)) {
        return is_half(one) ? finishes(other, one) : finishes(one, other);
    }
    if (one.contact != other.contact || one.erased_at != other.erased_at) return false;
    if (!one.erased_at && one.requested_at != other.requested_at) return false;
    return same_subject(one, other) || one.subject_hash.empty() || other.subject_hash.empty();
}

bool is_newer(const Record& offered, const Record& present) {
    // What was forgotten does not come back with an older copy, and one that was forgotten counts.
    if (same_erasure(offered, present) &&
        offered.forgotten_at.has_value() != present.forgotten_at.has_value())
        return offered.forgotten_at.has_value();
    if (last_told(offered) != last_told(present)) return last_told(offered) > last_told(present);
    // A re-subscription closes the record without a time of its own.
    return offered.status == Status::superseded && present.status != Status::superseded;
}

std::vector<Record> latest_of_each(std::vector<Record> rows) {
    std::vector<Record> latest;
    for (Record& row : rows) {
        const auto known = std::find_if(latest.begin(), latest.end(),
                                        [&](const Record& one) { return same_erasure(one, row); });
        if (known == latest.end()) {
            latest.push_back(std::move(row));
        } else if (is_newer(row, *known)) {
            *known = std::move(row);
        }
    }
    return latest;
}

std::vector<Record> Ledger::select_former(const std::string& condition, std::span<const Value> parameters) {
    Rows rows = connection_.select("SELECT " + std::string(ledger_columns) + ", id FROM " +
                                       table("former_erasure") + " WHERE " + condition +
                                       " ORDER BY contact_id, COALESCE(erased_at, requested_at), id",
                                   parameters, "ledger: read former records");
    std::vector<Record> found;
    std::map<std::uint64_t, std::size_t> by_id;
    std::vector<std::uint64_t> ids;
    while (rows.next()) {
        found.push_back(read_ledger_row(rows));
        found.back().former = true;
        ids.push_back(rows.number(ledger_column_count));
        by_id.emplace(ids.back(), found.size() - 1);
    }
    if (found.empty()) return found;
    const mautic::IdList list(ids);
    Rows findings = connection_.select("SELECT f.former_id, c.table_name, c.column_name, f.cells FROM " +
                                           table("former_finding") + " f JOIN " + table("covered_column") +
                                           " c ON c.id = f.column_id WHERE f.former_id IN " +
                                           list.placeholders() + " ORDER BY 1, 2, 3",
                                       list.parameters(), "ledger: read findings of former records");
    while (findings.next()) {
        found[by_id.at(findings.number(0))].findings.push_back(
            {findings.text(1), findings.text(2), findings.number(3)});
    }
    return found;
}

std::vector<Record> Ledger::former(std::span<const ContactId> contacts) {
    if (contacts.empty()) return {};
    const mautic::IdList ids(contacts);
    return select_former("contact_id IN " + ids.placeholders(), ids.parameters());
}

// Of those whose record begins anew, and only what tells of an erasure. The rows are locked by now; the
// newest former record of a contact is the one that was just added.
void Ledger::keep_as_former(std::span<const Record> rows) {
    std::vector<ContactId> contacts;
    for (const Record& row : rows) {
        if (row.begins) contacts.push_back(row.contact);
    }
    if (contacts.empty()) return;
    const mautic::IdList ids(contacts);
    const std::string among = " WHERE contact_id IN " + ids.placeholders();
    const std::string columns(ledger_columns);
    connection_.change("INSERT INTO " + table("former_erasure") + " (" + columns + ") SELECT " + columns +
                           " FROM " + table("erasure") + among + " ORDER BY contact_id",
                       ids.parameters(), "ledger: keep former records");
    connection_.change("INSERT INTO " + table("former_finding") +
                           " (former_id, column_id, cells) SELECT (SELECT MAX(e.id) FROM " +
                           table("former_erasure") +
                           " e WHERE e.contact_id = f.contact_id), f.column_id, f.cells FROM " +
                           table("finding") + " f" + among,
                       ids.parameters(), "ledger: keep their findings");
    connection_.change("DELETE FROM " + table("finding") + among, ids.parameters(),
                       "ledger: drop their findings");
}

void Ledger::add_former(std::span<const Record> rows) {
    for (const Record& row : rows) {
        connection_.change("INSERT INTO " + table("former_erasure") + " (" + std::string(ledger_columns) +
                               ") VALUES (" + database::question_marks(ledger_column_count) + ")",
                           ledger_parameters(row), "ledger: add a former record");
        const std::uint64_t id = connection_.last_insert_id();
        for (const Finding& finding : row.findings) {
            const auto [in_table, in_column] = name_column(finding);
            connection_.change("INSERT INTO " + table("former_finding") +
                                   " (former_id, column_id, cells) SELECT ?, id, ? FROM " +
                                   table("covered_column") + " WHERE table_name = ? AND column_name = ?",
                               std::vector<Value>{id, finding.cells, in_table, in_column},
                               "ledger: add a finding of it");
        }
    }
}

}  // namespace gdprd::ledger
