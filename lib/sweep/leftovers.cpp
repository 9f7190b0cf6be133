#include "sweep/leftovers.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/log.h"

namespace gdprd::sweep {

using erasure::LeftoverEraser;
using erasure::LeftoverRows;
using erasure::RowIds;
using erasure::Step;

namespace {

constexpr std::size_t pages_a_slice = 20;  // then the other looks have their turn
constexpr Milliseconds soon{60'000};       // after Mautic has told of a deletion, at the latest
constexpr int share_of_time = 20;          // one part of so many for walks that deletions cause
constexpr int attempts = 3;                // at rows that Mautic has locked too

bool is_conflict(const database::DatabaseError& error) {
    return error.error_class() == database::ErrorClass::conflict;
}

}  // namespace

Leftovers::Leftovers(DeletedContacts mode, const SweepOptions& options, const Deletions& deletions,
                     std::function<bool()> is_held_back, health::Metrics& metrics, Milliseconds born_within)
    : mode_(mode),
      options_(options),
      deletions_(deletions),
      is_held_back_(std::move(is_held_back)),
      metrics_(metrics),
      frontier_(mode, options.page_rows, born_within) {}

Milliseconds Leftovers::period() const {
    if (more_at_once_) return Milliseconds{0};
    return std::min(soon, options_.incremental);
}

void Leftovers::run(const Look& look) {
    more_at_once_ = false;
    if (mode_ == DeletedContacts::off) return;
    std::size_t pages_left = pages_a_slice;
    for (const Step* step : erasure::leftover_steps(*look.rules->plan)) {
        if (look.stop.stop_requested()) return;
        if (!frontier_.advance(look, *step, pages_left)) more_at_once_ = true;
    }
    if (!may_erase(look)) return;
    if (!walk_ && is_due()) walk_.emplace();
    if (walk_) walk_slice(look);
    more_at_once_ = more_at_once_ || walk_;
    if (failure_) std::rethrow_exception(failure_);  // until a walk goes well
}

// The frontier goes on while erasing is held back: rows that are made without a contact must be seen early.
bool Leftovers::may_erase(const Look& look) const {
    const bool stopped = look.rules->stop_on_unknown && !look.rules->plan->unknown.empty();
    return !stopped && !is_held_back_();
}

bool Leftovers::is_due() const {
    const auto at = Clock::now();
    return at >= full_due_ || (deletions_.count() != deletions_seen_ && at >= not_before_);
}

void Leftovers::walk_slice(const Look& look) {
    const auto begun = Clock::now();
    const auto steps = erasure::leftover_steps(*look.rules->plan);
    if (walk_->schema_digest.empty()) deletions_seen_ = deletions_.count();
    if (walk_->schema_digest != look.rules->plan->schema_digest) walk_->table = walk_->reached = 0;
    walk_->schema_digest = look.rules->plan->schema_digest;
    for (std::size_t pages = 0; pages < pages_a_slice && walk_->table < steps.size(); ++pages) {
        if (look.stop.stop_requested()) return;
        if (walk_page(look, *steps[walk_->table])) continue;
        ++walk_->table;
        walk_->reached = 0;
    }
    walk_->spent += Clock::now() - begun;
    if (walk_->table == steps.size()) finish_walk();
}

// False when the table is through, or failed: the others have their turn all the same.
bool Leftovers::walk_page(const Look& look, const Step& step) {
    Marks marks(look.connection, look.rules->ledger_database);
    LeftoverRows rows(look.connection, look.rules->ledger_database);
    try {
        const auto frontier = LeftoverFrontier::of(marks, step);
        if (!frontier || walk_->reached >= *frontier) return false;
        look.throttle.wait(look.connection, look.stop);
        const auto page = rows.without_contact(step, {walk_->reached, *frontier}, options_.page_rows);
        const bool is_last = page.size() < options_.page_rows;
        const std::uint64_t until = is_last ? *frontier : page.back();
        walk_->rows_erased += erase(look, step, not_noted(rows, step, page, until));
        walk_->reached = until;
        return !is_last;
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) throw;
        if (!walk_->failure) walk_->failure = std::current_exception();
    } catch (const files::FilesError&) {
        if (!walk_->failure) walk_->failure = std::current_exception();
    }
    return false;
}

// Both lists are in the order of the ids. Notes whose rows are gone, or have a contact again, are taken back.
RowIds Leftovers::not_noted(LeftoverRows& rows, const Step& step, const RowIds& page, std::uint64_t until) {
    RowIds fresh = page;
    erasure::RowRange range{walk_->reached, until};
    for (bool more = true; more;) {
        const RowIds notes = rows.noted(step, range, options_.page_rows);
        more = notes.size() == options_.page_rows;
        if (more) range.after = notes.back();
        RowIds rest;
        std::set_difference(fresh.begin(), fresh.end(), notes.begin(), notes.end(), std::back_inserter(rest));
        fresh.swap(rest);
        RowIds vain;
        std::set_difference(notes.begin(), notes.end(), page.begin(), page.end(), std::back_inserter(vain));
        // Another daemon may have noted a row that lost its contact after this page was read.
        const RowIds still = rows.without_contact(step, vain);
        RowIds gone;
        std::set_difference(vain.begin(), vain.end(), still.begin(), still.end(), std::back_inserter(gone));
        rows.forget(step, gone);
    }
    return fresh;
}

std::uint64_t Leftovers::erase(const Look& look, const Step& step, const RowIds& ids) {
    LeftoverEraser eraser(look.connection, *look.rules);
    std::uint64_t erased = 0;
    for (std::size_t at = 0; at < ids.size() && !look.stop.stop_requested();) {
        const std::size_t count = std::min(ids.size() - at, LeftoverEraser::rows_max);
        const std::span<const std::uint64_t> batch(ids.data() + at, count);
        look.throttle.wait(look.connection, look.stop);
        for (int attempt = 1;; ++attempt) {
            try {
                const auto counts = eraser.erase(step, batch);
                erased += counts.total();
                metrics_.leftover_rows(counts.total());
                break;
            } catch (const database::DatabaseError& error) {
                if (!is_conflict(error) || attempt == attempts) throw;
            }
        }
        at += count;
    }
    return erased;
}

void Leftovers::finish_walk() {
    const Walk walk = *walk_;
    walk_.reset();
    failure_ = walk.failure;
    const bool is_short = share_of_time * walk.spent < soon;  // one a look is no more than that share
    not_before_ = Clock::now() + (is_short ? Clock::duration{} : share_of_time * walk.spent);
    full_due_ = failure_ ? not_before_ : Clock::now() + options_.full;
    if (walk.rows_erased > 0) {
        log::info("erased what deleted contacts left behind", {{"rows", walk.rows_erased}});
    }
}

}  // namespace gdprd::sweep
