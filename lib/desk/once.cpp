#include "desk/once.h"

namespace gdprd::desk {

namespace {

std::size_t bytes_of(const Answer& answer) { return answer.download ? answer.download->bytes.size() : 0; }

}  // namespace

std::optional<Answer> Once::answer(const std::string& owner, const std::string& form,
                                   const std::function<Answer()>& work) {
    const Key key{owner, form};
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, patience_, [&] {
            const auto found = kept_.find(key);
            return found == kept_.end() || found->second.answer;
        });
        if (const auto found = kept_.find(key); found != kept_.end()) return found->second.answer;
        kept_[key];
    }
    try {
        const Answer answer = work();
        keep(key, answer);
        return answer;
    } catch (...) {
        const std::lock_guard lock(mutex_);
        kept_.erase(key);
        changed_.notify_all();
        throw;
    }
}

void Once::keep(const Key& key, const Answer& answer) {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    const bool is_done = answer.redirect || answer.download;
    if (!is_done) {
        kept_.erase(key);
        return;
    }
    kept_[key].answer = answer;
    done_.push_back(key);
    bytes_ += bytes_of(answer);
    while (done_.size() > 1 && (done_.size() > kept_max || bytes_ > bytes_max)) {
        const auto oldest = kept_.find(done_.front());
        bytes_ -= bytes_of(*oldest->second.answer);
        kept_.erase(oldest);
        done_.pop_front();
    }
}

bool Once::was_done(const std::string& owner, const std::string& form) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find({owner, form});
    return found != kept_.end() && found->second.answer;
}

}  // namespace gdprd::desk
