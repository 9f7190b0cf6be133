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

// Are they remembered as somebody's, by what the daemon has seen since the restore?
RowIds owned(ContactRows& rows, const plan::Step& step, const std::map<std::uint64_t, ContactRow>& present) {
    RowIds ids;
    for (const auto& [row, one] : present) ids.push_back(row);
    std::vector<ContactRow> remembered = rows.remembered(step, ids);
    std::erase_if(remembered, [&](const ContactRow& one) {
        return one.contact == ContactRows::deleted_before || !one.is_same_row(present.at(one.row));
    });
    return ids_of(remembered);
}

// What becomes of an owner decides about the rows of those who have one.
std::vector<ContactRow> unchanged(ContactRows& rows, ContactRows& given, const plan::Step& step,
                                  const std::vector<ContactRow>& noted) {
    std::map<std::uint64_t, ContactRow> same;
    for (const ContactRow& one : noted) same.emplace(one.row, one);
    std::vector<ContactRow> present = rows.now(step, ids_of(noted));
    std::erase_if(present, [&](const ContactRow& one) {
        return one.contact != 0 || !one.is_same_row(same.at(one.row));
    });
    same.clear();
    for (const ContactRow& one : present) same.emplace(one.row, one);
    for (ContactRows* memory : {&rows, &given}) {
        for (const std::uint64_t row : owned(*memory, step, same)) same.erase(row);
    }
    std::vector<ContactRow> nobodys;
    for (const auto& [row, one] : same) nobodys.push_back(one);
    return nobodys;
}

}  // namespace

std::uint64_t expect_erased_again(database::Connection& connection, const std::string& ledger_database,
                                  std::span<const plan::Step* const> steps) {
    OrphanNotes notes(connection, ledger_database);
    ContactRows rows(connection, ledger_database);
    ContactRows given(connection, ledger_database, ContactRows::Table::given);
    std::uint64_t expected = 0;
    for (const plan::Step* step : steps) {
        RowWatch::walk_again(connection, ledger_database, *step);
        for (std::uint64_t after = 0;;) {
            const auto noted = notes.noted_after(*step, after, page_rows);
            const auto same = unchanged(rows, given, *step, noted);
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
