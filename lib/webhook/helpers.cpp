#include "webhook/helpers.h"

namespace gdprd::webhook {

Helpers::Helpers(std::size_t threads) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this](std::stop_token stop) { help(stop); });
    }
}

void Helpers::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
    if (threads_.empty()) {
        for (std::size_t i = 0; i < count; ++i) work(i);
        return;
    }
    std::unique_lock lock(mutex_);
    work_ = &work;
    next_ = 0;
    count_ = count;
    work_waits_.notify_all();
    work_off(lock);
    all_done_.wait(lock, [this] { return in_hand_ == 0; });
}

void Helpers::help(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (work_waits_.wait(lock, stop, [this] { return next_ < count_; })) work_off(lock);
}

void Helpers::work_off(std::unique_lock<std::mutex>& lock) {
    while (next_ < count_) {
        const std::size_t index = next_++;
        ++in_hand_;
        lock.unlock();
        (*work_)(index);
        lock.lock();
        --in_hand_;
    }
    if (in_hand_ == 0) all_done_.notify_one();
}

}  // namespace gdprd::webhook
