// What takes time to find out, found out by a thread of its own: a page waits for it for a moment, and then
// shows what was known last. No lock is held meanwhile. What failed is not tried again at once.
//
// Threads: any.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

namespace gdprd::desk {

template <typename Value>
class Latest {
  public:
    struct Times {
        Milliseconds patience{300};  // of a page
        Milliseconds kept_for{1'000};
        Milliseconds after_failure{5'000};
        int times_as_long = 0;  // kept for so many times as long as it took, too
    };
    struct Known {
        std::shared_ptr<const Value> value;  // nothing: it is not known yet
        Timestamp at{};
        bool has_failed = false;  // the last time
    };

    // `what` stands in the log when it fails.
    Latest(std::string what, Times times) : what_(std::move(what)), times_(times) {}
    explicit Latest(std::string what) : Latest(std::move(what), Times()) {}

    // `find_out` is called by the other thread, if at all; what it refers to outlives this object.
    Known read(std::function<Value()> find_out) {
        return read([find_out = std::move(find_out)](const std::stop_token&) { return find_out(); });
    }
    // The same, of what is told when this object goes away and waits for it.
    Known read(std::function<Value(const std::stop_token&)> find_out) {
        std::unique_lock lock(mutex_);
        if (!is_busy_ && Clock::now() >= next_at_) {
            is_busy_ = true;
            thread_ = std::jthread(
                [this, find_out = std::move(find_out)](const std::stop_token& stop) { run(find_out, stop); });
        }
        changed_.wait_for(lock, times_.patience, [this] { return !is_busy_; });
        return known_;
    }

  private:
    using Clock = std::chrono::steady_clock;

    void run(const std::function<Value(const std::stop_token&)>& find_out, const std::stop_token& stop) {
        std::shared_ptr<const Value> value;
        const auto begin = Clock::now();
        try {
            value = std::make_shared<const Value>(find_out(stop));
        } catch (const std::exception& error) {
            log::error("what a page of the desk shows could not be found out",
                       {{"what", what_}, {"error", describe_ours(error)}});
        }
        const auto end = Clock::now();
        const std::lock_guard lock(mutex_);
        known_.has_failed = value == nullptr;
        if (value) {
            known_.value = std::move(value);
            known_.at = now();
        }
        const auto kept_for =
            std::max<Clock::duration>(times_.kept_for, times_.times_as_long * (end - begin));
        next_at_ = end + (known_.has_failed ? Clock::duration(times_.after_failure) : kept_for);
        is_busy_ = false;
        changed_.notify_all();
    }

    const std::string what_;
    const Times times_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_busy_ = false;
    Clock::time_point next_at_{};
    Known known_;
    std::jthread thread_;  // last: it is joined first
};

}  // namespace gdprd::desk
