#include "reconciliation/findings.h"

#include <algorithm>
#include <map>
#include <vector>

namespace gdprd::reconciliation {

Findings::Findings(queue::Queue& queue, health::Metrics& metrics, LaterRows& later,
                   const policy::Triggers& triggers, const Limits& limits, bool lost_only)
    : queue_(queue),
      metrics_(metrics),
      later_(later),
      triggers_(triggers),
      limits_(limits),
      lost_only_(lost_only) {}

void Findings::take(std::span<const OptOut> page, Tally& tally) {
    const Timestamp at = now();
    // By contact, because it may have several rows: the date of the oldest.
    std::map<Reason, std::map<ContactId, Timestamp>> found;
    std::vector<std::pair<std::uint64_t, Timestamp>> later;
    for (const OptOut& row : page) {
        const Judgement judgement = judge(row, triggers_, limits_, at);
        if (judgement.again_at) later.emplace_back(row.id, *judgement.again_at);
        if (!judgement.reason || (lost_only_ && *judgement.reason != Reason::webhook_lost)) continue;
        const auto [entry, is_new] = found[*judgement.reason].emplace(row.contact, row.since);
        if (!is_new) entry->second = std::min(entry->second, row.since);
    }
    for (const auto& [reason, contacts] : found) store(reason, contacts, at, tally);
    for (const auto& [id, due] : later) later_.add(id, due);
    tally.rows += page.size();
}

void Findings::store(Reason reason, const std::map<ContactId, Timestamp>& contacts, Timestamp at,
                     Tally& tally) {
    std::vector<queue::Arrival> arrivals;
    arrivals.reserve(contacts.size());
    for (const auto& [contact, since] : contacts) arrivals.push_back({contact, Origin::sweep, at});
    std::vector<ContactId> stored;
    queue_.store_new(arrivals, &stored);
    if (stored.empty()) return;
    metrics_.swept(name_of(reason), stored.size());
    tally.stored.at(static_cast<std::size_t>(reason)) += stored.size();
    if (reason != Reason::webhook_lost) return;
    for (const ContactId contact : stored) tally.lag = std::max(tally.lag, at - contacts.at(contact));
}

}  // namespace gdprd::reconciliation
