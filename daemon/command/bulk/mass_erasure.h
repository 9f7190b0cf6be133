// Erases many contacts at once from a command, `reapply` or `sweep`: the daemon's workers over a list in
// memory, a rate, a progress bar, and an end in good order at SIGINT or SIGTERM. What was committed stays;
// the same command run again finds the rest.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "background/pacer.h"
#include "daemon/assembly.h"
#include "daemon/command/bulk/mass_list.h"
#include "daemon/command/bulk/mass_totals.h"
#include "queue/queue.h"
#include "worker/plan_cache.h"

namespace gdprd::command {

// What the commands of this kind take from the command line.
struct MassOptions {
    std::optional<std::size_t> threads;  // none: as [worker] has it
    std::optional<std::size_t> batch;    // contacts in one transaction at most; none: as [worker] has it
    double rate = 0;                     // contacts a second; 0: no limit
    bool full_speed = false;             // whatever that does to Mautic; otherwise paced (background/pacer.h)
    bool dry_run = false;
    bool yes = false;
    bool no_progress = false;
};

class MassErasure {
  public:
    // Connects, makes the rules, and the ledger. Throws when that is not possible, and ConfigurationError
    // when the policy stops erasures because of something unknown. The thread that makes it must hold a
    // ThreadScope; `assembly` outlives it.
    MassErasure(const daemon::Assembly& assembly, const MassOptions& options);

    // Erases all contacts the source names; `total` is how many that may be, for the progress bar. Once.
    // Blocks SIGINT, SIGTERM and SIGHUP for the rest of the process. Does not throw for what goes wrong with
    // contacts.
    MassTotals run(ContactSource source, std::uint64_t total);

    // What an erasure goes by now.
    std::shared_ptr<const erasure::Rules> rules() const { return plans_.current(); }

  private:
    void open_queue();
    background::PaceOptions pace_options() const;

    const daemon::Assembly& assembly_;
    const MassOptions options_;
    worker::WorkerOptions worker_options_;
    MassList* list_ = nullptr;  // of the run; ended when no plan can be made any more
    worker::PlanCache plans_;
    std::optional<queue::QueueFile> queue_;
    std::string remark_;
};

}  // namespace gdprd::command
