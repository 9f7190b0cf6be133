#include "erasure/eraser.h"

#include <algorithm>

#include "base/fault.h"

namespace gdprd::erasure {

namespace {

// The status after a pass. "complete" takes a proof without findings and a later pass that changed nothing.
Status status_after(const Request& request, const Subject& subject, bool proven) {
    if (!subject.findings.empty()) return Status::partial;
    if (proven && request.pass > 0 && subject.counts.total() == 0) return Status::complete;
    return request.more_passes ? Status::settling : Status::partial;
}

// Can what an earlier pass found in this column still be there? A column that the plan empties or hashes
// holds nothing of it any more; a stripped URL may.
bool may_remain(const Plan& plan, const Finding& finding) {
    return std::none_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
        if (step.table != finding.table) return false;
        return step.delete_rows ||
               std::any_of(step.columns.begin(), step.columns.end(), [&](const ColumnStep& change) {
                   return change.column == finding.column && change.action != mautic::Action::strip_query;
               });
    });
}

// The values an earlier pass found are hashed or gone by now, so this pass could not look for them again:
// what was found stays found until a rule deals with its column.
void keep_earlier_findings(const Plan& plan, const LedgerRow& before, Subject& subject) {
    for (const Finding& earlier : before.findings) {
        const bool found_again =
            std::any_of(subject.findings.begin(), subject.findings.end(), [&](const Finding& finding) {
                return finding.table == earlier.table && finding.column == earlier.column;
            });
        if (!found_again && may_remain(plan, earlier)) subject.findings.push_back(earlier);
    }
}

std::vector<ContactId> ids_of(std::span<const Request> requests) {
    std::vector<ContactId> ids;
    for (const Request& request : requests) ids.push_back(request.contact);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

}  // namespace

const char* name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::erased:
            return "erased";
        case Verdict::not_do_not_contact:
            return "not_do_not_contact";
        case Verdict::no_such_contact:
            return "no_such_contact";
        case Verdict::in_grace:
            break;
    }
    return "in_grace";
}

Eraser::Eraser(database::Connection& connection, std::shared_ptr<const Rules> rules)
    : connection_(connection), rules_(std::move(rules)), ledger_(connection, rules_->ledger_database) {}

std::vector<Result> Eraser::erase(std::span<const Request> requests) {
    std::vector<Result> results;
    if (requests.empty()) return results;
    const auto contacts = ids_of(requests);
    const Timestamp at = now();
    database::Transaction transaction(connection_);
    Executor executor(connection_, *rules_->plan, rules_->hasher);

    auto subjects = executor.lock_contacts(contacts);
    const auto opt_outs = mautic::lock_do_not_contact(connection_, rules_->plan->table_prefix, contacts);
    const auto ledger_rows = ledger_.lock(contacts);

    std::map<ContactId, mautic::Decision> decisions;
    for (const ContactId contact : contacts) {
        const auto rows = opt_outs.find(contact);
        auto& decision = decisions[contact];
        if (rows != opt_outs.end()) decision = mautic::decide(rows->second, rules_->triggers, at);
    }
    std::map<ContactId, Subject> to_erase;
    for (auto& [contact, subject] : subjects) {
        if (!decisions[contact].erase) continue;
        const auto row = ledger_rows.find(contact);
        subject.in_ledger = row != ledger_rows.end();
        if (subject.in_ledger) subject.marks = row->second.marks;
        to_erase.emplace(contact, std::move(subject));
    }
    if (!to_erase.empty()) {
        executor.run(to_erase);
        if (rules_->prove) executor.prove(to_erase);
    }

    std::map<ContactId, std::size_t> answered;
    for (const Request& request : requests) {
        if (const auto [first, is_new] = answered.emplace(request.contact, results.size()); !is_new) {
            results.push_back(Result(results[first->second]));  // asked for twice: one pass, one answer
            continue;
        }
        Result result;
        result.contact = request.contact;
        const auto row = ledger_rows.find(request.contact);
        const LedgerRow* before = row == ledger_rows.end() ? nullptr : &row->second;
        const auto& decision = decisions[request.contact];
        if (const auto subject = to_erase.find(request.contact); subject != to_erase.end()) {
            record(request, decision, subject->second, before, result);
        } else if (!subjects.contains(request.contact)) {
            result.verdict = Verdict::no_such_contact;
        } else if (decision.in_grace) {
            result.verdict = Verdict::in_grace;
            result.due_at = decision.grace_until;
        } else {
            result.verdict = Verdict::not_do_not_contact;
            if (before != nullptr) close_superseded(*before, result);
        }
        results.push_back(std::move(result));
    }
    fault::point("before-commit");
    transaction.commit();
    fault::point("after-commit");
    return results;
}

void Eraser::record(const Request& request, const mautic::Decision& decision, Subject& subject,
                    const LedgerRow* before, Result& result) {
    const Timestamp at = now();
    LedgerRow row = before != nullptr ? *before : LedgerRow{};
    const bool first = before == nullptr || request.pass == 0;
    row.contact = request.contact;
    // A hash that is there already was made with the key of its time, not with today's.
    const bool is_new_hash = !subject.subject_hash.empty() && subject.subject_hash != row.subject_hash;
    if (before == nullptr || is_new_hash) {
        row.subject_hash = subject.subject_hash;
        row.algorithm = rules_->hasher.algorithm_name();
        row.key_id = rules_->hasher.key_id();
    }
    row.channel = decision.channel;
    row.reason = decision.reason;
    row.opted_out_at = decision.since;
    if (first) {
        row.origin = request.origin;
        row.requested_at = request.received_at;
        row.erased_at = at;
        row.completed_at.reset();
    } else {
        row.rows_late += subject.counts.total();
    }
    row.last_pass_at = at;
    row.passes += 1;
    row.rows_changed += subject.counts.rows_changed;
    row.rows_deleted += subject.counts.rows_deleted;
    row.marks = subject.marks;
    row.policy_digest = rules_->plan->policy_digest;
    row.schema_digest = rules_->plan->schema_digest;
    row.map_digest = rules_->plan->map_digest;
    if (before != nullptr) keep_earlier_findings(*rules_->plan, *before, subject);
    row.findings = subject.findings;
    row.status = status_after(request, subject, rules_->prove);
    if (row.status != Status::complete) {
        row.completed_at.reset();
    } else if (!row.completed_at) {
        row.completed_at = at;
    }
    ledger_.write(row);
    result.verdict = Verdict::erased;
    result.status = row.status;
    result.erased_at = row.erased_at.value_or(at);
    result.counts = std::move(subject.counts);
    result.findings = std::move(subject.findings);
}

void Eraser::close_superseded(const LedgerRow& before, Result& result) {
    if (before.status == Status::superseded) return;
    LedgerRow row = before;
    row.status = Status::superseded;
    ledger_.write(row);
    result.superseded = true;
}

}  // namespace gdprd::erasure
