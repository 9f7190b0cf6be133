#include "worker/batch.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/backoff.h"
#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "database/not_begun.h"
#include "rights/remedy.h"
#include "rights/rights.h"
#include "worker/failure.h"
#include "worker/outcomes.h"

namespace gdprd::worker {

using erasure::Result;
using queue::Job;
using queue::Outcome;

namespace {

// Beyond the configured passes: how often a contact that Mautic goes on writing about is looked at again.
constexpr int extra_passes_max = 3;

// When the connection ends under a commit, nobody knows whether the server carried it out.
bool may_have_committed(const database::DatabaseError& error) {
    constexpr std::array connection_ends{1053, 1152, 1158, 1159, 1160, 1161, 1184};
    return went_away(error) ||
           std::find(connection_ends.begin(), connection_ends.end(), error.code()) != connection_ends.end();
}

// A server closes a connection that was idle for long, and the next transaction learns of it: no contact is
// to blame.
bool ended_before_it_began(const database::DatabaseError& error) {
    return went_away(error) && dynamic_cast<const database::NotBegun*>(&error) != nullptr;
}

}  // namespace

void try_a_change(database::Connection& connection, const erasure::Rules& rules) {
    connection.change(
        "DELETE FROM " + database::quote_identifier(rules.ledger_database) + ".ledger_format WHERE 1 = 0", {},
        "ledger: try a change");
}

bool BatchResult::is_through() const {
    return std::any_of(results.begin(), results.end(), [](const Result& one) {
        return one.verdict == erasure::Verdict::erased &&
               one.counts.rows_changed + one.counts.rows_deleted > 0;
    });
}

Batch::Batch(database::Connection& connection, std::shared_ptr<const erasure::Rules> rules,
             const WorkerOptions& options, health::Metrics& metrics, std::function<bool()> go_on,
             erasure::MayCommit may_commit, std::function<void(std::size_t)> rolled_back)
    : connection_(connection),
      rules_(std::move(rules)),
      options_(options),
      metrics_(metrics),
      go_on_(std::move(go_on)),
      may_commit_(std::move(may_commit)),
      rolled_back_(std::move(rolled_back)) {}

BatchResult Batch::run(std::span<const Job> jobs, const IsToBlame& is_to_blame) {
    BatchResult result;
    // A job that failed before goes alone: it may be what made its batch fail, by a statement that takes too
    // long for example, which breaks the connection for all.
    std::vector<Job> limited;
    std::vector<Job> exempt;
    std::vector<Job> failed_before;
    for (const Job& job : jobs) {
        (job.attempts > 0 ? failed_before : job.needs_admission ? limited : exempt).push_back(job);
    }
    if (!limited.empty()) run_together(limited, result);
    if (!exempt.empty()) run_or_release(exempt, result);
    for (const Job& job : failed_before) run_or_release(std::span(&job, 1), result);
    judge_refused(is_to_blame, result);
    return result;
}

void Batch::run_or_release(std::span<const Job> jobs, BatchResult& result) {
    if (result.connection_lost || result.schema_is_stale) return release(jobs, result);
    run_together(jobs, result);
}

// What was let through and then rolled back does not count. What a slice has committed does, and so does what
// may have been committed.
std::vector<Result> Batch::erase(std::span<const erasure::Request> requests, bool needs_admission) {
    std::size_t admitted = 0;  // and not committed yet
    erasure::MayCommit may_commit;
    if (needs_admission && may_commit_) {
        may_commit = [&](std::size_t erasures) {
            if (!may_commit_(erasures)) return false;
            admitted += erasures;
            return true;
        };
    }
    const auto after_slice = [&] {
        admitted = 0;
        return !go_on_ || go_on_();
    };
    const auto give_back = [&] {
        if (admitted > 0 && rolled_back_) rolled_back_(admitted);
    };
    try {
        return erasure::Eraser(connection_, rules_, after_slice, may_commit).erase(requests);
    } catch (const database::DatabaseError& error) {
        if (!may_have_committed(error)) give_back();
        throw;
    } catch (...) {
        give_back();
        throw;
    }
}

void Batch::run_together(std::span<const Job> jobs, BatchResult& result) {
    std::vector<erasure::Request> requests;
    const int passes = static_cast<int>(options_.settle.size());
    for (const Job& job : jobs) {
        const bool once = job.origin != Origin::command;  // an operator's word is carried out again
        const bool more_passes = job.pass < passes + extra_passes_max;
        const bool later_passes = passes > 0;
        requests.push_back(
            {job.contact, job.origin, job.received_at, job.pass, more_passes, once, later_passes});
    }
    try {
        const auto results = erase(requests, jobs.front().needs_admission);
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            count(jobs[i], results[i]);
            result.outcomes.push_back(outcome_of(jobs[i], results[i]));
            result.results.push_back(results[i]);
        }
        report_holds_of_nothing(results);
    } catch (const erasure::TooManyRows&) {
        run_halves(jobs, result);
    } catch (const erasure::Interrupted&) {
        release(jobs, result);
    } catch (const erasure::ErasingPaused&) {
        release(jobs, result);
    } catch (const erasure::StaleSchema& error) {
        result.schema_is_stale = true;
        result.why = error.what();
        metrics_.retry("schema");
        release(jobs, result);
    } catch (const database::DatabaseError& error) {
        const std::string code =
            std::string(database::name_of(error.error_class())) + ' ' + std::to_string(error.code());
        metrics_.retry(database::name_of(error.error_class()));
        // A server that refuses to work is logged by whoever has the connection, once.
        const bool refuses = is_outage(error);
        result.not_begun = ended_before_it_began(error);
        const bool logged_later =
            error.error_class() == database::ErrorClass::privilege ||
            (error.error_class() == database::ErrorClass::connection && !went_away(error));
        if (!logged_later && !result.not_begun) log_failure(jobs, error);
        switch (error.error_class()) {
            case database::ErrorClass::connection:
                if (!refuses && !went_away(error)) {
                    handle_refusal(jobs, {code, error.what(), false}, result);
                    break;
                }
                result.connection_lost = true;
                result.went_away = !refuses;
                result.why = error.what();
                // A statement that takes too long comes back with the same contact; without an attempt
                // counted that contact would take a worker for ever.
                if (result.went_away && !result.not_begun) {
                    for (const Job& job : jobs) count_attempt(job, code, false, result);
                } else {
                    release(jobs, result);
                }
                break;
            case database::ErrorClass::schema:
                result.schema_is_stale = true;
                result.why = error.what();
                handle_failure(jobs, code, false, result);
                break;
            case database::ErrorClass::conflict:
                handle_failure(jobs, code, false, result);
                break;
            case database::ErrorClass::privilege:
                handle_missing_right(jobs, code, error, result);
                break;
            case database::ErrorClass::permanent:
                handle_refusal(jobs, {code, error.what(), true}, result);
                break;
        }
    } catch (const files::FilesError& error) {
        // Nothing was committed: what stays in the way of a contact's files stays in the way of its erasure.
        metrics_.retry("files");
        log::error("erasing failed",
                   {{"contacts", jobs.size()}, {"first_contact", jobs[0].contact}, {"why", describe(error)}});
        handle_failure(jobs, "files " + error.code_name(), false, result);
    } catch (const std::exception& error) {
        // A fault of ours, or a ledger changed by hand: an operator must look.
        log::error(
            "erasing failed",
            {{"contacts", jobs.size()}, {"first_contact", jobs[0].contact}, {"why", reason_of(error)}});
        handle_refusal(jobs, {"internal", reason_of(error), true}, result);
    }
}

// What a server that is read-only or full answers, a trigger or a cluster may answer for one contact alone.
// Were that taken for an outage, the contact would come first again and stop everybody for ever; so a change
// that has nothing to do with any contact decides.
bool Batch::is_outage(const database::DatabaseError& error) {
    if (error.error_class() != database::ErrorClass::connection || went_away(error)) return false;
    try {
        try_a_change(connection_, *rules_);
    } catch (const database::DatabaseError&) {
        return true;
    }
    return false;
}

void Batch::handle_refusal(std::span<const Job> jobs, const Refusal& refusal, BatchResult& result) {
    if (jobs.size() > 1) return run_halves(jobs, result);
    refused_.push_back({jobs.front(), refusal});
}

// A full disk lets a small change through, and a cluster refuses a transaction at its commit only. So what is
// refused for one contact is that contact's fault when the server did the same for another one, now or the
// last time. Else it is an outage: no attempt is counted, and the job waits a moment, so that others come
// first and may show whose fault it is.
//
// An error that no waiting mends mostly lies in a value of the contact: the first one that stands alone is
// given up at once. It may as well lie in the server, its settings or our statements, and then everybody has
// it: nobody else is given up until something was changed.
void Batch::judge_refused(const IsToBlame& is_to_blame, BatchResult& result) {
    const bool others_are_through = result.is_through();
    const bool is_alone = refused_.size() == 1;
    for (const Refused& refused : refused_) {
        const auto& [job, refusal] = refused;
        const bool may_be_its_fault = refusal.permanent || job.last_error == refusal.code;
        const bool is_its_fault = others_are_through || (is_alone && may_be_its_fault &&
                                                         (!is_to_blame || is_to_blame(job.contact)));
        if (is_its_fault) {
            if (!refusal.permanent) {
                log::warning("erasing failed",
                             {{"contacts", 1}, {"first_contact", job.contact}, {"why", refusal.why}});
            }
            count_attempt(job, refusal.code, refusal.permanent, result);
            continue;
        }
        result.outcomes.push_back(uncounted(refused));
        if (result.connection_lost || result.schema_is_stale) continue;
        result.connection_lost = true;
        result.refused_all = true;
        result.why = refusal.why;
    }
    refused_.clear();
}

// The code is not that of a failure of its own, by which it would be to blame the next time; where it was
// that before, it stays so.
Outcome Batch::uncounted(const Refused& refused) const {
    const auto& [job, refusal] = refused;
    Outcome made = outcome(job, Outcome::Kind::wait);
    made.attempts = job.attempts;
    made.error = job.last_error == refusal.code ? refusal.code : "refused " + refusal.code;
    made.due_at = now() + backoff(1, options_.backoff_first, options_.backoff_max, random_fraction());
    return made;
}

void Batch::log_failure(std::span<const Job> jobs, const database::DatabaseError& error) {
    log::warning("erasing failed",
                 {{"contacts", jobs.size()}, {"first_contact", jobs[0].contact}, {"why", error.what()}});
}

// A right that was taken back, or a table that is new. No contact is to blame, so no attempt is counted: by
// the next rules what is in that table waits, or nobody can be erased until the right is there. A refusal
// that has another cause, a trigger's account for example, is that of these contacts.
void Batch::handle_missing_right(std::span<const Job> jobs, const std::string& code,
                                 const database::DatabaseError& error, BatchResult& result) {
    std::optional<std::vector<plan::MissingRight>> missing;
    try {
        missing = rights::find_missing_rights(connection_, *rules_);
    } catch (const database::DatabaseError&) {
        missing.reset();
    }
    // It was given back between the statement and the question.
    const bool is_back = missing && missing->empty();
    if (is_back && !std::exchange(tried_with_rights_, true)) return run_or_release(jobs, result);
    if (!missing || is_back) {
        log_failure(jobs, error);
        return handle_failure(jobs, code, false, result);
    }
    const auto stops_all = std::find_if(missing->begin(), missing->end(),
                                        [](const plan::MissingRight& right) { return right.stops_all; });
    const plan::MissingRight& named = stops_all == missing->end() ? missing->front() : *stops_all;
    result.why = named.privilege + " on " + named.real_table + " is not granted. " + rights::remedy;
    (stops_all == missing->end() ? result.schema_is_stale : result.connection_lost) = true;
    release(jobs, result);
}

void Batch::release(std::span<const Job> jobs, BatchResult& result) {
    for (const Job& job : jobs) result.outcomes.push_back(outcome(job, Outcome::Kind::released));
}

void Batch::handle_failure(std::span<const Job> jobs, const std::string& code, bool permanent,
                           BatchResult& result) {
    if (jobs.size() > 1) return run_halves(jobs, result);
    count_attempt(jobs.front(), code, permanent, result);
}

// Half and half, until the culprit stands alone and the others are through. Once the connection is gone the
// rest has to wait for the next one.
void Batch::run_halves(std::span<const Job> jobs, BatchResult& result) {
    const std::size_t half = jobs.size() / 2;
    run_together(jobs.first(half), result);
    run_or_release(jobs.subspan(half), result);
}

void Batch::count_attempt(const Job& job, const std::string& code, bool permanent, BatchResult& result) {
    const int attempts = job.attempts + 1;
    const bool give_up = permanent || attempts >= options_.attempts_max;
    Outcome made = outcome(job, give_up ? Outcome::Kind::park : Outcome::Kind::wait);
    made.attempts = attempts;
    made.error = code;
    made.due_at = now() + backoff(attempts, options_.backoff_first, options_.backoff_max, random_fraction());
    if (give_up) {
        metrics_.parked();
        log::error("gave up on a contact; see `mautic-gdprd queue list`",
                   {{"contact", job.contact}, {"attempts", attempts}, {"code", code}});
    }
    result.outcomes.push_back(std::move(made));
}

}  // namespace gdprd::worker
