#include "subjects/hold_finder.h"

#include <algorithm>
#include <iterator>

#include "ledger/hold_memory.h"
#include "mautic/id_list.h"

namespace gdprd::subjects {

using database::quote_identifier;
using mautic::FieldValues;
using policy::HeldBy;
using policy::Hold;

namespace {

constexpr const char* merge_table = "contact_merge_records";

bool has_merges(const plan::Plan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(),
                       [](const plan::Step& step) { return step.table == merge_table; });
}

std::vector<ContactId> not_in(const std::map<ContactId, Hold>& found, const FieldValues& contacts) {
    std::vector<ContactId> rest;
    for (const auto& [contact, values] : contacts) {
        if (!found.contains(contact)) rest.push_back(contact);
    }
    return rest;
}

}  // namespace

HoldFinder::HoldFinder(database::Connection& connection, const plan::Plan& plan, const policy::Holds& holds,
                       std::string ledger_database)
    : connection_(connection), plan_(plan), holds_(holds), ledger_database_(std::move(ledger_database)) {}

const std::set<HeldBy>& HoldFinder::remembered() {
    if (!remembered_ && ledger_database_.empty()) remembered_.emplace();
    if (!remembered_) remembered_ = ledger::HoldMemory(connection_, ledger_database_).find(holds_);
    return *remembered_;
}

std::map<ContactId, Hold> HoldFinder::find(const FieldValues& contacts) {
    if (holds_.empty() || contacts.empty()) return {};
    auto found = mautic::find_holds(connection_, plan_.table_prefix, holds_, contacts);
    const auto rest = not_in(found, contacts);
    if (rest.empty()) return found;
    for (const auto& [contact, named] :
         mautic::find_members(connection_, plan_.table_prefix, rest, remembered())) {
        if (auto hold = policy::hold_by_memory(holds_, named)) found.emplace(contact, *std::move(hold));
    }
    found.merge(find_merged(rest));
    return found;
}

// The hold came before the merge: a later one is somebody else's, who has the id of the one that is gone.
// Clocks differ.
std::map<ContactId, Hold> HoldFinder::find_merged(std::span<const ContactId> contacts) {
    std::map<ContactId, Hold> found;
    if (holds_.empty() || contacts.empty() || ledger_database_.empty() || !has_merges(plan_)) return found;
    const mautic::IdList ids(contacts);
    auto rows = connection_.select(
        "SELECT m.contact_id, m.merged_id FROM " + quote_identifier(plan_.table_prefix + merge_table) +
            " m STRAIGHT_JOIN " + quote_identifier(ledger_database_) +
            ".`erasure` e ON e.contact_id = m.merged_id WHERE m.contact_id IN " + ids.placeholders() +
            " AND e.status = 'held' AND (e.requested_at IS NULL OR"
            " m.date_added >= e.requested_at - INTERVAL 1 HOUR)",
        ids.parameters(), "contact_merge_records: look for holds");
    while (rows.next()) {
        Hold hold;
        hold.kind = Hold::Kind::merged;
        hold.id = rows.number(1);
        found.emplace(rows.number(0), std::move(hold));
    }
    return found;
}

std::optional<Hold> HoldFinder::find_hold_of_nothing() {
    if (holds_.empty()) return std::nullopt;
    return mautic::find_hold_of_nothing(connection_, plan_.table_prefix, holds_, plan_.contact_columns,
                                        remembered());
}

std::set<ContactId> HoldFinder::held_on_record(std::span<const ContactId> contacts) {
    std::set<ContactId> held;
    if (contacts.empty() || ledger_database_.empty()) return held;
    const mautic::IdList ids(contacts);
    auto rows = connection_.select("SELECT contact_id FROM " + quote_identifier(ledger_database_) +
                                       ".`erasure` WHERE contact_id IN " + ids.placeholders() +
                                       " AND status = 'held'",
                                   ids.parameters(), "erasure: look for holds");
    while (rows.next()) held.insert(rows.number(0));
    return held;
}

void HoldFinder::remember_named() {
    if (holds_.empty() || ledger_database_.empty()) return;
    const auto named = mautic::find_named(connection_, plan_.table_prefix, holds_);
    std::set<HeldBy> unknown;
    std::set_difference(named.begin(), named.end(), remembered().begin(), remembered().end(),
                        std::inserter(unknown, unknown.end()));
    ledger::HoldMemory(connection_, ledger_database_).remember(unknown);
}

}  // namespace gdprd::subjects
