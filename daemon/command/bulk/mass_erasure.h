// Erases many contacts at once from a command: the engine of `reapply` and `sweep`. Threads with a connection
// each, batches of contacts in one transaction, a rate, a progress bar, and an end in good order at SIGINT or
// SIGTERM. What was committed stays; the same command run again finds the rest.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "daemon/assembly.h"
#include "daemon/command/bulk/mass_list.h"
#include "daemon/command/bulk/mass_totals.h"
#include "queue/queue.h"
#include "worker/plan_cache.h"

namespace gdprd::command {

struct MassOptions {
    std::size_t threads = 2;      // each with a database connection of its own
    std::size_t batch_max = 200;  // contacts in one transaction; fewer when it takes too long
    double rate_max = 0;          // contacts a second; 0: no limit
    bool progress = true;         // show a bar, when standard error is a terminal
};

// What the commands of this kind take from the command line.
struct MassCommandOptions {
    std::optional<std::size_t> threads;  // none: as [worker] has it
    std::optional<std::size_t> batch;    // none: as [worker] has it
    double rate = 0;
    bool dry_run = false;
    bool yes = false;
    bool no_progress = false;
};
MassOptions mass_options(const MassCommandOptions& given, const worker::WorkerOptions& configured);

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
    std::shared_ptr<const erasure::Rules> rules() const { return rules_.current(); }

  private:
    void open_queue();

    const daemon::Assembly& assembly_;
    const MassOptions options_;
    worker::WorkerOptions worker_options_;
    worker::PlanCache rules_;
    std::optional<queue::QueueFile> queue_;
    std::string remark_;
};

}  // namespace gdprd::command
