#include "daemon/command/erase.h"

#include <iostream>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "daemon/assembly.h"
#include "daemon/command/erase_preview.h"
#include "daemon/command/report/json_output.h"
#include "daemon/command/report/ledger_words.h"
#include "daemon/command/retries.h"
#include "queue/queue.h"

namespace gdprd::command {

namespace {

using erasure::Verdict;

std::string triggers_text(const policy::Triggers& triggers) {
    std::vector<std::string> reasons;
    for (const policy::Reason reason : triggers.reasons) reasons.emplace_back(policy::name_of(reason));
    const std::vector<std::string> channels(triggers.channels.begin(), triggers.channels.end());
    return join(reasons, " or ") + " for " + join(channels, " or ");
}

std::string erased_text(const EraseOutcome& outcome) {
    const erasure::Result& result = outcome.result;
    if (outcome.dry_run) {
        return "would be erased: " + counted(outcome.rows, "row") + " belong to it, " +
               std::to_string(outcome.pending) + " would be changed or deleted";
    }
    std::string text = "erased, status " + std::string(ledger::name_of(result.status)) + ": " +
                       counted(result.counts.rows_changed, "row") + " changed, " +
                       std::to_string(result.counts.rows_deleted) + " deleted";
    if (result.files.files > 0) text += ", " + counted(result.files.files, "file") + " removed";
    if (result.counts.other_hashes > 0) {
        text +=
            "\n  " + counted(result.counts.other_hashes, "hash", "hashes") +
            " made with the row's number: another row has the plain one, and a UNIQUE index takes it once";
    }
    for (const std::string& words : not_covered_words(result.not_covered)) text += "\n  " + words;
    for (const auto& finding : result.findings) {
        text += "\n  something is left in " + finding.table + '.' + finding.column + ": " +
                counted(finding.cells, "cell");
    }
    if (outcome.next_pass) text += "\n  the daemon looks again at " + shown_time(*outcome.next_pass);
    return text;
}

std::string outcome_text(const EraseOutcome& outcome, const policy::Triggers& triggers) {
    if (!outcome.failure.empty()) return "failed: " + outcome.failure;
    switch (outcome.result.verdict) {
        case Verdict::erased:
            return erased_text(outcome);
        case Verdict::already_erased:
            return "skipped: erased already";
        case Verdict::not_do_not_contact:
            return "skipped: not do-not-contact (" + triggers_text(triggers) +
                   ")\n  To erase it, set it to do-not-contact in Mautic first; which reasons and channels "
                   "count is "
                   "[trigger] in the configuration";
        case Verdict::no_such_contact:
            return "skipped: there is no such contact";
        case Verdict::in_grace:
            return "skipped: in its grace period until " + shown_time(outcome.result.due_at) +
                   "\n  [trigger.grace] in the configuration sets it";
        case Verdict::held:
            return "held by " + policy::describe(*outcome.result.hold) +
                   ": nothing is changed\n  To erase it, take the hold away in Mautic and erase again";
    }
    return {};
}

ExitCode exit_code_of(const std::vector<EraseOutcome>& outcomes) {
    bool complete = true;
    for (const EraseOutcome& outcome : outcomes) {
        if (!outcome.failure.empty()) return ExitCode::failed;
        const bool erased = outcome.result.verdict == Verdict::erased;
        complete =
            complete && erased && (outcome.dry_run || outcome.result.status != ledger::Status::partial);
    }
    return complete ? ExitCode::done : ExitCode::not_everything;
}

// Every contact once, in the order in which they were named.
std::vector<ContactId> distinct(const std::vector<ContactId>& contacts) {
    std::vector<ContactId> result;
    std::set<ContactId> seen;
    for (const ContactId contact : contacts) {
        if (seen.insert(contact).second) result.push_back(contact);
    }
    return result;
}

// One run of the command, contact by contact.
class Run {
  public:
    // Connects, makes the rules and the ledger. Throws when that is not possible.
    Run(const daemon::Assembly& assembly, bool dry_run)
        : config_(assembly.config),
          dry_run_(dry_run),
          plans_(
              config_.mautic.table_prefix,
              [&assembly](const mautic::Schema& schema) {
                  return daemon::make_strict_rules(schema, assembly);
              },
              [](const auto&, const std::string&) {}, !dry_run),
          session_({config_.database, plans_, outage_, config_.worker.schema_refresh}) {
        session_.open();
    }

    // Does not throw for one contact's failure.
    EraseOutcome erase(ContactId contact) {
        EraseOutcome outcome;
        try {
            session_.attempt(retries, [&] { outcome = attempt(contact); });
        } catch (const Error& error) {
            outcome.result.contact = contact;
            outcome.dry_run = dry_run_;
            outcome.failure = describe(error);
        }
        return outcome;
    }

    // What the operator has to know about the run as a whole; "" for nothing.
    const std::string& remark() const { return remark_; }

  private:
    EraseOutcome attempt(ContactId contact) {
        if (dry_run_) return preview_erasure(session_.connection(), *session_.rules(), contact);
        erasure::Request request;
        request.contact = contact;
        request.origin = Origin::command;
        request.received_at = now();
        EraseOutcome outcome;
        outcome.result =
            erasure::Eraser(session_.connection(), session_.rules()).erase({&request, 1}).front();
        if (outcome.result.verdict == Verdict::erased) leave_later_pass(outcome, request.received_at);
        return outcome;
    }

    // The erasure is committed by now; what goes wrong here takes nothing of it back.
    void leave_later_pass(EraseOutcome& outcome, Timestamp received_at) {
        const Timestamp due_at = outcome.result.erased_at + config_.worker.settle.front();
        try {
            queue::QueueFile(config_.queue).store_settling(outcome.result.contact, received_at, due_at, 1);
            outcome.next_pass = due_at;
        } catch (const queue::QueueError& error) {
            remark_ = "The later passes are left out, which find what Mautic still wrote afterwards: " +
                      std::string(error.what()) +
                      ".\nTo get them, run `mautic-gdprd serve` with this configuration and erase again, or "
                      "erase again in a day.";
        }
    }

    const config::Config& config_;
    const bool dry_run_;
    worker::PlanCache plans_;
    worker::Outage::Observer nobody_;
    worker::Outage outage_{nobody_};
    worker::Session session_;
    std::string remark_;
};

}  // namespace

ExitCode erase(const EraseOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.common.config_file);
    Run run(assembly, options.dry_run);
    std::vector<EraseOutcome> outcomes;
    for (const ContactId contact : distinct(options.contacts)) {
        outcomes.push_back(run.erase(contact));
        if (options.common.json) continue;
        std::cout << "contact " << contact << ": " << outcome_text(outcomes.back(), assembly.config.triggers)
                  << std::endl;
    }
    if (options.common.json) std::cout << to_json(outcomes, run.remark()) << '\n';
    if (!options.common.json && !run.remark().empty()) std::cout << '\n' << run.remark() << '\n';
    return exit_code_of(outcomes);
}

}  // namespace gdprd::command
