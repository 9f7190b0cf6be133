#include "erasure/ledger_import.h"

#include <algorithm>

namespace gdprd::erasure {

namespace {

// When something last happened to the contact. A hold has no pass, only a request.
Timestamp last_told(const LedgerRow& row) {
    return std::max({row.last_pass_at.value_or(Timestamp{}), row.erased_at.value_or(Timestamp{}),
                     row.requested_at.value_or(Timestamp{})});
}

}  // namespace

bool is_newer(const LedgerRow& offered, const LedgerRow& present) {
    if (last_told(offered) != last_told(present)) return last_told(offered) > last_told(present);
    // A re-subscription closes the record without a time of its own.
    return offered.status == Status::superseded && present.status != Status::superseded;
}

ImportCounts import_page(database::Connection& connection, const std::string& ledger_database,
                         std::span<const LedgerRow> rows, bool dry_run) {
    ImportCounts counts;
    if (rows.empty()) return counts;
    std::vector<ContactId> contacts;
    for (const LedgerRow& row : rows) contacts.push_back(row.contact);
    Ledger ledger(connection, ledger_database);
    database::Transaction transaction(connection);
    const auto present = ledger.lock(contacts);
    std::vector<LedgerRow> to_write;
    for (const LedgerRow& row : rows) {
        const auto there = present.find(row.contact);
        if (there == present.end()) {
            ++counts.added;
        } else if (is_newer(row, there->second)) {
            ++counts.updated;
        } else {
            ++counts.kept;
            continue;
        }
        to_write.push_back(row);
    }
    if (dry_run || to_write.empty()) return counts;
    ledger.replace(to_write);
    transaction.commit();
    return counts;
}

}  // namespace gdprd::erasure
