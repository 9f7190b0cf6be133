#include "daemon/command/bulk/mass_erasure.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "background/throttle.h"
#include "base/log.h"
#include "daemon/command/bulk/mass_worker.h"
#include "daemon/command/retries.h"
#include "daemon/command/terminal/progress_bar.h"
#include "daemon/signals.h"
#include "health/metrics.h"

namespace gdprd::command {

namespace {

using daemon::Signals;

constexpr Milliseconds look_interval{50};

worker::WorkerOptions worker_options(const daemon::Assembly& assembly, const MassOptions& options) {
    worker::WorkerOptions made = assembly.config.worker;
    made.threads = std::max<std::size_t>(options.threads, 1);
    made.batch_max = std::max<std::size_t>(options.batch_max, 1);
    made.attempts_max = attempts_max;
    made.backoff_first = backoff_first;
    made.backoff_max = backoff_max;
    return made;
}

void show(ProgressBar& bar, const MassTotals& totals, std::uint64_t total) {
    const std::uint64_t done = totals.contacts();
    const double part = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
    bar.show({part, done, "contacts", totals.failed == 0 ? "" : std::to_string(totals.failed) + " failed"});
}

}  // namespace

MassOptions mass_options(const MassCommandOptions& given, const worker::WorkerOptions& configured) {
    return {given.threads.value_or(configured.threads), given.batch.value_or(configured.batch_max),
            given.rate, !given.no_progress};
}

MassErasure::MassErasure(const daemon::Assembly& assembly, const MassOptions& options)
    : assembly_(assembly),
      options_(options),
      worker_options_(worker_options(assembly, options)),
      rules_(
          assembly.config.mautic.table_prefix,
          [&assembly](const mautic::Schema& schema) { return daemon::make_rules(schema, assembly); },
          [](const auto&, const std::string&) {}) {
    database::Connection connection(assembly.config.database);
    daemon::refuse_unknown(*rules_.refresh(connection, nullptr));
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

MassTotals MassErasure::run(ContactSource source, std::uint64_t total) {
    // One line for every contact is for the daemon's journal.
    log::configure(log::Level::warning, log::Format::text);
    open_queue();
    MassList list(std::move(source));
    health::Metrics uncounted(GDPRD_VERSION);
    background::Throttle throttle({assembly_.config.sweep.busy_threads, options_.rate_max});
    const MassParts parts{
        assembly_, worker_options_, list, rules_, throttle, uncounted, queue_ ? &*queue_ : nullptr};
    if (!remark_.empty()) list.remark(remark_);
    const auto begun = std::chrono::steady_clock::now();
    // Before the threads, which take over its mask.
    Signals signals;
    std::atomic<std::size_t> running = worker_options_.threads;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < worker_options_.threads; ++i) {
        threads.emplace_back([&](const std::stop_token& stop) {
            MassWorker(parts).run(stop);
            --running;
        });
    }
    ProgressBar bar(options_.progress);
    while (running > 0) {
        show(bar, list.totals(), total);
        if (signals.wait(look_interval) != Signals::Event::stop) continue;
        // Batches in hand are finished; who does not want to wait for that asks again.
        signals.next_one_kills();
        list.interrupt();
        for (std::jthread& thread : threads) thread.request_stop();
    }
    threads.clear();
    MassTotals totals = list.totals();
    totals.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return totals;
}

}  // namespace gdprd::command
