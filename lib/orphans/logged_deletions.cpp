#include "orphans/logged_deletions.h"

#include "background/checkpoints.h"

namespace gdprd::orphans {

using background::DeletedContacts;
using database::quote_identifier;

namespace {

std::string audit_log_of(const std::string& prefix) { return quote_identifier(prefix + "audit_log"); }

}  // namespace

// Who wants `all` after a while gets the old ones too.
LoggedDeletions::LoggedDeletions(DeletedContacts mode, std::size_t page_rows, Milliseconds overlap)
    : mode_(mode),
      page_rows_(page_rows),
      checkpoint_(mode == DeletedContacts::all ? "logged_deletions_all" : "logged_deletions"),
      cursor_(checkpoint_, overlap) {}

// Not filtered by the server: it would read any number of entries to find a page of deletions.
std::string LoggedDeletions::statement(const std::string& prefix, std::uint64_t after, std::size_t rows_max) {
    return "SELECT id, object_id, object = 'lead' AND action = 'delete' FROM " + audit_log_of(prefix) +
           " FORCE INDEX (PRIMARY) WHERE id > " + std::to_string(after) + " ORDER BY id LIMIT " +
           std::to_string(rows_max);
}

bool LoggedDeletions::scan(const background::Run& run, GoneContacts& gone, background::PageBudget& pages) {
    const std::string& prefix = run.rules->plan->table_prefix;
    if (mode_ == DeletedContacts::all) {
        background::Checkpoints checkpoints(run.connection, run.rules->ledger_database);
        if (!checkpoints.number(checkpoint_)) checkpoints.set_number(checkpoint_, 0);
    }
    const auto highest = [&] {
        auto rows =
            run.connection.select("SELECT MAX(id) FROM " + audit_log_of(prefix), {}, "audit_log: highest id");
        return rows.next() ? rows.number(0) : 0;
    };
    const auto read_page = [&](std::uint64_t& reached) {
        auto rows = run.connection.select(statement(prefix, reached, page_rows_), {},
                                          "audit_log: look for deletions");
        std::vector<ContactId> deleted;
        std::size_t read = 0;
        for (; rows.next(); ++read) {
            reached = rows.number(0);
            if (rows.number(2) != 0) deleted.push_back(rows.number(1));
        }
        gone.add(deleted);
        return read;
    };
    return cursor_.scan(run, pages, page_rows_, highest, read_page);
}

}  // namespace gdprd::orphans
