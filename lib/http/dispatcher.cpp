#include "http/dispatcher.h"

#include <algorithm>
#include <string>

#include <boost/asio/post.hpp>

#include "base/error.h"
#include "base/log.h"
#include "http/type_name.h"

namespace gdprd::http {
namespace {

void log_failure(const Route& route, const std::exception& failure) {
    log::error("a request handler failed",
               {{"path", route.path}, {"type", type_name(failure)}, {"error", describe_ours(failure)}});
}

}  // namespace

Dispatcher::Dispatcher(asio::io_context& io, const std::vector<Route>& routes, Options options,
                       std::atomic<std::uint64_t>& requests)
    : io_(io),
      routes_(routes),
      exchanges_max_(std::max<std::size_t>(options.exchanges_max, 1)),
      requests_(requests) {
    for (const std::size_t threads : options.threads) {
        lanes_.push_back(std::make_unique<Lane>(routes.size(), std::max<std::size_t>(threads, 1)));
    }
    for (const Route& route : routes) {
        if (route.lane >= lanes_.size()) throw Error("route " + route.path + ": there is no such lane");
    }
}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::start() {
    for (const auto& lane : lanes_) {
        for (std::size_t i = 0; i < lane->threads_max; ++i)
            lane->threads.emplace_back([this, &lane = *lane] { work(lane); });
    }
}

void Dispatcher::stop() {
    for (const auto& lane : lanes_) {
        const std::lock_guard lock(lane->mutex);
        lane->stopping = true;
        lane->changed.notify_all();
    }
    for (const auto& lane : lanes_) {
        for (std::thread& thread : lane->threads) thread.join();
        lane->threads.clear();
    }
}

void Dispatcher::submit(Pending& pending) {
    submitted_.push_back(&pending);
    // Posted behind everything that is ready now: one wake-up of the handler thread for all of it.
    if (submitted_.size() == 1) asio::post(io_, [this] { hand_over(); });
}

void Dispatcher::hand_over() {
    for (std::size_t number = 0; number < lanes_.size(); ++number) hand_over(number);
    requests_.fetch_add(submitted_.size(), std::memory_order_release);
    submitted_.clear();
}

void Dispatcher::hand_over(std::size_t number) {
    Lane& lane = *lanes_[number];
    std::size_t count = 0;
    {
        const std::lock_guard lock(lane.mutex);
        for (Pending* pending : submitted_) {
            if (routes_[pending->route].lane != number) continue;
            lane.waiting[pending->route].push_back(pending);
            ++count;
        }
        lane.waiting_count += count;
    }
    if (count == 1 || lane.threads_max == 1) {
        lane.changed.notify_one();
    } else if (count != 0) {
        lane.changed.notify_all();
    }
}

// The next route, in turn, that somebody waits for; the lane's mutex is held and its waiting_count is not 0.
std::size_t Dispatcher::next_route(Lane& lane) {
    do {
        lane.last_route = (lane.last_route + 1) % lane.waiting.size();
    } while (lane.waiting[lane.last_route].empty());
    return lane.last_route;
}

// False: there is nothing more to do.
bool Dispatcher::take(Lane& lane, InHand& in_hand) {
    std::unique_lock lock(lane.mutex);
    lane.changed.wait(lock, [&] { return lane.stopping || lane.waiting_count != 0; });
    if (lane.stopping) return false;
    in_hand.route = next_route(lane);
    auto& line = lane.waiting[in_hand.route];
    const std::size_t count = std::min(line.size(), exchanges_max_);
    const auto end = line.begin() + static_cast<std::ptrdiff_t>(count);
    in_hand.pending.assign(line.begin(), end);
    line.erase(line.begin(), end);
    lane.waiting_count -= count;
    return true;
}

void Dispatcher::work(Lane& lane) {
    for (InHand in_hand; take(lane, in_hand);) {
        call(in_hand);
        post_answers(in_hand);
    }
}

void Dispatcher::call(InHand& in_hand) {
    const Route& route = routes_[in_hand.route];
    in_hand.exchanges.clear();
    for (Pending* pending : in_hand.pending) in_hand.exchanges.push_back(&pending->exchange);
    bool failed = true;
    try {
        route.handle(in_hand.exchanges);
        failed = false;
    } catch (const std::exception& failure) {
        log_failure(route, failure);
    } catch (...) {
        log::error("a request handler failed", {{"path", route.path}, {"type", "unknown"}});
    }
    if (!failed) return;
    for (Exchange* exchange : in_hand.exchanges) {
        exchange->response = Response{};
        exchange->response.drop = route.drop_on_exception;
    }
}

void Dispatcher::post_answers(InHand& in_hand) {
    asio::post(io_, [answered = std::move(in_hand.pending)] {
        for (Pending* pending : answered) pending->answered();
    });
    in_hand.pending = {};
}

}  // namespace gdprd::http
