#include "daemon/command/bulk/erase_run.h"

#include <thread>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "daemon/command/retries.h"
#include "erasure/executor.h"
#include "erasure/ledger_entry.h"
#include "ledger/ledger.h"
#include "mautic/do_not_contact.h"
#include "mautic/holds.h"
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

EraseOutcome EraseRun::preview(ContactId contact) {
    EraseOutcome outcome;
    outcome.result.contact = contact;
    outcome.dry_run = true;
    const std::vector<ContactId> contacts{contact};
    const database::Transaction rolled_back(*connection_);
    const auto rows = mautic::lock_do_not_contact(*connection_, rules_->plan->table_prefix, contacts);
    erasure::Executor executor(*connection_, *rules_->plan, rules_->hasher);
    const auto previews = executor.preview(contact);
    bool exists = false;
    for (std::size_t i = 0; i < previews.size(); ++i) {
        const plan::Step& step = rules_->plan->steps[i];
        if (&step == rules_->plan->contact_step()) exists = previews[i].rows > 0;
        outcome.rows += previews[i].rows;
        outcome.pending += step.delete_rows ? previews[i].rows : previews[i].pending;
    }
    if (!exists) {
        outcome.result.verdict = erasure::Verdict::no_such_contact;
        return outcome;
    }
    const auto found = rows.find(contact);
    const auto decision =
        found == rows.end() ? mautic::Decision{} : mautic::decide(found->second, rules_->triggers, now());
    if (decision.in_grace) outcome.result.due_at = decision.grace_until;
    outcome.result.verdict = decision.erase      ? erasure::Verdict::erased
                             : decision.in_grace ? erasure::Verdict::in_grace
                                                 : erasure::Verdict::not_do_not_contact;
    if (decision.erase) preview_hold(executor, outcome);
    return outcome;
}

// What the eraser would find out about holds; the ledger may not be there yet.
void EraseRun::preview_hold(erasure::Executor& executor, EraseOutcome& outcome) {
    if (rules_->holds.empty()) return;
    const ContactId contact = outcome.result.contact;
    ledger::Ledger ledger(*connection_, rules_->ledger_database);
    const auto before = ledger.format_found() == ledger::Ledger::format ? ledger.find(contact) : std::nullopt;
    const std::vector<ContactId> contacts{contact};
    const auto subjects = executor.lock_contacts(contacts);
    mautic::FieldValues values;
    for (const auto& [id, subject] : subjects) {
        const bool can = erasure::can_be_held(*rules_->plan, before ? &*before : nullptr, subject.values);
        if (can) values.emplace(id, &subject.values);
    }
    const auto holds = mautic::find_holds(*connection_, rules_->plan->table_prefix, rules_->holds, values);
    const auto hold = holds.find(contact);
    if (hold == holds.end()) return;
    outcome.result.verdict = erasure::Verdict::held;
    outcome.result.hold = hold->second;
}

EraseOutcome EraseRun::erase_now(ContactId contact) {
    erasure::Request request;
    request.contact = contact;
    request.origin = Origin::command;
    request.received_at = now();
    const std::vector<erasure::Request> requests{request};
    EraseOutcome outcome;
    outcome.result = erasure::Eraser(*connection_, rules_).erase(requests).front();
    if (outcome.result.verdict == erasure::Verdict::erased) leave_later_pass(outcome, request.received_at);
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
