// Threads whose first exception reaches whoever waits for them, instead of ending the program.
#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace gdprd::bench {

class Threads {
  public:
    Threads() = default;
    // Asks all to stop and waits for them; an exception that nobody has asked for is lost.
    ~Threads() { join(true); }
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    void start(std::function<void(std::stop_token)> body) {
        threads_.emplace_back([this, body = std::move(body)](std::stop_token stop) {
            try {
                body(std::move(stop));
            } catch (...) {
                const std::scoped_lock lock(mutex_);
                if (!failure_) failure_ = std::current_exception();
            }
        });
    }

    // Each waits until all have ended, and throws what the first of them threw.
    void wait() { finish(false); }
    void stop() { finish(true); }

  private:
    void join(bool ask_to_stop) {
        for (std::jthread& thread : threads_) {
            if (ask_to_stop) thread.request_stop();
        }
        for (std::jthread& thread : threads_) thread.join();
        threads_.clear();
    }
    void finish(bool ask_to_stop) {
        join(ask_to_stop);
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }

    std::mutex mutex_;
    std::exception_ptr failure_;  // protected by mutex_ while threads run
    std::vector<std::jthread> threads_;
};

}  // namespace gdprd::bench
