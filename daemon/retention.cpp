#include "daemon/retention.h"

#include <algorithm>

#include "base/log.h"
#include "daemon/sealing.h"

namespace gdprd::daemon {

namespace {

constexpr Milliseconds look_every{3'600'000};
constexpr std::size_t counted_max = 10'000'000;

}  // namespace

Retention::Retention(const config::Config& config, queue::Queue& queue, health::Metrics& metrics)
    : hashes_(*config.retention.hashes),
      seals_(row_seal_options(config)),
      contacts_max_(counted_max),
      may_forget_(queue, config.queue.erasures_per_hour_max, DeletionCircuitBreaker::Of::hashes),
      metrics_(metrics) {}

Milliseconds Retention::period() const { return forgetter_ ? Milliseconds{0} : look_every; }

// A run keeps the rule it began with: what was counted is what is forgotten.
bool Retention::begin(const background::Run& run) {
    retention::ForgetOptions options;
    options.rule.before = retention::cutoff(run.connection, hashes_);
    options.seals = seals_;
    const std::uint64_t due =
        retention::count_due(run.connection, run.rules->ledger_database, options.rule, contacts_max_);
    if (!may_forget_(due - std::min(due, held_))) return false;
    forgetter_ = std::make_unique<retention::Forgetter>(run.rules, std::move(options), tell_seal);
    counted_ = 0;
    return true;
}

void Retention::run(const background::Run& run) {
    if (!forgetter_ && !begin(run)) return;
    try {
        for (background::PageBudget pages(run); pages.next();) {
            const bool more = forgetter_->next(run.connection);
            const auto& counts = forgetter_->counts();
            metrics_.forgotten(counts.contacts - counted_);
            counted_ = counts.contacts;
            if (more) continue;
            tell(counts);
            held_ = counts.due_on_hold + counts.there_again;
            forgetter_.reset();
            return;
        }
    } catch (const std::exception&) {
        forgetter_.reset();  // the plan may be an old one
        throw;
    }
}

void Retention::tell(const retention::ForgetCounts& counts) const {
    if (counts.contacts == 0 && counts.addresses == 0) return;
    std::uint64_t cells = 0;
    for (const auto& [column, count] : counts.cells) cells += count;
    log::info("hashes whose time is over are gone", {{"contacts", counts.contacts},
                                                     {"records", counts.records},
                                                     {"addresses", counts.addresses},
                                                     {"cells", cells},
                                                     {"held", counts.held},
                                                     {"unfinished", counts.unfinished},
                                                     {"there_again", counts.there_again}});
}

}  // namespace gdprd::daemon
