#include "daemon/command/bulk/mass_erasure.h"

#include <algorithm>
#include <chrono>

#include "background/pacer.h"
#include "background/throttle.h"
#include "base/log.h"
#include "daemon/command/bulk/patience.h"
#include "daemon/command/retries.h"
#include "daemon/command/terminal/progress_bar.h"
#include "daemon/signals.h"
#include "health/metrics.h"
#include "health/progress.h"
#include "worker/pool.h"

namespace gdprd::command {

namespace {

using daemon::Signals;

constexpr Milliseconds look_interval{50};

worker::WorkerOptions worker_options(const daemon::Assembly& assembly, const MassOptions& options) {
    worker::WorkerOptions made = assembly.config.worker;
    made.threads = std::max<std::size_t>(options.threads.value_or(made.threads), 1);
    made.batch_max = std::max<std::size_t>(options.batch.value_or(made.batch_max), 1);
    made.attempts_max = retries.attempts_max;
    made.backoff_first = retries.backoff_first;
    made.backoff_max = retries.backoff_max;
    return made;
}

void show(ProgressBar& bar, const MassTotals& totals, std::uint64_t total) {
    const std::uint64_t done = totals.contacts();
    const double part = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
    bar.show({part, done, "contacts", totals.failed == 0 ? "" : std::to_string(totals.failed) + " failed"});
}

}  // namespace

MassErasure::MassErasure(const daemon::Assembly& assembly, const MassOptions& options)
    : assembly_(assembly),
      options_(options),
      worker_options_(worker_options(assembly, options)),
      plans_(
          assembly.config.mautic.table_prefix,
          [&assembly](const mautic::Schema& schema) { return daemon::make_strict_rules(schema, assembly); },
          [this](const auto& rules, const std::string& problem) {
              if (rules == nullptr && list_ != nullptr) list_->end_early(problem);
          }) {
    database::Connection connection(assembly.config.database);
    plans_.refresh(connection, nullptr);
}

void MassErasure::open_queue() {
    try {
        queue_.emplace(assembly_.config.queue);
    } catch (const queue::QueueError& error) {
        remark_ =
            "The later passes are left out, which find what Mautic still wrote afterwards: " +
            std::string(error.what()) +
            ".\nTo get them, run `mautic-gdprd serve` with this configuration once, then this command again.";
    }
}

background::PaceOptions MassErasure::pace_options() const {
    background::PaceOptions options;
    options.workers_max = static_cast<double>(worker_options_.threads);
    return options;
}

MassTotals MassErasure::run(ContactSource source, std::uint64_t total) {
    // One line for every contact is for the daemon's journal.
    log::configure(log::Level::warning, log::Format::text);
    open_queue();
    // Before the threads, which take over its mask.
    Signals signals;
    std::optional<background::Pacer> pacer;
    if (!options_.full_speed) {
        const background::TinyCommit commit(assembly_.config.ledger.database);
        pacer.emplace(pace_options(), assembly_.config.database, commit,
                      [commit](database::Connection& connection) { commit.forget(connection); });
    }
    background::Throttle throttle({assembly_.config.sweep.busy_threads, options_.rate}, nullptr,
                                  pacer ? &*pacer : nullptr);
    MassList list(std::move(source), throttle, queue_ ? &*queue_ : nullptr);
    list_ = &list;
    if (!remark_.empty()) list.remark(remark_);
    health::Metrics uncounted(GDPRD_VERSION);
    health::Progress unwatched;
    Patience patience(list);
    const auto begun = std::chrono::steady_clock::now();
    worker::Pool pool(worker_options_, assembly_.config.database, list, plans_,
                      {uncounted, unwatched, patience});
    ProgressBar bar(!options_.no_progress);
    while (!pool.has_ended()) {
        show(bar, list.totals(), total);
        if (signals.wait(look_interval) != Signals::Event::stop) continue;
        // Batches in hand are finished; who does not want to wait for that asks again.
        signals.next_one_kills();
        list.interrupt();
        pool.request_stop();
    }
    pool.stop();
    list_ = nullptr;
    MassTotals totals = list.totals();
    if (pacer) totals.pace = pacer->report();
    totals.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return totals;
}

}  // namespace gdprd::command
