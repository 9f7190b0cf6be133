#include "reconciliation/comparison.h"

#include "base/names.h"
#include "mautic/do_not_contact.h"

namespace gdprd::reconciliation {

namespace {

using ledger::Status;

// Mautic's dates have no fraction: an event of the same second may seem to be older than ours.
bool is_before(Timestamp date_of_mautic, Timestamp ours) {
    return date_of_mautic < std::chrono::floor<std::chrono::seconds>(ours);
}

Judgement queue_for(Reason reason) { return {reason, std::nullopt}; }

// Left to its webhook for a while.
Judgement not_erased(const OptOut& row, Milliseconds grace, const Limits& limits, Timestamp now) {
    // No grace period begins with it: the erasure knows when the daemon was told.
    if (mautic::is_yet_to_come(row.since, now)) return queue_for(Reason::webhook_lost);
    const Timestamp due = row.since + grace + limits.webhook_delay;
    if (due > now) return {std::nullopt, due};
    return queue_for(Reason::webhook_lost);
}

// The contact opted out once more since its erasure. Not when Mautic's own mail to the hash came back, and
// not by a date that tells nothing: every scan would find it anew. Nor once it has come, when the opt-out
// that was carried out had none: it may be the same.
bool is_new_since_erasure(const OptOut& row, policy::Reason reason, Timestamp now) {
    if (mautic::is_yet_to_come(row.since, now)) return false;
    if (reason == policy::Reason::bounced && !row.has_address && !row.is_back) return false;
    return row.erased_opt_out_at && row.last_pass_at && row.since > *row.last_pass_at;
}

bool is_overdue(const OptOut& row, const Limits& limits, Timestamp now) {
    return !row.last_pass_at || *row.last_pass_at + limits.pass_overdue < now;
}

}  // namespace

constexpr auto reason_names = make_names<Reason>({{Reason::webhook_lost, "webhook_lost"},
                                                  {Reason::filled_again, "filled_again"},
                                                  {Reason::unfinished, "unfinished"}});

const char* name_of(Reason reason) { return reason_names.of(reason); }

Judgement judge(const OptOut& row, const policy::Triggers& triggers, const Limits& limits, Timestamp now) {
    const auto reason = policy::reason_from_code(row.reason);
    if (row.contact == 0 || !reason || !triggers.covers(*reason, row.channel)) return {};
    const Milliseconds grace = triggers.grace_of(*reason);
    if (!row.status) {
        // Without a limit every row counts, also one that an import dated before 1970.
        const bool has_limit = limits.installed_at != Timestamp{};
        if (has_limit && is_before(row.since, limits.installed_at)) return {};
        // It may be there since before the installation. Its webhook has told of one that is not, and the
        // date will.
        if (has_limit && mautic::is_yet_to_come(row.since, now)) return {};
        return not_erased(row, grace, limits, now);
    }
    switch (*row.status) {
        case Status::superseded:
            // Left alone for a re-subscription; this row must have come after that.
            if (row.last_pass_at && is_before(row.since, *row.last_pass_at)) return {};
            return not_erased(row, grace, limits, now);
        case Status::held:
            return queue_for(Reason::unfinished);
        case Status::settling:
            if (is_new_since_erasure(row, *reason, now)) return not_erased(row, grace, limits, now);
            return is_overdue(row, limits, now) ? queue_for(Reason::unfinished) : Judgement{};
        case Status::erasing:
            return is_overdue(row, limits, now) ? queue_for(Reason::unfinished) : Judgement{};
        case Status::partial:
            if (row.is_back) return queue_for(Reason::filled_again);
            if (is_new_since_erasure(row, *reason, now)) return not_erased(row, grace, limits, now);
            return row.policy_is_current && !row.right_is_back ? Judgement{} : queue_for(Reason::unfinished);
        case Status::complete:
            break;
    }
    if (row.is_back) return queue_for(Reason::filled_again);
    return is_new_since_erasure(row, *reason, now) ? not_erased(row, grace, limits, now) : Judgement{};
}

}  // namespace gdprd::reconciliation
