#include "erasure/ledger_entry.h"

#include <algorithm>

namespace gdprd::erasure {

using columns::ColumnStep;
using ledger::Finding;
using ledger::Record;
using ledger::Status;
using plan::Plan;
using plan::Step;

namespace {

// Mautic's messages on their way, and the webhooks that wait, are delivered, and their rows deleted, by
// whatever processes the queue: often within seconds, by a job of every few minutes at the latest. One that
// is still there after this is stuck.
constexpr std::chrono::hours delivery_time{1};

bool is_on_its_way(const Finding& finding) {
    return finding.table == "messenger_messages" || finding.table == "webhook_queue";
}

// What was found goes by itself, and a pass is due that will see whether it has.
bool may_wait(const Request& request, const Record& row, Timestamp at) {
    return request.later_passes && request.more_passes && at - row.erased_at.value_or(at) < delivery_time;
}

// The status after a pass. "complete" takes a proof without findings and a later pass that changed nothing.
// What was complete stays so when somebody asks once more and nothing is found.
Status status_after(const Case& of, const Request& request, const Subject& subject,
                    const std::vector<Finding>& left) {
    if (!left.empty()) return Status::partial;
    if (!subject.findings.empty()) return Status::settling;  // on its way
    const std::uint64_t changed = subject.counts.unexpected() + subject.counts_before.unexpected();
    const bool was_complete = of.decided.stands && of.before && of.before->status == Status::complete;
    if ((request.pass > 0 || was_complete) && changed == 0) return Status::complete;
    return request.more_passes ? Status::settling : Status::partial;
}

// Does the proof look into the column?
bool reads(const Step& step, const std::string& column) {
    return std::any_of(step.searched.begin(), step.searched.end(),
                       [&](const columns::SearchedColumn& searched) { return searched.column == column; });
}

bool takes_whole(const Step& step, const std::string& column) {
    return step.delete_rows ||
           std::any_of(step.columns.begin(), step.columns.end(), [&](const ColumnStep& change) {
               return change.column == column && change.action != mautic::Action::strip_query &&
                      change.action != mautic::Action::rewrite;
           });
}

// Can what an earlier pass found in this column still be there? A column that the plan empties or hashes
// holds nothing of it any more; a stripped URL or a value that kept its shape may. `knows_address`: this pass
// looked for the address that is on record.
bool may_remain(const Plan& plan, const Finding& finding, const Subject& subject, bool knows_address) {
    const auto is_counted = [&](const Step& step) {
        return step.table == finding.table && step.counted_column() == finding.column;
    };
    // Rows that only their text ties are counted as far as the search goes, and only if it knows for what.
    const auto is_beyond_search = [&](const Step& step) {
        return step.tie.kind == mautic::Tie::Kind::text && is_counted(step) &&
               !(knows_address && subject.searched_wholly.contains(step.key()));
    };
    if (std::any_of(plan.steps.begin(), plan.steps.end(), is_beyond_search) ||
        std::any_of(plan.left.begin(), plan.left.end(), is_beyond_search)) {
        return true;
    }
    // Former versions of rows that are not found any more stay.
    if (std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
            return step.keeps_former_rows && step.is_found_by_key() && is_counted(step);
        })) {
        return true;
    }
    // What was found by a value that the contact's own row has lost, and may be somebody else's too.
    if (std::any_of(plan.steps.begin(), plan.steps.end(),
                    [&](const Step& step) { return is_counted(step) && step.is_tied_by_value(); })) {
        return true;
    }
    if (std::any_of(plan.left.begin(), plan.left.end(),
                    [&](const Step& step) { return is_counted(step) && plan.loses_way_to(step); })) {
        return true;
    }
    // What every pass counts anew is what there is, also once its reason is gone.
    if (std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
            const auto& left = step.left_columns;
            return (is_counted(step) && !reads(step, finding.column)) ||
                   (step.table == finding.table &&
                    std::find(left.begin(), left.end(), finding.column) != left.end());
        })) {
        return false;
    }
    if (std::any_of(plan.left.begin(), plan.left.end(), is_counted)) return false;
    // Of several entries of the table one may empty the column and another one leave it.
    bool is_dealt_with = false;
    for (const Step& step : plan.steps) {
        if (step.table != finding.table) continue;
        const bool is_gone = takes_whole(step, finding.column);
        if (reads(step, finding.column) && !is_gone) return true;
        is_dealt_with = is_dealt_with || is_gone;
    }
    return !is_dealt_with;
}

// How the record's hash was made, if today's key is enough to know.
std::optional<policy::Hasher> hasher_of(const Record& row, const policy::Hasher& today) {
    return today.of(row.algorithm, row.key_id);
}

// No opt-out that an erasure carried out came after it: one without a date stays so, whatever date it gets.
void add_reason(const mautic::Decision& decision, bool anew, Record& row) {
    if (!decision.erase || (!anew && row.erased_at && decision.since > *row.erased_at && !row.opted_out_at))
        return;
    row.channel = decision.channel;
    row.reason = decision.reason;
    row.opted_out_at.reset();
    if (decision.since != Timestamp{}) row.opted_out_at = decision.since;
}

// By which rules, and what they do not decide about.
void add_rules(const Rules& rules, Record& row) {
    row.not_covered.undecided = rules.plan->undecided_count();
    row.policy_digest = rules.plan->policy_digest;
    row.schema_digest = rules.plan->schema_digest;
    row.map_digest = rules.plan->map_digest;
}

// The hash of the address that stands in the contact's own row, or the hash that stands there.
std::string hash_of_address(const Rules& rules, const Subject& subject) {
    const auto address = subject.values.find("email");
    if (address == subject.values.end() || address->second.empty()) return {};
    if (policy::Hasher::has_hash_shape(address->second)) return subject.as_recorded(address->second);
    return rules.hasher.hash(address->second, policy::Normalisation::email);
}

// Another address than the one of the record? Where the key changed only an address that came after the
// erasure can be told from the one that was kept.
bool is_other_address(const Rules& rules, const Record& before, const Subject& subject) {
    const auto address = subject.values.find("email");
    if (address == subject.values.end() || address->second.empty() || before.subject_hash.empty())
        return false;
    if (policy::Hasher::has_hash_shape(address->second)) return false;
    const auto hasher = hasher_of(before, rules.hasher);
    if (!hasher) return has_new_address(*rules.plan, subject.values);
    return !hasher->is_hash_of_address(before.subject_hash, address->second);
}

// The values an earlier pass found are hashed or gone by now, so this pass could not look for them again:
// what was found stays found until a rule deals with its column. Another erasure of the same person does not
// make what is left of the one before untrue.
void keep_earlier_findings(const Rules& rules, const Case& of, bool anew, Subject& subject) {
    if (!of.before || (anew && is_other_address(rules, *of.before, subject))) return;
    const Record& before = *of.before;
    const bool knows_address = before.subject_hash.empty() || hasher_of(before, rules.hasher);
    for (const Finding& earlier : before.findings) {
        const bool found_again =
            std::any_of(subject.findings.begin(), subject.findings.end(), [&](const Finding& finding) {
                return finding.table == earlier.table && finding.column == earlier.column;
            });
        // A message on its way is looked for in each pass, by the hash of the address too.
        if (!found_again && !is_on_its_way(earlier) &&
            may_remain(*rules.plan, earlier, subject, knows_address)) {
            subject.findings.push_back(earlier);
        }
    }
}

// Does this pass belong to another erasure than the one on record? Then that record stays as it is.
bool begins_anew(const Rules& rules, const Case& of, const Subject& subject) {
    if (!of.before || !of.before->tells_of_erasure()) return false;
    if (of.before->forgotten_at) return true;  // it stays as it is: nothing is added to what is forgotten
    if (of.decided.opted_out_again || is_other_address(rules, *of.before, subject)) return true;
    const bool goes_on = of.before->status == Status::erasing && !of.before->erased_at;
    return of.request().pass == 0 && !of.decided.stands && !goes_on;
}

// What a new record has of the one before: how hashes of ours are known.
Record begun(const Record* before, bool anew) {
    Record row = before != nullptr && !anew ? *before : Record{};
    row.begins = anew;
    if (anew) row.marks = before->marks;
    return row;
}

// How a hash of the address was made; without one, how the hashes that the marks are of were. One that is
// there already was made with the key of its time, not with today's.
subjects::KnownHash made(const Rules& rules, const std::string& hash, const Record* before,
                         const Subject& subject) {
    const bool is_of_before = hash.empty() ? !subject.marks.empty() && !subject.has_new_hashes
                                           : before != nullptr && hash == before->subject_hash;
    if (before != nullptr && is_of_before) return {hash, before->algorithm, before->key_id};
    if (subject.standing_hash && hash == subject.standing_hash->hash) return *subject.standing_hash;
    return {hash, rules.hasher.algorithm_name(), rules.hasher.key_id()};
}

void add_hash(const Rules& rules, const std::string& hash, const Record* before, const Subject& subject,
              Record& row) {
    if (!row.subject_hash.empty() || (hash.empty() && row.erased_at)) return;
    const subjects::KnownHash known = made(rules, hash, before, subject);
    row.subject_hash = known.hash;
    row.algorithm = known.algorithm;
    row.key_id = known.key_id;
}

// Two erasures are told apart by their times, and by the time of a pass it is known to which of them an
// address belongs that it met: also where another machine, whose clock is ahead, made the pass before.
Timestamp time_after(const Record* before) {
    const Timestamp at = now();
    if (before == nullptr) return at;
    const Timestamp last =
        std::max(before->erased_at.value_or(Timestamp{}), before->last_pass_at.value_or(Timestamp{}));
    return std::max(at, last + Milliseconds{1});
}

// Never taken back by a later pass: it no longer knows the names of the uploads, nor the values that the rows
// of free text would have to be searched for.
void add_not_covered(const std::optional<files::Removed>& files, const Subject& subject, Record& row) {
    row.not_covered.files = row.not_covered.files || !files || files->left > 0;
    if (files) row.files_removed += files->files;
    row.not_covered.older_rows = row.not_covered.older_rows || subject.older_rows_unsearched;
    row.values_emptied += subject.counts.values_emptied;
}

// What a later pass finds of somebody who has come back is that one's first.
Request as_asked(const Case& of, bool anew) {
    Request request = of.request();
    if (!anew || request.pass == 0) return request;
    request.pass = 0;
    request.more_passes = true;
    return request;
}

bool is_half_done(const Case& of) { return of.before && of.before->status == Status::erasing; }

// The pass from which later ones are counted, whoever asked for it.
bool is_first_pass(const Case& of) {
    return !of.before || !of.before->erased_at || is_half_done(of) || of.decided.opted_out_again ||
           (of.request().pass == 0 && !of.decided.stands);
}

}  // namespace

bool is_new_erasure(const Case& of) { return is_first_pass(of) && !is_half_done(of); }

Record entry_after_pass(const Rules& rules, const Case& of, const std::optional<files::Removed>& files,
                        Subject& subject) {
    const bool anew = begins_anew(rules, of, subject);
    const Request request = as_asked(of, anew);
    const Timestamp at = time_after(of.record());
    Record row = begun(of.record(), anew);
    row.contact = request.contact;
    add_hash(rules, subject.subject_hash, of.record(), subject, row);
    add_reason(of.opt_out, anew, row);
    if (!row.erased_at || (is_half_done(of) && !anew)) {
        row.origin = request.origin;
        row.requested_at = request.received_at;
        row.erased_at = at;
    } else {
        row.rows_late += subject.counts.unexpected();
    }
    row.last_pass_at = at;
    row.passes += 1;
    row.rows_changed += subject.counts.rows_changed;
    row.rows_deleted += subject.counts.rows_deleted;
    add_not_covered(files, subject, row);
    row.marks = subject.marks;
    add_rules(rules, row);
    keep_earlier_findings(rules, of, anew, subject);
    row.findings = subject.findings;
    if (may_wait(request, row, at)) std::erase_if(row.findings, is_on_its_way);
    row.status = status_after(of, request, subject, row.findings);
    if (row.status != Status::complete) {
        row.completed_at.reset();
    } else if (!row.completed_at) {
        row.completed_at = at;
    }
    return row;
}

std::optional<Record> entry_between_chunks(const Rules& rules, const Case& of, Subject& subject) {
    if (subject.counts.total() == 0 && subject.findings.empty()) return std::nullopt;
    const bool anew = begins_anew(rules, of, subject);
    Record row = begun(of.record(), anew);
    row.contact = of.request().contact;
    row.rows_changed += subject.counts.rows_changed;
    row.rows_deleted += subject.counts.rows_deleted;
    row.values_emptied += subject.counts.values_emptied;
    row.last_pass_at = time_after(of.record());
    keep_earlier_findings(rules, of, anew, subject);
    row.findings = subject.findings;
    if (row.erased_at && !is_half_done(of)) {
        row.rows_late += subject.counts.unexpected();
        row.status = subject.findings.empty() ? Status::settling : Status::partial;
        row.completed_at.reset();
        return row;
    }
    row.status = Status::erasing;
    row.origin = of.request().origin;
    row.requested_at = of.request().received_at;
    add_hash(rules, hash_of_address(rules, subject), of.record(), subject, row);
    add_reason(of.opt_out, anew, row);
    add_rules(rules, row);
    return row;
}

// Only such a pass has the time of the erasure: time_after().
bool tells_of_new_erasure(const Record& after_pass) {
    return after_pass.erased_at && after_pass.erased_at == after_pass.last_pass_at;
}

// What was erased before stays as it was recorded, a record of its own. No hash of the address now: it is
// still in Mautic, where a look-up finds the contact by it, and a record that outlives a hold which ends
// without an erasure has no business with it.
Record entry_on_hold(const Rules& rules, const Case& of) {
    Record row = begun(of.record(), of.before && of.before->tells_of_erasure());
    row.contact = of.request().contact;
    row.status = Status::held;
    row.origin = of.request().origin;
    row.requested_at = of.request().received_at;
    add_reason(of.opt_out, true, row);
    add_rules(rules, row);
    if (row.algorithm.empty()) row.algorithm = rules.hasher.algorithm_name();
    return row;
}

}  // namespace gdprd::erasure
