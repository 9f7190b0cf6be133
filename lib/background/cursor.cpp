#include "background/cursor.h"

#include <algorithm>

#include "background/checkpoints.h"

namespace gdprd::background {

namespace {

Checkpoints checkpoints_of(const Run& run) { return {run.connection, run.rules->ledger_database}; }

}  // namespace

IdCursor::IdCursor(std::string checkpoint, Milliseconds overlap, std::uint64_t margin)
    : checkpoint_(std::move(checkpoint)), overlap_(overlap), margin_(margin) {}

std::uint64_t IdCursor::place(const Run& run, const Highest& highest) {
    if (!checkpoint_.empty()) in_memory_ = checkpoints_of(run).number(checkpoint_);
    const std::uint64_t there = highest();
    if (in_memory_ && *in_memory_ <= there) return *in_memory_;
    in_memory_ = there - std::min(there, margin_);
    if (!checkpoint_.empty()) checkpoints_of(run).set_number(checkpoint_, *in_memory_);
    pending_ = 0;
    return *in_memory_;
}

void IdCursor::raise(const Run& run, std::uint64_t id) {
    in_memory_ = std::max(in_memory_.value_or(0), id);
    if (!checkpoint_.empty()) checkpoints_of(run).raise_number(checkpoint_, id);
}

void IdCursor::follow(const Run& run, std::uint64_t reached) {
    const auto at = Clock::now();
    if (at - pending_since_ < overlap_) return;
    // No further than there are rows: another program may have noticed a restore.
    if (pending_ > 0) raise(run, std::min(pending_, reached));
    pending_ = reached;
    pending_since_ = at;
}

bool IdCursor::scan(const Run& run, PageBudget& pages, std::size_t page_rows, const Highest& highest,
                    const ReadPage& read_page) {
    std::uint64_t reached = place(run, highest);
    while (!run.stop.stop_requested()) {
        if (read_page(reached) < page_rows) {
            follow(run, reached);
            return true;
        }
        if (pages.another()) continue;
        if (!run.stop.stop_requested()) raise(run, reached);
        break;
    }
    return false;
}

bool IdCursor::scan(const Run& run, std::size_t page_rows, const Highest& highest,
                    const ReadPage& read_page) {
    PageBudget after_the_first(run, pages_a_turn - 1);
    return scan(run, after_the_first, page_rows, highest, read_page);
}

DateCursor::DateCursor(std::string checkpoint, Milliseconds overlap)
    : checkpoint_(std::move(checkpoint)), overlap_(overlap) {}

DatePlace DateCursor::place(const Run& run) {
    if (reached_) return *reached_;
    begun_ = now();
    // Asked each time: a restored database has its place of then.
    if (!checkpoint_.empty()) in_memory_ = checkpoints_of(run).time(checkpoint_);
    if (!in_memory_) set(run, begun_ - overlap_);
    // A clock that was ahead must not make a cursor that nothing comes after.
    return {std::min(*in_memory_, begun_ - overlap_), 0};
}

void DateCursor::set(const Run& run, Timestamp at) {
    in_memory_ = at;
    if (!checkpoint_.empty()) checkpoints_of(run).set_time(checkpoint_, at);
}

bool DateCursor::scan(const Run& run, std::size_t page_rows, const ReadPage& read_page) {
    DatePlace reached = place(run);
    const Timestamp until = now() + overlap_;
    for (PageBudget pages(run); pages.next();) {
        if (read_page(reached, until) < page_rows) {
            reached_.reset();
            set(run, begun_ - overlap_);
            return true;
        }
        reached_ = reached;
    }
    return false;
}

const std::string& IndexCache::get(const std::string& schema_digest,
                                   const std::function<std::string()>& find) {
    if (schema_digest_ != schema_digest) {
        index_ = find();
        schema_digest_ = schema_digest;
    }
    return index_;
}

}  // namespace gdprd::background
