// How the webhook's receiver tells the scheduler which contacts Mautic says are gone. It says so of the loser
// of a merge too: whoever takes the ids finds out. Bounded: beyond the limit ids are forgotten, and found
// later by themselves.
//
// Threads: any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "base/contact_id.h"

namespace gdprd::orphans {

class Deletions {
  public:
    void add(std::span<const ContactId> contacts) {
        const std::scoped_lock lock(mutex_);
        const std::size_t room = contacts_max - contacts_.size();
        const auto taken = contacts.first(std::min(room, contacts.size()));
        contacts_.insert(contacts_.end(), taken.begin(), taken.end());
    }
    std::vector<ContactId> take() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(contacts_, {});
    }

  private:
    static constexpr std::size_t contacts_max = 100'000;

    std::mutex mutex_;
    std::vector<ContactId> contacts_;
};

}  // namespace gdprd::orphans
