#include "orphans/merged_rows.h"

#include <vector>

#include "orphans/contact_rows.h"
#include "orphans/orphan_eraser.h"

namespace gdprd::orphans {

using background::Run;
using plan::Step;

namespace {

using Merged = std::map<ContactId, ContactId>;

// Whose each row is now; 0 for nobody's. What Mautic moved says so itself; what it did not move, only the
// merge.
std::map<std::uint64_t, ContactId> owners_of(ContactRows& rows, const Step& step, const Merged& merged,
                                             const std::vector<ContactRow>& page, std::uint64_t& left) {
    std::vector<std::uint64_t> ids;
    for (const ContactRow& one : page) ids.push_back(one.row);
    std::map<std::uint64_t, ContactId> present;
    for (const ContactRow& one : rows.now(step, ids)) present[one.row] = one.contact;
    std::map<std::uint64_t, ContactId> owners;
    for (const ContactRow& one : page) {
        const auto row = present.find(one.row);
        ContactId& owner = owners[one.row];
        if (row == present.end()) continue;
        owner = row->second != 0 ? row->second : merged.at(one.contact);
        if (owner == 0) ++left;
    }
    return owners;
}

std::uint64_t give_rows(const Run& run, const Step& step, const Merged& merged, std::size_t page_rows) {
    ContactRows rows(run.connection, run.rules->ledger_database);
    std::vector<ContactId> losers;
    for (const auto& [loser, winner] : merged) losers.push_back(loser);
    for (std::uint64_t left = 0;;) {
        const auto page = rows.of(step, losers, page_rows);
        if (page.empty()) return left;
        std::vector<ContactRow> kept;
        std::vector<std::uint64_t> forgotten;
        for (const auto& [row, owner] : owners_of(rows, step, merged, page, left)) {
            if (owner == 0 || merged.contains(owner)) {
                forgotten.push_back(row);
            } else {
                kept.push_back({owner, row});
            }
        }
        rows.keep(step, kept);
        rows.forget(step, forgotten);
        run.throttle.wait(run.connection, run.stop);
    }
}

}  // namespace

std::uint64_t give_to_winners(const Run& run, const Merged& merged, std::size_t page_rows) {
    if (merged.empty()) return 0;
    std::uint64_t left = 0;
    for (const Step* step : orphan_steps(*run.rules->plan)) {
        left += give_rows(run, *step, merged, page_rows);
    }
    return left;
}

}  // namespace gdprd::orphans
