#include "daemon/command/bulk/erase_run.h"

#include <thread>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "daemon/command/retries.h"
#include "erasure/case.h"
#include "erasure/preview.h"
#include "ledger/ledger.h"
#include "rights/rights.h"
#include "worker/backoff.h"

namespace gdprd::command {

namespace {

// Whether another attempt, over a new connection, may go better.
bool is_passing(const std::exception& error) {
    if (dynamic_cast<const erasure::StaleSchema*>(&error) != nullptr) return true;
    const auto* database_error = dynamic_cast<const database::DatabaseError*>(&error);
    return database_error != nullptr && database_error->error_class() != database::ErrorClass::privilege &&
           database_error->error_class() != database::ErrorClass::permanent;
}

erasure::Request request_for(ContactId contact) {
    erasure::Request request;
    request.contact = contact;
    request.origin = Origin::command;
    request.received_at = now();
    return request;
}

}  // namespace

EraseRun::EraseRun(const daemon::Assembly& assembly, bool dry_run) : assembly_(assembly), dry_run_(dry_run) {
    connect();
    if (!dry_run_) ledger::Ledger(*connection_, assembly_.config.ledger.database).create();
}

void EraseRun::connect() {
    connection_.reset();
    connection_.emplace(assembly_.config.database);
    rules_ = daemon::make_rules(mautic::read_schema(*connection_, assembly_.config.mautic.table_prefix),
                                assembly_);
    rules_ = rights::within_rights(*connection_, rules_);
    daemon::refuse_unknown(*rules_);
}

EraseOutcome EraseRun::erase(ContactId contact) {
    for (int attempts = 1;; ++attempts) {
        try {
            if (!connection_) connect();
            return attempt(contact);
        } catch (const Error& error) {
            // A conflict leaves the connection whole, but a new one costs little and is always right.
            connection_.reset();
            if (!is_passing(error) || attempts == attempts_max) {
                EraseOutcome outcome;
                outcome.result.contact = contact;
                outcome.dry_run = dry_run_;
                outcome.failure = describe(error);
                return outcome;
            }
        }
        std::this_thread::sleep_for(worker::backoff(attempts, backoff_first, backoff_max, random_fraction()));
    }
}

EraseOutcome EraseRun::attempt(ContactId contact) { return dry_run_ ? preview(contact) : erase_now(contact); }

// The same decision as an erasure's, from the same rows under the same locks; the ledger may not be there yet.
EraseOutcome EraseRun::preview(ContactId contact) {
    EraseOutcome outcome;
    outcome.result.contact = contact;
    outcome.dry_run = true;
    const database::Transaction rolled_back(*connection_);
    ledger::Ledger ledger(*connection_, rules_->ledger_database);
    const bool has_ledger = ledger.format_found() == ledger::Ledger::format;
    const std::vector<erasure::Request> requests{request_for(contact)};
    const auto cases =
        erasure::open_cases(*connection_, *rules_, has_ledger ? &ledger : nullptr, requests);
    const erasure::Case& of = cases.at(contact);
    outcome.result.verdict = of.decided.verdict;
    outcome.result.hold = of.hold;
    if (of.decided.verdict == erasure::Verdict::in_grace) outcome.result.due_at = of.opt_out.grace_until;
    const auto previews = erasure::preview(*connection_, *rules_, contact);
    for (std::size_t i = 0; i < previews.size(); ++i) {
        outcome.rows += previews[i].rows;
        outcome.pending += rules_->plan->steps[i].delete_rows ? previews[i].rows : previews[i].pending;
    }
    return outcome;
}

EraseOutcome EraseRun::erase_now(ContactId contact) {
    const std::vector<erasure::Request> requests{request_for(contact)};
    EraseOutcome outcome;
    outcome.result = erasure::Eraser(*connection_, rules_).erase(requests).front();
    if (outcome.result.verdict == erasure::Verdict::erased) {
        leave_later_pass(outcome, requests.front().received_at);
    }
    return outcome;
}

// The erasure is committed by now; what goes wrong here takes nothing of it back.
void EraseRun::leave_later_pass(EraseOutcome& outcome, Timestamp received_at) {
    const auto& config = assembly_.config;
    const Timestamp due_at = outcome.result.erased_at + config.worker.settle.front();
    try {
        queue::QueueFile(config.queue).store_settling(outcome.result.contact, received_at, due_at, 1);
        outcome.next_pass = due_at;
    } catch (const queue::QueueError& error) {
        remark_ = "The later passes are left out, which find what Mautic still wrote afterwards: " +
                  std::string(error.what()) +
                  ".\nTo get them, run `mautic-gdprd serve` with this configuration and erase again, or "
                  "erase again "
                  "in a day.";
    }
}

}  // namespace gdprd::command
