// Which contacts the suppression guard reads: those that are due, the new ones, and the changed ones, by
// their date where an index leads to it and else in a round over all of them.
#include <algorithm>

#include "background/marks.h"
#include "suppression/suppression.h"

namespace gdprd::suppression {

using background::Look;
using background::Marks;
using background::pages_a_turn;

namespace {

constexpr Milliseconds period_max{60'000};
constexpr std::string_view changed_mark = "contacts_changed";
constexpr std::string_view round_mark = "contacts_round";

}  // namespace

Milliseconds Suppression::period() const {
    return behind_ ? Milliseconds{0} : std::min(period_max, sweep_.incremental);
}

// Forgotten before they are judged, because judging may remember them again. When that fails the round finds
// them.
void Suppression::look_at_young(const Look& look, const ContactPages& contacts) {
    std::vector<ContactId> due;
    const Timestamp at = now();
    for (const auto& [contact, judge_at] : young_) {
        if (judge_at <= at && due.size() < sweep_.page_rows) due.push_back(contact);
    }
    if (due.empty()) return;
    if (due.size() == sweep_.page_rows) behind_ = true;
    judge(look, contacts.of(due));
    for (const ContactId contact : due) young_.erase(contact);
}

void Suppression::look_at_new(const Look& look, const ContactPages& contacts) {
    Marks marks(look.connection, look.rules->ledger_database);
    std::uint64_t reached = new_contacts_.begin(marks, [&] { return contacts.highest_id(); });
    for (std::size_t pages = 0; pages < pages_a_turn && !look.stop.stop_requested(); ++pages) {
        if (pages > 0) look.throttle.wait(look.connection, look.stop);
        const Page page = contacts.after(reached, sweep_.page_rows);
        judge(look, page);
        if (!page.empty()) reached = page.back().id;
        if (page.size() < sweep_.page_rows) return new_contacts_.end(marks, reached, true);
    }
    new_contacts_.end(marks, reached, false);
    behind_ = true;
}

void Suppression::look_at_changed(const Look& look, const ContactPages& contacts) {
    const std::string& schema = look.rules->plan->schema_digest;
    if (schema != indexed_schema_) {
        index_ = contacts.change_index();
        indexed_schema_ = schema;
    }
    if (index_.empty()) {
        look_in_round(look, contacts);
    } else {
        look_by_date(look, contacts);
    }
}

void Suppression::look_by_date(const Look& look, const ContactPages& contacts) {
    Marks marks(look.connection, look.rules->ledger_database);
    const Timestamp at = now();
    const auto since = marks.time(changed_mark);
    if (!since) return marks.set_time(changed_mark, at - overlap_);
    if (!changed_reached_) changed_begun_ = at;
    ContactPages::Place place = changed_reached_.value_or(ContactPages::Place{*since, 0});
    for (std::size_t pages = 0; pages < pages_a_turn && !look.stop.stop_requested(); ++pages) {
        if (pages > 0) look.throttle.wait(look.connection, look.stop);
        // Dates far in the future would be new for ever.
        const Page page = contacts.changed(place, at + overlap_, index_, sweep_.page_rows);
        judge(look, page);
        if (page.size() < sweep_.page_rows) {
            changed_reached_.reset();
            return marks.set_time(changed_mark, std::max(*since, changed_begun_ - overlap_));
        }
        place = {page.back().changed_at, page.back().id};
        changed_reached_ = place;
    }
    behind_ = true;
}

// So many pages a look that the round takes about `full`; one at the least.
void Suppression::look_in_round(const Look& look, const ContactPages& contacts) {
    Marks marks(look.connection, look.rules->ledger_database);
    std::uint64_t reached = marks.number(round_mark).value_or(0);
    const double all_pages =
        static_cast<double>(contacts.highest_id()) / static_cast<double>(sweep_.page_rows);
    const double share = static_cast<double>(std::min(period_max, sweep_.incremental).count()) /
                         static_cast<double>(sweep_.full.count());
    const auto pages =
        std::clamp<std::size_t>(static_cast<std::size_t>(all_pages * share) + 1, 1, pages_a_turn);
    for (std::size_t done = 0; done < pages && !look.stop.stop_requested(); ++done) {
        look.throttle.wait(look.connection, look.stop);
        const Page page = contacts.after(reached, sweep_.page_rows);
        judge(look, page);
        reached = page.size() < sweep_.page_rows ? 0 : page.back().id;
        marks.set_number(round_mark, reached);
        if (reached == 0) return;
    }
}

}  // namespace gdprd::suppression
