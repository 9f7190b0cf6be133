#include "orphans/restored_rows.h"

#include <map>
#include <vector>

#include "orphans/contact_rows.h"
#include "orphans/gone_contacts.h"
#include "orphans/orphan_notes.h"
#include "orphans/row_watch.h"

namespace gdprd::orphans {

namespace {

constexpr std::size_t page_rows = 1'000;

std::vector<ContactRow> unchanged(ContactRows& rows, const plan::Step& step,
                                  const std::vector<ContactRow>& noted) {
    std::map<std::uint64_t, const ContactRow*> then;
    for (const ContactRow& one : noted) then.emplace(one.row, &one);
    std::vector<ContactRow> same = rows.now(step, ids_of(noted));
    std::erase_if(
        same, [&](const ContactRow& one) { return one.contact != 0 || !one.is_same_row(*then.at(one.row)); });
    return same;
}

}  // namespace

std::uint64_t expect_erased_again(database::Connection& connection, const std::string& ledger_database,
                                  std::span<const plan::Step* const> steps) {
    OrphanNotes notes(connection, ledger_database);
    ContactRows rows(connection, ledger_database);
    std::uint64_t expected = 0;
    for (const plan::Step* step : steps) {
        RowWatch::walk_again(connection, ledger_database, *step);
        for (std::uint64_t after = 0;;) {
            const auto noted = notes.noted_after(*step, after, page_rows);
            const auto same = unchanged(rows, *step, noted);
            rows.expect(*step, same);
            expected += same.size();
            if (noted.size() < page_rows) break;
            after = noted.back().row;
        }
    }
    if (expected > 0) GoneContacts::expect_deleted_before(connection, ledger_database);
    return expected;
}

}  // namespace gdprd::orphans
