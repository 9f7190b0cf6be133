#include "background/seen_mark.h"

#include <algorithm>

namespace gdprd::background {

SeenMark::SeenMark(std::string name, Milliseconds overlap) : name_(std::move(name)), overlap_(overlap) {}

std::uint64_t SeenMark::begin(Marks& marks, const std::function<std::uint64_t()>& highest) {
    const auto mark = marks.number(name_);
    const std::uint64_t there = highest();
    if (mark && *mark <= there) return *mark;
    marks.set_number(name_, there);
    pending_ = 0;
    return there;
}

void SeenMark::end(Marks& marks, std::uint64_t reached, bool through) {
    const auto at = Clock::now();
    if (!through) {
        marks.raise_number(name_, reached);
        return;
    }
    if (at - pending_since_ < overlap_) return;
    // No further than there are rows: another program may have noticed a restore.
    if (pending_ > 0) marks.raise_number(name_, std::min(pending_, reached));
    pending_ = reached;
    pending_since_ = at;
}

}  // namespace gdprd::background
