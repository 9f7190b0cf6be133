#include <algorithm>

#include "certificate/facts.h"

namespace gdprd::certificate {

namespace {

using ledger::Status;

Conclusion without_record(const Facts& facts) {
    const bool may_be_forgotten = facts.untold_records > 0;
    if (facts.now.in_mautic && !facts.now.is_others) {
        if (facts.now.is_due && !facts.now.has_hash) return Conclusion::due;
        if (may_be_forgotten) return Conclusion::untold;
        return facts.now.has_hash ? Conclusion::unrecorded : Conclusion::not_erased;
    }
    if (facts.elsewhere.is_in_clear()) return Conclusion::elsewhere;
    if (facts.leftovers_to) return Conclusion::leftovers;
    return may_be_forgotten || facts.forgotten.count > 0 ? Conclusion::untold : Conclusion::nothing_known;
}

bool is_concluded(const ledger::Record& record) {
    return record.erased_at && record.completed_at && record.passes > 0;
}

bool is_there_again(const Facts& facts) {
    if (facts.now.is_back || facts.now.is_others) return true;
    // What a pass has still to do is no news before the last one.
    return facts.record->status == Status::complete && facts.now.rows_pending.value_or(0) > 0;
}

Conclusion of_erased(const Facts& facts) {
    const ledger::Record& record = *facts.record;
    if (is_there_again(facts)) return Conclusion::found_again;
    if (record.status == Status::partial || !record.findings.empty()) return Conclusion::partial;
    if (record.status != Status::complete || !is_concluded(record)) return Conclusion::settling;
    return facts.elsewhere.is_in_clear() ? Conclusion::elsewhere : Conclusion::erased;
}

}  // namespace

std::optional<Took> Facts::took_to_erase() const {
    return record ? took(record->opted_out_at, record->erased_at) : std::nullopt;
}

std::optional<Took> Facts::took_to_complete() const {
    return record ? took(record->opted_out_at, record->completed_at) : std::nullopt;
}

std::optional<Timestamp> Facts::requested_at() const {
    if (!record) return std::nullopt;
    if (record->reason == policy::Reason::bounced) return requests.first_at;
    if (!record->opted_out_at) return std::nullopt;  // that of a row without a date
    return std::min(*record->opted_out_at, requests.first_at.value_or(*record->opted_out_at));
}

bool Facts::has_no_request() const {
    return record && record->reason == policy::Reason::bounced && requests.is_known && !requests.first_at &&
           !requests.are_others;
}

Conclusion conclude(const Facts& facts) {
    if (!facts.record) return without_record(facts);
    switch (facts.record->status) {
        case Status::held:
            return Conclusion::held;
        case Status::erasing:
            return Conclusion::unfinished;
        case Status::superseded:
            // The record is closed by the next pass.
            if (facts.now.in_mautic && !facts.now.is_others && facts.now.is_due) return Conclusion::due;
            // A pass that is not clean takes the completion back: what is superseded has it from before.
            return is_concluded(*facts.record) && facts.record->findings.empty() ? Conclusion::withdrawn
                                                                                 : Conclusion::superseded;
        case Status::partial:
        case Status::settling:
        case Status::complete:
            break;
    }
    return of_erased(facts);
}

}  // namespace gdprd::certificate
