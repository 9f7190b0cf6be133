// How many requests of one person are at work: so many of them, and no more, hold handler threads at a time,
// so that nobody's pages keep all others' waiting.
//
// Threads: any.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace gdprd::desk {

class AtWork {
  public:
    static constexpr std::size_t most_of_one = 2;

    // For as long as the request is at work.
    class Place {
      public:
        Place(AtWork& at_work, std::string owner)
            : at_work_(at_work), owner_(std::move(owner)), is_taken_(at_work_.take(owner_)) {}
        ~Place() {
            if (is_taken_) at_work_.give_back(owner_);
        }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        // False: there are as many of this person already.
        bool is_taken() const { return is_taken_; }

      private:
        AtWork& at_work_;
        const std::string owner_;
        const bool is_taken_;
    };

  private:
    bool take(const std::string& owner) {
        const std::lock_guard lock(mutex_);
        std::size_t& count = of_[owner];
        if (count >= most_of_one) return false;
        ++count;
        return true;
    }
    void give_back(const std::string& owner) {
        const std::lock_guard lock(mutex_);
        const auto found = of_.find(owner);
        if (--found->second == 0) of_.erase(found);
    }

    std::mutex mutex_;
    std::map<std::string, std::size_t> of_;
};

}  // namespace gdprd::desk
