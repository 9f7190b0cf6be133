// What becomes of a job whose erasure was carried out or found to be none: its next pass, and what is counted
// and logged about it.
#include "worker/outcomes.h"

#include <algorithm>

#include "base/log.h"
#include "worker/batch.h"

namespace gdprd::worker {

using erasure::Result;
using erasure::Verdict;
using ledger::Status;
using queue::Job;
using queue::Outcome;

namespace {

// A message of Mautic that is on its way is looked for again after this.
constexpr Milliseconds wait_first{60'000};

// So is what waits for a right, this often at the least.
constexpr Milliseconds right_wait_max{3'600'000};

}  // namespace

bool is_waiting(const Result& result) {
    return result.status == Status::settling && !result.findings.empty();
}

Outcome outcome(const Job& job, Outcome::Kind kind) {
    Outcome made;
    made.kind = kind;
    made.contact = job.contact;
    made.revision = job.revision;
    return made;
}

Outcome Batch::outcome_of(const Job& job, const Result& result) const {
    switch (result.verdict) {
        case Verdict::erased:
        case Verdict::already_erased:
            return next_pass(job, result);
        case Verdict::held:
        case Verdict::in_grace: {
            // No error and no attempt: a new request then looks again at once.
            Outcome made = outcome(job, Outcome::Kind::wait);
            made.due_at = result.due_at;
            made.attempts = job.attempts;
            return made;
        }
        case Verdict::not_do_not_contact:
        case Verdict::no_such_contact:
            break;
    }
    return outcome(job, Outcome::Kind::finished);
}

// Every configured pass is made, also after "complete": a later one that finds something says so. A contact
// that was still written about in the last one is looked at again after the last delay.
// A later pass that found somebody who had come back was that one's first.
Outcome Batch::next_pass(Job job, const Result& result) const {
    if (result.is_first_pass) job.pass = 0;
    auto next = static_cast<std::size_t>(job.pass);
    if (result.verdict == Verdict::already_erased && result.status == Status::complete) {
        // Those passes have been made for the erasure that stands.
        while (next < options_.settle.size() && result.erased_at + options_.settle[next] <= now()) ++next;
        if (next == options_.settle.size()) return outcome(job, Outcome::Kind::finished);
    }
    Outcome made = outcome(job, Outcome::Kind::settle);
    made.pass = static_cast<int>(next) + 1;
    if (const auto due = due_for_right(job, result)) {
        made.pass = std::max(job.pass, 1);
        made.due_at = *due;
        return made;
    }
    if (job.pass > 0 && is_waiting(result)) {
        // The same pass once more, each time after twice as long, and not after the next one is due.
        const Timestamp soon = now() + std::max(wait_first, Milliseconds(now() - result.erased_at));
        const bool in_time =
            next >= options_.settle.size() || soon < result.erased_at + options_.settle[next];
        if (in_time && !options_.settle.empty()) {
            made.pass = job.pass;
            made.due_at = soon;
            return made;
        }
    }
    if (next < options_.settle.size()) {
        made.due_at = std::max(result.erased_at + options_.settle[next], now());
        return made;
    }
    const bool look_again = result.status == Status::settling && !options_.settle.empty();
    if (!look_again) return outcome(job, Outcome::Kind::finished);
    made.due_at = now() + options_.settle.back();
    return made;
}

bool Batch::waits_for_right(const ledger::Finding& finding) const {
    return rules_->plan->waiting_columns.contains({finding.table, finding.column});
}

// What waits for a right is looked at again for as long as it takes, beyond all passes, each time after twice
// as long and within an hour; nothing when the next pass comes sooner. The first time that is the first
// configured pass: made before its time it would do early what only later passes do.
std::optional<Timestamp> Batch::due_for_right(const Job& job, const Result& result) const {
    const auto waits = [this](const ledger::Finding& finding) { return waits_for_right(finding); };
    if (std::none_of(result.findings.begin(), result.findings.end(), waits)) return std::nullopt;
    if (job.pass == 0 && !options_.settle.empty()) return std::nullopt;
    const Timestamp at = now();
    const Timestamp soon = at + std::clamp(Milliseconds(at - result.erased_at), wait_first, right_wait_max);
    const auto next = static_cast<std::size_t>(job.pass);
    const bool pass_is_sooner =
        next < options_.settle.size() && result.erased_at + options_.settle[next] <= soon;
    return pass_is_sooner ? std::nullopt : std::optional(soon);
}

// A hold is looked at again and again; it is told once. The rule's name is the operator's own word.
void Batch::count_held(const Job& job, const Result& result) {
    if (!result.newly_held) return;
    metrics_.erased("held", name_of(job.origin));
    log::info("on hold",
              {{"contact", job.contact}, {"why", policy::describe(*result.hold)}, {"pass", job.pass}});
}

// One line for all of them, each time they are looked at.
void Batch::report_holds_of_nothing(std::span<const Result> results) const {
    std::size_t contacts = 0;
    const policy::Hold* rule = nullptr;
    for (const Result& result : results) {
        if (!result.hold || !result.hold->names_nothing) continue;
        ++contacts;
        rule = &*result.hold;
    }
    if (rule == nullptr) return;
    log::warning(
        "a hold names something else in Mautic by now, or nothing, and whom it held stays on hold: correct "
        "the "
        "rule in the configuration, or take it out there",
        {{"hold", policy::describe(*rule)}, {"contacts", contacts}});
}

void Batch::count(const Job& job, const Result& result) {
    if (result.verdict == Verdict::held) return count_held(job, result);
    if (result.verdict != Verdict::erased) {
        if (result.verdict != Verdict::in_grace) {
            metrics_.erased(result.superseded ? "superseded" : "skipped", name_of(job.origin));
        }
        log::info(result.superseded ? "superseded" : "not erased",
                  {{"contact", job.contact}, {"why", erasure::name_of(result.verdict)}, {"pass", job.pass}});
        if (result.lost_opt_out) {
            log::warning(
                "a contact in the ledger has no opt-out any more, and Mautic has not changed it since: if a"
                " backup was restored, run mautic-gdprd reapply",
                {{"contact", job.contact}});
        }
        return;
    }
    metrics_.erased(ledger::name_of(result.status), name_of(job.origin));
    for (const auto& [action, rows] : result.counts.rows_by_action)
        metrics_.rows(mautic::name_of(action), rows);
    metrics_.rows("delete_row", result.counts.rows_deleted);
    if (job.pass == 0 && job.origin == Origin::webhook) {
        metrics_.webhook_to_erased(std::chrono::duration<double>(now() - job.received_at));
    }
    log::info("erased", {{"contact", job.contact},
                         {"status", ledger::name_of(result.status)},
                         {"pass", job.pass},
                         {"rows_changed", result.counts.rows_changed},
                         {"rows_deleted", result.counts.rows_deleted},
                         {"files", result.files.files}});
    if (result.files.left > 0) {
        log::warning("left alone what stood in the place of the contact's files",
                     {{"contact", job.contact}, {"files", result.files.left}});
    }
    if (result.counts.values_emptied > 0) {
        log::warning("emptied structured values that could not be read",
                     {{"contact", job.contact}, {"values", result.counts.values_emptied}});
    }
    if (result.counts.other_hashes > 0) {
        log::info(
            "another row had the hash already and the table takes each once: the row's number went into it",
            {{"contact", job.contact}, {"values", result.counts.other_hashes}});
    }
    if (is_waiting(result)) {
        log::info("a message that names the contact is being sent; checking again in a few minutes",
                  {{"contact", job.contact}});
    }
    if (result.findings.empty() || is_waiting(result)) return;
    bool is_left = false;
    for (const auto& finding : result.findings) {
        if (waits_for_right(finding)) {
            log::warning("not erased yet: the database account lacks a privilege on the table",
                         {{"contact", job.contact},
                          {"table", finding.table},
                          {"column", finding.column},
                          {"cells", finding.cells}});
            continue;
        }
        is_left = true;
        log::error("the check after the erasure found what should be gone", {{"contact", job.contact},
                                                                             {"table", finding.table},
                                                                             {"column", finding.column},
                                                                             {"cells", finding.cells}});
    }
    if (is_left) metrics_.proof_failed();
}

}  // namespace gdprd::worker
