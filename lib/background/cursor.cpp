#include "background/cursor.h"

#include <algorithm>

namespace gdprd::background {

IdCursor::IdCursor(std::string checkpoint, Milliseconds overlap, std::uint64_t margin)
    : checkpoint_(std::move(checkpoint)), overlap_(overlap), margin_(margin) {}

std::optional<std::uint64_t> IdCursor::at(Checkpoints& checkpoints) const {
    return checkpoint_.empty() ? in_memory_ : checkpoints.number(checkpoint_);
}

void IdCursor::set(Checkpoints& checkpoints, std::uint64_t id) {
    in_memory_ = id;
    if (!checkpoint_.empty()) checkpoints.set_number(checkpoint_, id);
}

void IdCursor::raise(Checkpoints& checkpoints, std::uint64_t id) {
    in_memory_ = std::max(in_memory_.value_or(0), id);
    if (!checkpoint_.empty()) checkpoints.raise_number(checkpoint_, id);
}

std::uint64_t IdCursor::begin(Checkpoints& checkpoints, const std::function<std::uint64_t()>& highest) {
    const auto cursor = at(checkpoints);
    const std::uint64_t there = highest();
    if (cursor && *cursor <= there) return *cursor;
    const std::uint64_t begin = there - std::min(there, margin_);
    set(checkpoints, begin);
    pending_ = 0;
    return begin;
}

void IdCursor::end(Checkpoints& checkpoints, std::uint64_t reached, bool through) {
    const auto at = Clock::now();
    if (!through) {
        raise(checkpoints, reached);
        return;
    }
    if (at - pending_since_ < overlap_) return;
    // No further than there are rows: another program may have noticed a restore.
    if (pending_ > 0) raise(checkpoints, std::min(pending_, reached));
    pending_ = reached;
    pending_since_ = at;
}

DateCursor::DateCursor(std::string checkpoint, Milliseconds overlap)
    : checkpoint_(std::move(checkpoint)), overlap_(overlap) {}

DatePlace DateCursor::begin(Checkpoints& checkpoints) {
    if (reached_) return *reached_;
    begun_ = now();
    // Asked each time: a restored database has its place of then.
    if (!checkpoint_.empty()) in_memory_ = checkpoints.time(checkpoint_);
    if (!in_memory_) set(checkpoints, begun_ - overlap_);
    // A clock that was ahead must not make a cursor that nothing comes after.
    return {std::min(*in_memory_, begun_ - overlap_), 0};
}

void DateCursor::end(Checkpoints& checkpoints) {
    reached_.reset();
    set(checkpoints, begun_ - overlap_);
}

void DateCursor::set(Checkpoints& checkpoints, Timestamp at) {
    in_memory_ = at;
    if (!checkpoint_.empty()) checkpoints.set_time(checkpoint_, at);
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
