#include "orphans/traces.h"

#include <algorithm>
#include <vector>

#include "database/quote.h"
#include "orphans/contact_rows.h"
#include "orphans/orphan_eraser.h"
#include "orphans/row_ids.h"

namespace gdprd::orphans {

using database::quote_identifier;
using plan::Step;

namespace {

constexpr std::size_t rows_a_page = 1'000;
// The record of a merge, the log and the rows may be dated by machines whose clocks are set to different time
// zones. No id comes into use again so soon that it would show as well, but by a restart right after the
// merge of the newest contact: what that one leaves is kept with the winner's then, not erased.
constexpr Milliseconds clocks_differ = std::chrono::hours{26};

void read_log(database::Connection& connection, const std::string& prefix, const std::string& list,
              std::map<ContactId, Traces>& traces) {
    auto rows = connection.select(
        "SELECT object_id, action, MAX(id), MAX(date_added) FROM " + quote_identifier(prefix + "audit_log") +
            " WHERE object = 'lead' AND object_id IN " + list + " GROUP BY object_id, action",
        {}, "audit_log: look for what became of contacts");
    while (rows.next()) {
        Traces& of = traces[rows.number(0)];
        const std::string action = rows.text(1);
        auto& last = action == "delete" ? of.deletion : action == "merge" ? of.logged_merge : of.use;
        const Traces::Entry entry{rows.number(2), rows.time(3).value_or(Timestamp{})};
        if (!last || last->number < entry.number) last = entry;
    }
}

void read_merges(database::Connection& connection, const std::string& prefix, const std::string& list,
                 std::map<ContactId, Traces>& traces) {
    auto records = connection.select("SELECT merged_id, contact_id, date_added FROM " +
                                         quote_identifier(prefix + "contact_merge_records") +
                                         " WHERE merged_id IN " + list + " ORDER BY date_added, id",
                                     {}, "contact_merge_records: look for them");
    while (records.next()) {
        traces[records.number(0)].merge = {records.number(1), records.time(2).value_or(Timestamp{})};
    }
}

void read_dates_of_rows(database::Connection& connection, const erasure::Rules& rules,
                        std::map<ContactId, Traces>& traces) {
    std::vector<ContactId> merged;
    for (const auto& [contact, of] : traces) {
        if (of.merge || of.logged_merge) merged.push_back(contact);
    }
    ContactRows seen(connection, rules.ledger_database);
    for (const Step* step : orphan_steps(*rules.plan)) {
        for (const auto& [contact, date] : seen.newest_dates(*step, merged)) {
            auto& last = traces[contact].last_row;
            last = std::max(last.value_or(date), date);
        }
    }
}

// A table that is no longer what the plan says tells nothing: nothing of it is erased either.
template <typename Look>
void look_if_unchanged(Look look) try {
    look();
} catch (const database::DatabaseError& error) {
    if (error.error_class() != database::ErrorClass::schema) throw;
}

std::set<ContactId> lost_in(ContactRows& seen, const Step& step, std::vector<ContactId> contacts) {
    std::set<ContactId> lost;
    for (;;) {
        const auto page = seen.of(step, contacts, rows_a_page);
        std::map<std::uint64_t, const ContactRow*> then;
        for (const ContactRow& one : page) then.emplace(one.row, &one);
        for (const ContactRow& one : seen.now(step, ids_of(page))) {
            const ContactRow& before = *then.at(one.row);
            if (one.contact == 0 && one.is_same_row(before)) lost.insert(before.contact);
        }
        if (page.size() < rows_a_page) return lost;
        for (const ContactRow& one : page) std::erase(contacts, one.contact);
    }
}

}  // namespace

bool Traces::logged_as_deleted() const { return deletion && (!use || use->number < deletion->number); }

std::optional<ContactId> Traces::winner() const {
    if (!merge && !logged_merge) return std::nullopt;
    const Timestamp recorded_at = merge ? merge->at : Timestamp{};
    const Timestamp logged_at = logged_merge ? logged_merge->at : Timestamp{};
    const Timestamp merged_at = std::max(recorded_at, logged_at);
    const auto is_later = [&](Timestamp at) { return at > merged_at + clocks_differ; };
    const bool used_after = (use && is_later(use->at)) || (last_row && is_later(*last_row)) ||
                            (deletion && is_later(deletion->at));
    if (used_after) return std::nullopt;
    const bool is_recorded = merge && logged_at <= recorded_at + clocks_differ;
    return is_recorded ? merge->winner : 0;
}

std::map<ContactId, Traces> read_traces(database::Connection& connection, const erasure::Rules& rules,
                                        std::span<const ContactId> contacts) {
    std::map<ContactId, Traces> traces;
    for (const ContactId contact : contacts) traces[contact];
    if (contacts.empty()) return traces;
    const std::string list = list_of(contacts);
    read_log(connection, rules.plan->table_prefix, list, traces);
    // The merges last: a contact that is gone has left their traces before.
    read_merges(connection, rules.plan->table_prefix, list, traces);
    read_dates_of_rows(connection, rules, traces);
    return traces;
}

std::set<ContactId> still_named(database::Connection& connection, const erasure::Rules& rules,
                                std::span<const ContactId> contacts) {
    std::set<ContactId> named;
    if (contacts.empty()) return named;
    for (const Step* step : orphan_steps(*rules.plan)) {
        const std::string column = quote_identifier(step->tie.column);
        look_if_unchanged([&] {
            const auto found =
                read_ids(connection,
                         "SELECT DISTINCT " + column + " FROM " + quote_identifier(step->real_table) +
                             " FORCE INDEX (" + quote_identifier(step->index) + ") WHERE " + column + " IN " +
                             list_of(contacts),
                         step->key() + ": who is still named");
            named.insert(found.begin(), found.end());
        });
    }
    return named;
}

std::set<ContactId> lost_a_row(database::Connection& connection, const erasure::Rules& rules,
                               std::span<const ContactId> contacts, bool only_certain) {
    std::vector<ContactId> wanted(contacts.begin(), contacts.end());
    std::set<ContactId> lost;
    ContactRows seen(connection, rules.ledger_database);
    for (const Step* step : orphan_steps(*rules.plan)) {
        if (only_certain && step->tie.leftovers == mautic::Leftovers::after_a_day) continue;
        look_if_unchanged([&] { lost.merge(lost_in(seen, *step, wanted)); });
        std::erase_if(wanted, [&](ContactId contact) { return lost.contains(contact); });
    }
    return lost;
}

}  // namespace gdprd::orphans
