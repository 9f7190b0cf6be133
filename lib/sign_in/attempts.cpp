#include "sign_in/attempts.h"

#include <algorithm>

namespace gdprd::sign_in {

namespace {

Milliseconds pause_after(int beyond_free) {
    if (beyond_free <= 0) return Milliseconds{};
    constexpr int doublings_max = 10;  // 1024 seconds are more than any pause
    return std::min(Milliseconds{1'000LL << std::min(beyond_free - 1, doublings_max)}, Attempts::pause_max);
}

}  // namespace

Milliseconds Attempts::wait_of(const std::string& key, Timestamp now) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return Milliseconds{};
    Entry& entry = found->second;
    if (now - entry.last >= quiet) {
        entries_.erase(found);
        return Milliseconds{};
    }
    // A clock that was set back makes nobody wait for longer.
    entry.last = std::min(entry.last, now);
    return std::max(entry.last + pause_after(entry.count - free_) - now, Milliseconds{});
}

void Attempts::begin(const std::string& key, Timestamp now) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        make_room(now);
        entries_.emplace(key, Entry{1, now, now});
        return;
    }
    Entry& entry = found->second;
    if (now - entry.last >= quiet) entry = {0, now, now};
    ++entry.count;
    entry.before_last = entry.last;
    entry.last = now;
}

void Attempts::take_back(const std::string& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    if (--entry.count <= 0) {
        entries_.erase(found);
        return;
    }
    entry.last = entry.before_last;
}

void Attempts::make_room(Timestamp now) {
    if (entries_.size() < max_) return;
    std::erase_if(entries_, [now](const auto& one) { return now - one.second.last >= quiet; });
    if (entries_.size() < max_) return;
    entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](const auto& one, const auto& other) {
        return one.second.last < other.second.last;
    }));
}

}  // namespace gdprd::sign_in
