#include "daemon/command/erase_preview.h"

#include <vector>

#include "erasure/executor.h"
#include "erasure/ledger_entry.h"
#include "ledger/ledger.h"
#include "mautic/do_not_contact.h"
#include "mautic/holds.h"

namespace gdprd::command {

namespace {

// What the eraser would find out about holds; the ledger may not be there yet.
void preview_hold(database::Connection& connection, const erasure::Rules& rules, erasure::Executor& executor,
                  EraseOutcome& outcome) {
    if (rules.holds.empty()) return;
    const ContactId contact = outcome.result.contact;
    ledger::Ledger ledger(connection, rules.ledger_database);
    const auto before = ledger.format_found() == ledger::Ledger::format ? ledger.find(contact) : std::nullopt;
    const std::vector<ContactId> contacts{contact};
    const auto subjects = executor.lock_contacts(contacts);
    mautic::FieldValues values;
    for (const auto& [id, subject] : subjects) {
        const bool can = erasure::can_be_held(*rules.plan, before ? &*before : nullptr, subject.values);
        if (can) values.emplace(id, &subject.values);
    }
    const auto holds = mautic::find_holds(connection, rules.plan->table_prefix, rules.holds, values);
    const auto hold = holds.find(contact);
    if (hold == holds.end()) return;
    outcome.result.verdict = erasure::Verdict::held;
    outcome.result.hold = hold->second;
}

}  // namespace

EraseOutcome preview_erasure(database::Connection& connection, const erasure::Rules& rules,
                             ContactId contact) {
    EraseOutcome outcome;
    outcome.result.contact = contact;
    outcome.dry_run = true;
    const std::vector<ContactId> contacts{contact};
    const database::Transaction rolled_back(connection);
    const auto rows = mautic::lock_do_not_contact(connection, rules.plan->table_prefix, contacts);
    erasure::Executor executor(connection, *rules.plan, rules.hasher);
    const auto previews = executor.preview(contact);
    bool exists = false;
    for (std::size_t i = 0; i < previews.size(); ++i) {
        const plan::Step& step = rules.plan->steps[i];
        if (&step == rules.plan->contact_step()) exists = previews[i].rows > 0;
        outcome.rows += previews[i].rows;
        outcome.pending += step.delete_rows ? previews[i].rows : previews[i].pending;
    }
    if (!exists) {
        outcome.result.verdict = erasure::Verdict::no_such_contact;
        return outcome;
    }
    const auto found = rows.find(contact);
    const auto decision =
        found == rows.end() ? mautic::Decision{} : mautic::decide(found->second, rules.triggers, now());
    if (decision.in_grace) outcome.result.due_at = decision.grace_until;
    outcome.result.verdict = decision.erase      ? erasure::Verdict::erased
                             : decision.in_grace ? erasure::Verdict::in_grace
                                                 : erasure::Verdict::not_do_not_contact;
    if (decision.erase) preview_hold(connection, rules, executor, outcome);
    return outcome;
}

}  // namespace gdprd::command
