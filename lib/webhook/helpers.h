// Threads that help one other thread through a list of equal, independent pieces of work.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace gdprd::webhook {

class Helpers {
  public:
    // 0 threads is fine: the caller then does everything itself.
    explicit Helpers(std::size_t threads);
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;

    // Calls work(0) … work(count - 1), each once, on this thread and the helpers; returns when all are done.
    // What they wrote is visible to the caller then. `work` must not throw. One call at a time.
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work);

  private:
    void help(std::stop_token stop);
    void work_off(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable_any work_waits_;
    std::condition_variable all_done_;
    // Guarded by mutex_. A piece takes some 100 µs, so taking the lock for each of them costs nothing.
    const std::function<void(std::size_t)>* work_ = nullptr;
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    std::size_t in_hand_ = 0;

    std::vector<std::jthread> threads_;  // last, so that they end before what they use
};

}  // namespace gdprd::webhook
