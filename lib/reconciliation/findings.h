// From pages of do-not-contact rows to requests in the queue: judges every row, stores what was found before
// the next page is read, counts what had no request yet.
//
// Threads: the scheduler's. Errors: QueueError; the page then counts as not read.
#pragma once

#include <array>
#include <span>

#include "health/metrics.h"
#include "queue/queue.h"
#include "reconciliation/comparison.h"
#include "reconciliation/later_rows.h"

namespace gdprd::reconciliation {

// What one scan came to.
struct Tally {
    std::uint64_t rows = 0;
    std::array<std::size_t, 3> stored{};  // contacts queued, by Reason
    Milliseconds lag{0};                  // age of the oldest row for which no webhook came; 0: all came

    std::size_t of(Reason reason) const { return stored.at(static_cast<std::size_t>(reason)); }
};

class Findings {
  public:
    // `lost_only`: nothing but lost webhooks is queued.
    Findings(queue::Queue& queue, health::Metrics& metrics, LaterRows& later,
             const policy::Triggers& triggers, const Limits& limits, bool lost_only);

    void take(std::span<const OptOut> page, Tally& tally);

  private:
    void store(Reason reason, const std::map<ContactId, Timestamp>& contacts, Timestamp at, Tally& tally);

    queue::Queue& queue_;
    health::Metrics& metrics_;
    LaterRows& later_;
    const policy::Triggers& triggers_;
    const Limits& limits_;
    const bool lost_only_;
};

}  // namespace gdprd::reconciliation
