#include "reconciliation/back_fill.h"

#include "reconciliation/opt_outs.h"

namespace gdprd::reconciliation {

std::uint64_t BackFillFindings::to_erase() const {
    std::uint64_t sum = 0;
    for (const auto& [reason, count] : contacts) sum += count;
    return sum;
}

BackFill::BackFill(const BackFillOptions& options, std::shared_ptr<const erasure::Rules> rules)
    : options_(options), rules_(std::move(rules)) {}

// An operator's word does not wait for a webhook.
std::optional<std::vector<ContactId>> BackFill::next(database::Connection& connection) {
    if (at_end_) return std::nullopt;
    const Limits limits{options_.since, Milliseconds{0}, options_.pass_overdue};
    const auto page = OptOuts(connection, *rules_).after(reached_, options_.page_rows);
    std::vector<ContactId> contacts;
    for (const OptOut& row : page) {
        const Judgement judgement = judge(row, rules_->triggers, limits, now());
        if (judgement.again_at) ++findings_.not_due;
        if (!judgement.reason || !seen_.insert(row.contact)) continue;
        ++findings_.contacts[*judgement.reason];
        contacts.push_back(row.contact);
    }
    findings_.rows += page.size();
    if (!page.empty()) reached_ = page.back().id;
    at_end_ = page.size() < options_.page_rows;
    return contacts;
}

}  // namespace gdprd::reconciliation
