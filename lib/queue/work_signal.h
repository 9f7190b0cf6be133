// Wakes the workers that wait for work.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

#include "base/clock.h"

namespace gdprd::queue {

class WorkSignal {
  public:
    // What to remember before looking for work, so that work which comes after the look is not slept through.
    std::uint64_t moment() {
        const std::lock_guard lock(mutex_);
        return changes_;
    }

    void changed() {
        {
            const std::lock_guard lock(mutex_);
            ++changes_;
        }
        condition_.notify_all();
    }

    // Until something changed after `moment`, a stop is requested or `longest` is over.
    void wait(std::stop_token stop, std::uint64_t moment, Milliseconds longest) {
        std::unique_lock lock(mutex_);
        condition_.wait_for(lock, std::move(stop), longest, [&] { return changes_ != moment; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable_any condition_;
    std::uint64_t changes_ = 0;  // guarded by mutex_
};

}  // namespace gdprd::queue
