#include "certificate/facts.h"

namespace gdprd::certificate {

namespace {

using ledger::Status;

Conclusion without_record(const Facts& facts) {
    if (facts.now.in_mautic && !facts.now.is_others) {
        if (facts.now.has_hash) return Conclusion::unrecorded;
        return facts.now.is_due ? Conclusion::due : Conclusion::not_erased;
    }
    return facts.leftovers_to ? Conclusion::leftovers : Conclusion::nothing_known;
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
    const bool is_concluded =
        record.status == Status::complete && record.erased_at && record.completed_at && record.passes > 0;
    return is_concluded ? Conclusion::erased : Conclusion::settling;
}

}  // namespace

std::optional<Took> Facts::took_to_erase() const {
    return record ? took(record->opted_out_at, record->erased_at) : std::nullopt;
}

std::optional<Took> Facts::took_to_complete() const {
    return record ? took(record->opted_out_at, record->completed_at) : std::nullopt;
}

Conclusion conclude(const Facts& facts) {
    if (!facts.record) return without_record(facts);
    switch (facts.record->status) {
        case Status::held:
            return Conclusion::held;
        case Status::erasing:
            return Conclusion::unfinished;
        case Status::superseded:
            return Conclusion::superseded;
        case Status::partial:
        case Status::settling:
        case Status::complete:
            break;
    }
    return of_erased(facts);
}

}  // namespace gdprd::certificate
