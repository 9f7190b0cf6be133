// How many passwords are hashed at once: each takes some 16 MiB, and who asks is not known yet.
//
// Threads: any.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"

namespace gdprd::sign_in {

class HashSlots {
  public:
    static constexpr int slots = 2;

    // One of them, for as long as the object lives; or none, when none was free in time.
    class Slot {
      public:
        Slot(HashSlots& slots, Milliseconds patience) : slots_(slots), is_taken_(slots.take(patience)) {}
        ~Slot() {
            if (is_taken_) slots_.give();
        }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;

        bool is_taken() const { return is_taken_; }

      private:
        HashSlots& slots_;
        const bool is_taken_;
    };

  private:
    bool take(Milliseconds patience) {
        std::unique_lock lock(mutex_);
        if (!freed_.wait_for(lock, patience, [this] { return free_ > 0; })) return false;
        --free_;
        return true;
    }
    void give() {
        {
            const std::lock_guard lock(mutex_);
            ++free_;
        }
        freed_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable freed_;
    int free_ = slots;
};

}  // namespace gdprd::sign_in
