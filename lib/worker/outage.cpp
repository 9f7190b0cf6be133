#include "worker/outage.h"

#include <algorithm>

#include "base/backoff.h"
#include "base/random.h"

namespace gdprd::worker {

namespace {

constexpr Milliseconds first_pause{200};
constexpr Milliseconds longest_pause{15'000};
constexpr Milliseconds longest_wait{1'000};

}  // namespace

bool Outage::may_work(const std::stop_token& stop, std::size_t worker) {
    std::unique_lock lock(mutex_);
    const auto may_try = [&] {
        return !kind_ || (!trying_ && std::chrono::steady_clock::now() >= next_try_);
    };
    if (!kind_ || trying_ == worker) return true;
    if (!may_try()) {
        const auto left = std::chrono::ceil<Milliseconds>(next_try_ - std::chrono::steady_clock::now());
        const Milliseconds pause = trying_ ? longest_wait : std::clamp(left, Milliseconds{1}, longest_wait);
        changed_.wait_for(lock, stop, pause, may_try);
        if (!may_try()) return false;
    }
    if (kind_) trying_ = worker;
    return !stop.stop_requested();
}

bool Outage::lasts() const {
    const std::lock_guard lock(mutex_);
    return kind_.has_value();
}

bool Outage::shows_in_erasures_only() const {
    const std::lock_guard lock(mutex_);
    return kind_ == Kind::refused_all;
}

bool Outage::is_to_blame(ContactId contact) {
    const std::lock_guard lock(mutex_);
    if (kind_ == Kind::refused_all) return false;
    if (!blamed_) blamed_ = contact;
    return blamed_ == contact;
}

void Outage::connected(const std::string& server) {
    std::unique_lock lock(mutex_);
    const bool lasts = kind_ && *kind_ != Kind::unreachable;
    observer_.connected(server, lasts);
    if (kind_ && !lasts) end(lock);
}

void Outage::worked() {
    std::unique_lock lock(mutex_);
    blamed_.reset();
    if (kind_) end(lock);
}

void Outage::end(std::unique_lock<std::mutex>& lock) {
    observer_.ended(*kind_);
    kind_.reset();
    trying_.reset();
    failures_ = 0;
    attempts_ = 0;
    lock.unlock();
    changed_.notify_all();
}

// Workers whose connections end together have failed once: nobody was to try before the pause is over.
void Outage::failed(Kind kind, const std::string& why, bool permanent) {
    const std::lock_guard lock(mutex_);
    const auto at = std::chrono::steady_clock::now();
    if (!kind_ || trying_ || at >= next_try_) ++attempts_;
    next_try_ = at + backoff(++failures_, first_pause, longest_pause, random_fraction());
    trying_.reset();
    observer_.failed({kind, why, permanent, kind_, attempts_});
    kind_ = kind;
    changed_.notify_all();
}

}  // namespace gdprd::worker
