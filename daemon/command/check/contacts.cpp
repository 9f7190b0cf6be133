#include "daemon/command/check/contacts.h"

#include <cstdint>

#include "background/checkpoints.h"
#include "daemon/command/common.h"
#include "database/quote.h"
#include "orphans/orphaned_rows.h"

namespace gdprd::command {

namespace {

constexpr const char* missing_advice =
    "Nothing of theirs is erased. Load the rest of the backup; docs/guide/deleted-contacts.md tells what "
    "counts as a deletion";

bool has_rows(database::Connection& connection, const std::string& table) {
    return connection.select("SELECT 1 FROM " + table + " LIMIT 1", {}, "look whether there are any").next();
}

}  // namespace

void check_missing_contacts(database::Connection& connection, const std::string& ledger_database,
                            const std::string& table_prefix, CheckReport& report) try {
    using database::quote_identifier;
    const std::string contacts = table_prefix + "leads";
    const std::string known = quote_identifier(ledger_database) + ".`contact_row`";
    if (!has_rows(connection, quote_identifier(contacts)) && has_rows(connection, known)) {
        report.warning("contacts", contacts + ": is empty, and there were contacts", missing_advice);
        return;
    }
    const std::uint64_t missing = background::Checkpoints(connection, ledger_database)
                                      .number(orphans::OrphanedRows::missing_mark)
                                      .value_or(0);
    if (missing == 0) return;
    report.warning("contacts",
                   contacts + ": " + counted(missing, "contact") +
                       " gone, but not by a deletion: rows of other tables have the ids still",
                   missing_advice);
} catch (const database::DatabaseError& error) {
    // A ledger of before these tables, or a right that is missing and named elsewhere.
    using database::ErrorClass;
    if (error.error_class() != ErrorClass::schema && error.error_class() != ErrorClass::privilege) throw;
}

}  // namespace gdprd::command
