// Which contacts the suppression guard reads: those that are due, the new ones, and the changed ones, by
// their date where an index leads to it and else in a round over all of them.
#include <algorithm>

#include "background/checkpoints.h"
#include "suppression/suppression.h"

namespace gdprd::suppression {

using background::Checkpoints;
using background::PageBudget;
using background::pages_a_turn;
using background::Run;

namespace {

constexpr Milliseconds period_max{60'000};
constexpr std::string_view round_mark = "contacts_round";

}  // namespace

Milliseconds Suppression::period() const {
    return behind_ ? Milliseconds{0} : std::min(period_max, sweep_.incremental);
}

// Forgotten before they are judged, because judging may remember them again. When that fails the round finds
// them.
void Suppression::scan_young(const Run& run, const ContactPages& contacts) {
    std::vector<ContactId> due;
    const Timestamp at = now();
    for (const auto& [contact, judge_at] : young_) {
        if (judge_at <= at && due.size() < sweep_.page_rows) due.push_back(contact);
    }
    if (due.empty()) return;
    if (due.size() == sweep_.page_rows) behind_ = true;
    judge(run, contacts.of(due));
    for (const ContactId contact : due) young_.erase(contact);
}

void Suppression::scan_new(const Run& run, const ContactPages& contacts) {
    const auto highest = [&] { return contacts.highest_id(); };
    const auto read_page = [&](std::uint64_t& reached) {
        const Page page = contacts.after(reached, sweep_.page_rows);
        judge(run, page);
        if (!page.empty()) reached = page.back().id;
        return page.size();
    };
    if (!new_contacts_.scan(run, sweep_.page_rows, highest, read_page)) behind_ = true;
}

void Suppression::scan_changed(const Run& run, const ContactPages& contacts) {
    const std::string& index =
        change_index_.get(run.rules->plan->schema_digest, [&] { return contacts.change_index(); });
    if (index.empty()) {
        scan_in_round(run, contacts);
    } else {
        scan_by_date(run, contacts, index);
    }
}

void Suppression::scan_by_date(const Run& run, const ContactPages& contacts, const std::string& index) {
    const auto read_page = [&](background::DatePlace& place, Timestamp until) {
        const Page page = contacts.changed(place, until, index, sweep_.page_rows);
        judge(run, page);
        if (!page.empty()) place = {page.back().changed_at, page.back().id};
        return page.size();
    };
    if (!changed_contacts_.scan(run, sweep_.page_rows, read_page)) behind_ = true;
}

// So many pages a turn that the round takes about `full`; one at the least.
void Suppression::scan_in_round(const Run& run, const ContactPages& contacts) {
    Checkpoints checkpoints(run.connection, run.rules->ledger_database);
    std::uint64_t reached = checkpoints.number(round_mark).value_or(0);
    const double all_pages =
        static_cast<double>(contacts.highest_id()) / static_cast<double>(sweep_.page_rows);
    const double share = static_cast<double>(std::min(period_max, sweep_.incremental).count()) /
                         static_cast<double>(sweep_.full.count());
    const auto pages_max =
        std::clamp<std::size_t>(static_cast<std::size_t>(all_pages * share) + 1, 1, pages_a_turn);
    run.throttle.wait(run.connection, run.stop);
    for (PageBudget pages(run, pages_max); pages.next();) {
        const Page page = contacts.after(reached, sweep_.page_rows);
        judge(run, page);
        reached = page.size() < sweep_.page_rows ? 0 : page.back().id;
        checkpoints.set_number(round_mark, reached);
        if (reached == 0) return;
    }
}

}  // namespace gdprd::suppression
