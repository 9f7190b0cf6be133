#include "worker/outage.h"

#include <algorithm>
#include <string_view>

#include "base/log.h"
#include "base/random.h"
#include "worker/backoff.h"

namespace gdprd::worker {

namespace {

using health::Component;

constexpr Milliseconds first_pause{200};
constexpr Milliseconds longest_pause{15'000};
constexpr Milliseconds longest_wait{1'000};

Component component_of(Outage::Kind kind) {
    return kind == Outage::Kind::stale ? Component::schema : Component::database;
}

const char* words_for(Outage::Kind kind) {
    switch (kind) {
        case Outage::Kind::unreachable:
            return "cannot connect to the database; retrying";
        case Outage::Kind::refused:
        case Outage::Kind::refused_all:
            return "erasing is paused: the database refuses changes; retrying";
        case Outage::Kind::stale:
            break;
    }
    return "erasing is paused: the tables still do not match the schema that was read; retrying";
}

}  // namespace

Outage::Outage(health::Metrics& metrics, health::Readiness& readiness)
    : metrics_(metrics), readiness_(readiness) {}

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

void Outage::connected() {
    std::unique_lock lock(mutex_);
    if (kind_ && *kind_ != Kind::unreachable) return;
    metrics_.database_up(true);
    readiness_.set(Component::database, true, {});
    if (kind_) end(lock);
}

void Outage::worked() {
    std::unique_lock lock(mutex_);
    blamed_.reset();
    if (kind_) end(lock);
}

void Outage::end(std::unique_lock<std::mutex>& lock) {
    log::info(*kind_ == Kind::unreachable ? "connected to the database again" : "erasing resumes");
    metrics_.database_up(true);
    readiness_.set(component_of(*kind_), true, {});
    kind_.reset();
    trying_.reset();
    failures_ = 0;
    lock.unlock();
    changed_.notify_all();
}

void Outage::failed(Kind kind, const std::string& why) {
    const std::lock_guard lock(mutex_);
    ++failures_;
    trying_.reset();
    next_try_ =
        std::chrono::steady_clock::now() + backoff(failures_, first_pause, longest_pause, random_fraction());
    tell(kind, why);
    kind_ = kind;
    changed_.notify_all();
}

// Once, until it is something else.
void Outage::tell(Kind kind, const std::string& why) {
    if (kind_ && component_of(*kind_) != component_of(kind)) {
        readiness_.set(component_of(*kind_), true, {});
    }
    if (component_of(kind) == Component::database) metrics_.database_up(false);
    readiness_.set(component_of(kind), false, why);
    if (!kind_ || words_for(*kind_) != std::string_view(words_for(kind))) {
        log::warning(words_for(kind), {{"why", why}});
    }
}

}  // namespace gdprd::worker
