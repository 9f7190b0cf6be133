#include "daemon/command/erase_preview.h"

#include <vector>

#include "erasure/case.h"
#include "erasure/preview.h"
#include "ledger/ledger.h"

namespace gdprd::command {

namespace {

// The decision is the eraser's, made from the same rows under the same locks, which are given back before
// anything is counted.
erasure::Case open_case(database::Connection& connection, const erasure::Rules& rules, ContactId contact) {
    erasure::Request request;
    request.contact = contact;
    request.origin = Origin::command;
    request.received_at = now();
    const database::Transaction rolled_back(connection);
    ledger::Ledger ledger(connection, rules.ledger_database);
    const bool has_ledger = ledger.format_found() == ledger::Ledger::format;
    return erasure::open_cases(connection, rules, has_ledger ? &ledger : nullptr, {&request, 1}).at(contact);
}

}  // namespace

EraseOutcome preview_erasure(database::Connection& connection, const erasure::Rules& rules,
                             ContactId contact) {
    const erasure::Case of = open_case(connection, rules, contact);
    EraseOutcome outcome;
    outcome.dry_run = true;
    outcome.result.contact = contact;
    outcome.result.verdict = of.decided.verdict;
    outcome.result.hold = of.hold;
    outcome.result.due_at = of.opt_out.grace_until;
    const database::Transaction rolled_back(connection);
    const auto previews = erasure::preview(connection, rules, contact);
    for (std::size_t i = 0; i < previews.size(); ++i) {
        outcome.rows += previews[i].rows;
        outcome.pending += rules.plan->steps[i].delete_rows ? previews[i].rows : previews[i].pending;
    }
    return outcome;
}

}  // namespace gdprd::command
