#include "reconciliation/sweep.h"

#include <algorithm>

#include "background/checkpoints.h"
#include "base/log.h"
#include "reconciliation/opt_outs.h"

namespace gdprd::reconciliation {

using background::Run;

namespace {

constexpr std::size_t later_rows_max = 100'000;        // some 10 MB
constexpr Milliseconds open_transaction_max{300'000};  // of Mautic, and how wrong its clock may be

health::Seconds seconds(Milliseconds duration) { return std::chrono::duration<double>(duration); }

void tell(std::string_view what, const Tally& tally) {
    if (const std::size_t lost = tally.of(Reason::webhook_lost); lost > 0) {
        log::warning(
            "found contacts that should have been erased and for which no webhook arrived; queued them",
            {{"scan", what},
             {"contacts", lost},
             {"oldest_s", std::chrono::floor<std::chrono::seconds>(tally.lag).count()}});
    }
    const std::size_t filled = tally.of(Reason::filled_again);
    const std::size_t unfinished = tally.of(Reason::unfinished);
    if (filled + unfinished == 0) return;
    log::info("erased contacts need another pass; queued them",
              {{"scan", what}, {"filled_again", filled}, {"unfinished", unfinished}});
}

}  // namespace

Sweep::Sweep(const background::SweepOptions& options, Milliseconds pass_overdue, queue::Queue& queue,
             health::Metrics& metrics)
    : options_(options),
      pass_overdue_(pass_overdue),
      queue_(queue),
      metrics_(metrics),
      later_(later_rows_max),
      new_rows_(options.page_rows, open_transaction_max) {}

Milliseconds Sweep::period() const {
    if (comparison_ || new_rows_.is_behind()) return Milliseconds{0};
    const auto left = std::chrono::ceil<Milliseconds>(std::min(new_due_, full_due_) - Clock::now());
    return std::max(left, Milliseconds{0});
}

void Sweep::run(const Run& run) {
    const OptOuts opt_outs(run.connection, *run.rules);
    const Limits limits = this->limits(run);
    if (!new_rows_.has_begun()) {
        new_rows_.begin(run, opt_outs);
        new_due_ = Clock::now() + options_.incremental;  // the comparison has them too
    }
    if (new_rows_.is_behind() || Clock::now() >= new_due_) scan_new(run, opt_outs, limits);
    if (!comparison_ && Clock::now() >= full_due_) comparison_ = Comparison{0, {}, now()};
    if (comparison_) compare_chunk(run, opt_outs, limits);
}

Limits Sweep::limits(const Run& run) {
    if (!installed_at_) {
        installed_at_ = background::Checkpoints(run.connection, run.rules->ledger_database).installed_at();
    }
    return {*installed_at_, options_.webhook_delay, pass_overdue_};
}

void Sweep::scan_new(const Run& run, const OptOuts& opt_outs, const Limits& limits) {
    Findings findings(queue_, metrics_, later_, run.rules->triggers, limits, true);
    Tally tally;
    new_rows_.scan(run, opt_outs, findings, later_, tally);
    metrics_.sweep_done(false, tally.rows, seconds(tally.lag));
    tell("new rows", tally);
    new_due_ = Clock::now() + options_.incremental;
}

void Sweep::compare_chunk(const Run& run, const OptOuts& opt_outs, const Limits& limits) {
    Findings findings(queue_, metrics_, later_, run.rules->triggers, limits, false);
    if (comparison_->reached > 0) run.throttle.wait(run.connection, run.stop);
    for (background::PageBudget pages(run); pages.next();) {
        const auto page = opt_outs.after(comparison_->reached, options_.page_rows);
        findings.take(page, comparison_->tally);
        if (page.size() < options_.page_rows) return finish_comparison();
        comparison_->reached = page.back().id;
    }
}

void Sweep::finish_comparison() {
    const Tally& tally = comparison_->tally;
    metrics_.sweep_done(true, tally.rows, seconds(tally.lag));
    tell("whole list", tally);
    log::info("full reconciliation of the do-not-contact list finished",
              {{"rows", tally.rows}, {"took_ms", (now() - comparison_->begun).count()}});
    if (const std::size_t forgotten = later_.take_forgotten(); forgotten > 0) {
        log::info("too many rows not yet due to keep in memory; the next full reconciliation finds the rest",
                  {{"rows", forgotten}});
    }
    comparison_.reset();
    full_due_ = Clock::now() + options_.full;
}

}  // namespace gdprd::reconciliation
