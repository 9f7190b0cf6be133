// The ledger from end to end, in pieces of bounded size.
#include "ledger/ledger.h"
#include "mautic/id_list.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

std::uint64_t Ledger::count() {
    Rows rows = connection_.select("SELECT (SELECT COUNT(*) FROM " + table("erasure") +
                                       ") + (SELECT COUNT(*) FROM " + table("former_erasure") + ")",
                                   {}, "ledger: count");
    return rows.next() ? rows.number(0) : 0;
}

std::vector<Record> Ledger::page(ContactId after, std::size_t rows_max) {
    auto rows = select("contact_id > ? ORDER BY contact_id LIMIT ?",
                       std::vector<Value>{after, std::uint64_t{rows_max}}, false);
    read_findings_of_all(rows);
    return rows;
}

std::vector<Record> Ledger::page_of_erased(ContactId after, std::size_t rows_max) {
    return select(
        "contact_id > ? AND (erased_at IS NOT NULL OR status = 'erasing' OR EXISTS (SELECT 1 FROM " +
            table("former_erasure") +
            " f WHERE f.contact_id = erasure.contact_id)) ORDER BY contact_id LIMIT ?",
        std::vector<Value>{after, std::uint64_t{rows_max}}, false);
}

void Ledger::replace(std::span<const Record> rows) {
    if (rows.empty()) return;
    std::vector<ContactId> contacts;
    for (const Record& row : rows) contacts.push_back(row.contact);
    keep_as_former(rows);
    const mautic::IdList ids(contacts);
    connection_.change("DELETE FROM " + table("finding") + " WHERE contact_id IN " + ids.placeholders(),
                       ids.parameters(), "ledger: drop findings");
    std::vector<Record> as_they_are(rows.begin(), rows.end());
    for (Record& row : as_they_are) row.begins = false;
    write(as_they_are);
}

void Ledger::read_findings_of_all(std::vector<Record>& rows) {
    if (rows.empty()) return;
    std::map<ContactId, Record*> by_contact;
    for (Record& row : rows) by_contact.emplace(row.contact, &row);
    Rows found = connection_.select("SELECT f.contact_id, c.table_name, c.column_name, f.cells FROM " +
                                        table("finding") + " f JOIN " + table("covered_column") +
                                        " c ON c.id = f.column_id WHERE f.contact_id BETWEEN ? AND ?"
                                        " ORDER BY 1, 2, 3",
                                    std::vector<Value>{rows.front().contact, rows.back().contact},
                                    "ledger: read findings of a page");
    while (found.next()) {
        const auto row = by_contact.find(found.number(0));
        if (row == by_contact.end()) continue;
        row->second->findings.push_back({found.text(1), found.text(2), found.number(3)});
    }
}

}  // namespace gdprd::ledger
