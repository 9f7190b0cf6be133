#include "retention/batch.h"

#include "subjects/hold_finder.h"

namespace gdprd::retention {

using database::Connection;
using subjects::Subjects;

namespace {

// While a rule does not say any more whom it held, that may be anybody.
std::set<ContactId> on_hold(Connection& connection, const erasure::Rules& rules, const Subjects& subjects) {
    std::set<ContactId> held;
    if (rules.holds.empty() || subjects.empty()) return held;
    mautic::FieldValues values;
    for (const auto& [contact, subject] : subjects) values.emplace(contact, &subject.values);
    subjects::HoldFinder finder(connection, *rules.plan, rules.holds, rules.ledger_database);
    if (finder.find_hold_of_nothing()) {
        for (const auto& [contact, subject] : subjects) held.insert(contact);
        return held;
    }
    for (const auto& [contact, hold] : finder.find(values)) held.insert(contact);
    return held;
}

}  // namespace

LockedContacts lock_contacts(Connection& connection, const erasure::Rules& rules,
                             const std::vector<ContactId>& contacts) {
    const plan::Plan& plan = *rules.plan;
    LockedContacts locked;
    locked.subjects = subjects::lock_subjects(connection, plan, rules.hasher, contacts);
    locked.winners = find_winners(connection, plan, contacts);
    std::vector<ContactId> winners;
    for (const auto& [winner, losers] : locked.winners) winners.push_back(winner);
    if (!winners.empty()) {
        locked.of_winners = subjects::lock_subjects(connection, plan, rules.hasher, winners);
    }
    locked.held = on_hold(connection, rules, locked.subjects);
    for (const ContactId winner : on_hold(connection, rules, locked.of_winners)) {
        const auto& losers = locked.winners.at(winner);
        locked.held.insert(losers.begin(), losers.end());
    }
    return locked;
}

}  // namespace gdprd::retention
