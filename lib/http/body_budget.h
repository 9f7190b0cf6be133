// Bounds the memory of all bodies together: a connection takes its share before it reads a body and waits in
// line while there is none. Socket thread only.
#pragma once

#include <cstddef>
#include <deque>

#include "http/task.h"

namespace gdprd::http {

class BodyBudget {
  public:
    explicit BodyBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    struct Share {
        std::size_t bytes = 0;  // 0: neither taken nor waiting
        bool taken = false;
        Suspension turn;  // resumed when the share is taken at last, or given back while it waits
    };

    // True: taken at once. False: `share` stands in line; wait for its `turn`. The whole share is taken up
    // front, so that two half-read bodies can never wait for each other. One larger than the budget gets all.
    bool take(Share& share, std::size_t bytes);

    // Returns what was taken, or leaves the line; harmless when there is neither.
    void give_back(Share& share);

    std::size_t bytes_taken() const noexcept { return bytes_taken_; }

  private:
    bool fits(const Share& share) const noexcept { return share.bytes <= bytes_max_ - bytes_taken_; }
    void serve_line();

    std::size_t bytes_max_;
    std::size_t bytes_taken_ = 0;
    std::deque<Share*> line_;
};

}  // namespace gdprd::http
