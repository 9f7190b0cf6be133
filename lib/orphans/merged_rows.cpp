#include "orphans/merged_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "database/quote.h"
#include "orphans/contact_rows.h"
#include "orphans/orphan_eraser.h"

namespace gdprd::orphans {

using background::Run;
using plan::Step;

namespace {

using Merged = std::map<ContactId, ContactId>;

// Some rows of losers, in which nobody else's are.
struct Given {
    std::vector<ContactRow> moved;  // by Mautic, which says whose they are
    std::vector<ContactRow> lost;   // as they were, without a contact
    std::uint64_t nobodys = 0;      // of the latter: nobody knows the winner
};

// Of several merges one after the other; 0 when it is not known.
ContactId last_winner(const Merged& merged, ContactId loser) {
    ContactId winner = merged.at(loser);
    for (std::size_t steps = 0; steps < merged.size() && merged.contains(winner); ++steps) {
        winner = merged.at(winner);
    }
    return merged.contains(winner) ? 0 : winner;
}

// A row that came under the id of one is nobody's business here.
Given divide(ContactRows& rows, const Step& step, const Merged& merged, const std::vector<ContactRow>& page) {
    std::map<std::uint64_t, const ContactRow*> then;
    for (const ContactRow& one : page) then.emplace(one.row, &one);
    Given given;
    for (const ContactRow& one : rows.now(step, ids_of(page))) {
        const ContactRow& loser = *then.at(one.row);
        if (one.contact != 0) {
            if (!merged.contains(one.contact)) given.moved.push_back(one);
        } else if (one.is_same_row(loser)) {
            const ContactId winner = last_winner(merged, loser.contact);
            if (winner != 0) given.lost.push_back({winner, one.row, one.constant});
            if (winner == 0) ++given.nobodys;
        }
    }
    return given;
}

std::uint64_t give_rows(const Run& run, const Step& step, const Merged& merged, std::size_t page_rows,
                        ContactRows::Table table) {
    const std::string& ledger = run.rules->ledger_database;
    ContactRows rows(run.connection, ledger, table);
    ContactRows seen(run.connection, ledger);
    ContactRows given_rows(run.connection, ledger, ContactRows::Table::given);
    std::vector<ContactId> losers;
    for (const auto& [loser, winner] : merged) losers.push_back(loser);
    for (std::uint64_t nobodys = 0;;) {
        const auto page = rows.of(step, losers, page_rows);
        if (page.empty()) return nobodys;
        const Given given = divide(rows, step, merged, page);
        nobodys += given.nobodys;
        database::Transaction transaction(run.connection);
        rows.forget(step, ids_of(page));
        seen.keep(step, given.moved);
        given_rows.keep(step, given.lost);
        transaction.commit();
        run.throttle.wait(run.connection, run.stop);
    }
}

}  // namespace

std::uint64_t give_to_winners(const Run& run, const Merged& merged, std::size_t page_rows) {
    if (merged.empty()) return 0;
    std::uint64_t left = 0;
    for (const Step* step : orphan_steps(*run.rules->plan)) {
        for (const auto table : {ContactRows::Table::seen, ContactRows::Table::given}) {
            left += give_rows(run, *step, merged, page_rows, table);
        }
    }
    return left;
}

// The list is short: of merges only, and of rows that Mautic does not move.
std::vector<ContactId> erased_winners(const Run& run, ContactId after, std::size_t contacts_max) {
    const std::string ledger = database::quote_identifier(run.rules->ledger_database);
    return read_ids(run.connection,
                    "SELECT DISTINCT g.contact_id FROM " + ledger + ".`merged_row` g JOIN " + ledger +
                        ".`erasure` e ON e.contact_id = g.contact_id AND e.status IN "
                        "('settling','complete','partial') WHERE g.contact_id > " +
                        std::to_string(after) + " ORDER BY g.contact_id LIMIT " +
                        std::to_string(contacts_max),
                    "merged_row: who is erased");
}

}  // namespace gdprd::orphans
