// Seals the ledger every [seal] every, and when the daemon stops. Each seal goes to the log as a whole line,
// so that the journal is a copy of the seals outside the database. Another daemon of the same ledger that has
// just sealed saves this one the work.
//
// Threads: the task's is the scheduler's. Errors: those of seal/sealer.h; the next turn begins anew.
#pragma once

#include <memory>

#include "background/task.h"
#include "config/config.h"
#include "health/metrics.h"
#include "seal/row_seal.h"
#include "seal/sealer.h"

namespace gdprd::daemon {

// For [seal]: the configuration has a key.
seal::SealerOptions sealer_options(const config::Config& config);

// Without a key nothing can be sealed; that is told where something has to be.
seal::RowSealOptions row_seal_options(const config::Config& config);
// A line in the log.
void tell_seal(const seal::Seal& seal);

class Sealing : public background::Task {
  public:
    Sealing(const config::Config& config, health::Metrics& metrics);

    std::string_view name() const override { return "seal"; }
    Milliseconds period() const override;
    void run(const background::Run& run) override;

  private:
    bool is_sealed_by_another(const background::Run& run) const;
    void go_on(const background::Run& run);
    void finish(const seal::SealRun& run);

    const seal::SealerOptions options_;
    const Milliseconds every_;
    health::Metrics& metrics_;
    std::unique_ptr<seal::Sealer> sealer_;  // while a run is under way
    std::uint64_t told_ = 0;                // findings, in the log
    bool has_sealed_ = false;               // this process
};

// What is new by then. Never throws, and takes no longer than `limit` and one statement, which gets five
// seconds: what is left is sealed at the next start.
void seal_at_stop(const config::Config& config, Milliseconds limit);

}  // namespace gdprd::daemon
