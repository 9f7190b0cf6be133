// Each form is done once, whatever the browser sends: a double click, a reload, the back button and a second
// tab get the answer of the first time.
//
// Threads: any; somebody who sends a form that is being worked on waits for that answer, for a moment.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "desk/visit.h"

namespace gdprd::desk {

class Once {
  public:
    static constexpr std::size_t kept_max = 500;
    static constexpr std::size_t bytes_max = 32 * 1024 * 1024;

    explicit Once(Milliseconds patience = Milliseconds{2'000}) : patience_(patience) {}

    // Nothing when it is still being worked on. `work` is called unless `form` of `owner` was done before. An
    // answer that is the form again, because something in it is wrong, is none: the form may be sent again.
    // So may one whose work has thrown.
    std::optional<Answer> answer(const std::string& owner, const std::string& form,
                                 const std::function<Answer()>& work);
    bool was_done(const std::string& owner, const std::string& form);

  private:
    using Key = std::pair<std::string, std::string>;
    struct Kept {
        std::optional<Answer> answer;  // nothing while it is being worked on
    };

    void keep(const Key& key, const Answer& answer);

    const Milliseconds patience_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Key, Kept> kept_;
    std::deque<Key> done_;  // the oldest one first
    std::size_t bytes_ = 0;
};

}  // namespace gdprd::desk
