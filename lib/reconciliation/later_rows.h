// Do-not-contact rows that mean nothing yet: they are in their grace period, or left to their webhook for a
// while. Remembered by id until they are due, so that no scan has to read them again before. Bounded: beyond
// the limit the ones that are due last are forgotten, and the next comparison of everything finds them. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace gdprd::reconciliation {

class LaterRows {
  public:
    explicit LaterRows(std::size_t rows_max) : rows_max_(rows_max) {}

    void add(std::uint64_t id, Timestamp due);
    // Up to `rows_max` ids that are due, the oldest first. They stay until done() says so.
    std::vector<std::uint64_t> due(Timestamp at, std::size_t rows_max) const;
    // The first `count` of those due are dealt with.
    void done(std::size_t count);

    std::size_t size() const { return rows_.size(); }
    // How many were forgotten since this was asked last.
    std::size_t take_forgotten() { return std::exchange(forgotten_, 0); }

  private:
    const std::size_t rows_max_;
    std::set<std::pair<Timestamp, std::uint64_t>> rows_;
    std::size_t forgotten_ = 0;
};

}  // namespace gdprd::reconciliation
