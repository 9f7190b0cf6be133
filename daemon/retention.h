// Forgets whose erasures the ledger's records are once [retention] hashes is over: every hour those that are
// due by then, some batches a turn. The circuit breaker of [safety] is asked first, for all of them at once.
//
// Threads: the scheduler's. Errors: those of retention/forgetter.h and QueueError; the next turn goes on.
#pragma once

#include <memory>

#include "background/task.h"
#include "config/config.h"
#include "daemon/deletion_circuit_breaker.h"
#include "health/metrics.h"
#include "retention/forgetter.h"

namespace gdprd::daemon {

class Retention : public background::Task {
  public:
    // The configuration has a period.
    Retention(const config::Config& config, queue::Queue& queue, health::Metrics& metrics);

    std::string_view name() const override { return "retention"; }
    Milliseconds period() const override;
    void run(const background::Run& run) override;

  private:
    bool begin(const background::Run& run);
    void tell(const retention::ForgetCounts& counts) const;

    const Milliseconds hashes_;
    const seal::RowSealOptions seals_;
    const std::size_t contacts_max_;  // so many are counted before they are asked for
    DeletionCircuitBreaker may_forget_;
    health::Metrics& metrics_;
    std::unique_ptr<retention::Forgetter> forgetter_;  // while a run is under way
    std::uint64_t counted_ = 0;                        // of its contacts, in the metrics
    std::uint64_t held_ = 0;  // of those that are due, on hold at the last run: asked for once
};

}  // namespace gdprd::daemon
