// The reconciliation run that makes the database the guarantee and the webhook only the fast path (promise
// 3): finds contacts that should be erased and are not, and puts them into the queue.
//
// The first scan after a start and one every `full` compare the whole list with the ledger, in chunks, so
// that the other tasks get their turn: what a crash or a lost machine left behind is found. In between only
// what is new is read (reconciliation/new_rows.h). What is found is a request like a webhook: the
// erasing transaction decides (promise 1).
//
// How far it came lives in memory. After an error it goes on from the last page that was stored.
#pragma once

#include <chrono>
#include <optional>

#include "background/options.h"
#include "background/task.h"
#include "health/metrics.h"
#include "queue/queue.h"
#include "reconciliation/comparison.h"
#include "reconciliation/findings.h"
#include "reconciliation/later_rows.h"
#include "reconciliation/new_rows.h"

namespace gdprd::reconciliation {

class Sweep : public background::Task {
  public:
    // `pass_overdue`: how long after the last pass an erasure that is not complete counts as forgotten.
    Sweep(const background::SweepOptions& options, Milliseconds pass_overdue, queue::Queue& queue,
          health::Metrics& metrics);

    std::string_view name() const override { return "sweep"; }
    Milliseconds period() const override;
    void run(const background::Run& run) override;

  private:
    using Clock = std::chrono::steady_clock;

    // A comparison of everything that is under way.
    struct Comparison {
        std::uint64_t reached = 0;  // id of the last row
        Tally tally;
        Timestamp begun{};
    };

    Limits limits(const background::Run& run);
    void scan_new(const background::Run& run, const OptOuts& opt_outs, const Limits& limits);
    void compare_chunk(const background::Run& run, const OptOuts& opt_outs, const Limits& limits);
    void finish_comparison();

    const background::SweepOptions options_;
    const Milliseconds pass_overdue_;
    queue::Queue& queue_;
    health::Metrics& metrics_;
    LaterRows later_;
    NewRows new_rows_;
    std::optional<Timestamp> installed_at_;
    std::optional<Comparison> comparison_;
    Clock::time_point new_due_{};
    Clock::time_point full_due_{};  // at once
};

}  // namespace gdprd::reconciliation
