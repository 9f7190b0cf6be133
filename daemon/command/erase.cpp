#include "daemon/command/erase.h"

#include <iostream>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "daemon/assembly.h"
#include "daemon/command/bulk/erase_run.h"
#include "daemon/command/report/json_output.h"
#include "daemon/command/report/ledger_words.h"

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

}  // namespace

ExitCode erase(const EraseOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.common.config_file);
    EraseRun run(assembly, options.dry_run);
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
