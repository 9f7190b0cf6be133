// Carries exchanges from the socket thread to the handler threads and back. Everything that waits for a route
// goes to its handler in one call, so that a handler can commit once for many. Each lane has threads of its
// own: what is slow on one of them is in nobody's way on another.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/server.h"
#include "http/task.h"

namespace gdprd::http {

// One exchange on its way. Belongs to a session, which leaves it alone until answered() is called.
class Pending {
  public:
    virtual ~Pending() = default;
    virtual void answered() = 0;  // on the socket thread

    std::size_t route = 0;
    Exchange exchange;
};

class Dispatcher {
  public:
    struct Options {
        std::size_t exchanges_max;         // that one call gets
        std::vector<std::size_t> threads;  // of each lane
    };
    // `requests` is counted up as exchanges become visible to the handler threads. Throws Error when a route
    // names a lane that does not exist.
    Dispatcher(asio::io_context& io, const std::vector<Route>& routes, Options options,
               std::atomic<std::uint64_t>& requests);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    void start();
    // Lets the calls in hand end, leaves what waits unanswered, and joins the threads.
    void stop();

    // Socket thread. The exchanges of one turn of the loop are handed over together.
    void submit(Pending& pending);

  private:
    // What a handler thread has taken, and its memory for the next call.
    struct InHand {
        std::size_t route = 0;
        std::vector<Pending*> pending;
        std::vector<Exchange*> exchanges;
    };

    struct Lane {
        Lane(std::size_t route_count, std::size_t thread_count)
            : waiting(route_count), threads_max(thread_count) {}

        // Guarded by mutex.
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::deque<Pending*>> waiting;  // one line a route
        std::size_t waiting_count = 0;
        bool stopping = false;
        std::size_t last_route = 0;

        const std::size_t threads_max;
        std::vector<std::thread> threads;
    };

    void hand_over();
    void hand_over(std::size_t number);
    void work(Lane& lane);
    bool take(Lane& lane, InHand& in_hand);
    static std::size_t next_route(Lane& lane);
    void call(InHand& in_hand);
    void post_answers(InHand& in_hand);

    asio::io_context& io_;
    const std::vector<Route>& routes_;
    const std::size_t exchanges_max_;
    std::atomic<std::uint64_t>& requests_;

    // Socket thread only.
    std::vector<Pending*> submitted_;

    std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace gdprd::http
