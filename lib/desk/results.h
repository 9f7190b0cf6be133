// What a form led to, kept for the one who sent it: the page that shows it has its number in its URL and
// nothing else, so that a reload does nothing again. In memory only, for half an hour; of one person the last
// twenty.
//
// Threads: any.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/random.h"

namespace gdprd::desk {

template <typename Result>
class Results {
  public:
    static constexpr std::size_t most_of_one = 20;
    static constexpr Milliseconds kept_for{1'800'000};

    // The number under which `account` finds it again.
    std::string keep(const std::string& account, Result result, Timestamp at = now()) {
        const std::lock_guard lock(mutex_);
        forget_old(at);
        auto& own = of_[account];
        own.push_back({random_hex(id_bytes), at, std::make_shared<const Result>(std::move(result))});
        if (own.size() > most_of_one) own.pop_front();
        return own.back().id;
    }

    // Nothing where it is somebody else's, or gone.
    std::shared_ptr<const Result> find(const std::string& account, const std::string& id,
                                       Timestamp at = now()) {
        const std::lock_guard lock(mutex_);
        forget_old(at);
        const auto own = of_.find(account);
        if (own == of_.end()) return nullptr;
        for (const Kept& kept : own->second) {
            if (kept.id == id) return kept.result;
        }
        return nullptr;
    }

  private:
    static constexpr std::size_t id_bytes = 12;
    struct Kept {
        std::string id;
        Timestamp at{};
        std::shared_ptr<const Result> result;
    };

    void forget_old(Timestamp at) {
        for (auto own = of_.begin(); own != of_.end();) {
            std::erase_if(own->second, [&](const Kept& kept) { return at - kept.at > kept_for; });
            own = own->second.empty() ? of_.erase(own) : std::next(own);
        }
    }

    std::mutex mutex_;
    std::map<std::string, std::deque<Kept>> of_;  // by account
};

}  // namespace gdprd::desk
