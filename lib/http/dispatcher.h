// Carries exchanges from the socket thread to the handler threads and back. Everything that waits for a route
// goes to its handler in one call, so that a handler can commit once for many.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
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
    // There are as many handler threads as the route with the most calls_max needs. `requests` is counted up
    // as exchanges become visible to them.
    Dispatcher(asio::io_context& io, const std::vector<Route>& routes, std::size_t exchanges_max,
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
    using Batch = std::vector<Pending*>;

    // What waits for a route.
    struct Line {
        std::deque<Pending*> waiting;
        std::size_t calls = 0;  // of its handler, right now
    };

    void hand_over();
    void work();
    std::optional<std::size_t> next_route();
    Batch take(Line& line) const;
    void call(const Route& route, const Batch& batch);
    void post_answers(Batch batch);

    asio::io_context& io_;
    const std::vector<Route>& routes_;
    const std::size_t exchanges_max_;
    std::atomic<std::uint64_t>& requests_;

    // Socket thread only.
    Batch submitted_;

    // Guarded by mutex_.
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Line> lines_;  // one a route
    std::size_t last_route_ = 0;
    bool stopping_ = false;

    std::vector<std::thread> threads_;
};

}  // namespace gdprd::http
