// How the webhook's receiver tells the sweeper that Mautic has deleted contacts. Which ones does not matter:
// the rows they leave behind name nobody.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>

namespace gdprd::sweep {

class Deletions {
  public:
    void add(std::uint64_t contacts) noexcept { count_.fetch_add(contacts, std::memory_order_relaxed); }
    std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> count_{0};
};

}  // namespace gdprd::sweep
