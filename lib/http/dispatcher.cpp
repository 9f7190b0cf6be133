#include "http/dispatcher.h"

#include <algorithm>
#include <string>

#include <boost/asio/post.hpp>

#include "base/error.h"
#include "base/log.h"
#include "http/type_name.h"

namespace gdprd::http {
namespace {

// Only our own errors promise that their text holds no personal data.
void log_failure(const Route& route, const std::exception& failure) {
    const std::string type = type_name(failure);
    const bool ours = dynamic_cast<const Error*>(&failure) != nullptr;
    const std::string text = ours ? describe(failure) : "not shown";
    log::error("a request handler failed", {{"path", route.path}, {"type", type}, {"error", text}});
}

}  // namespace

Dispatcher::Dispatcher(asio::io_context& io, const std::vector<Route>& routes, Options options,
                       std::atomic<std::uint64_t>& requests)
    : io_(io),
      routes_(routes),
      options_{std::max<std::size_t>(options.exchanges_max, 1), std::max<std::size_t>(options.threads, 1)},
      requests_(requests),
      waiting_(routes.size()) {}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::start() {
    for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

void Dispatcher::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void Dispatcher::submit(Pending& pending) {
    submitted_.push_back(&pending);
    // Posted behind everything that is ready now: one wake-up of the handler thread for all of it.
    if (submitted_.size() == 1) asio::post(io_, [this] { hand_over(); });
}

void Dispatcher::hand_over() {
    {
        const std::lock_guard lock(mutex_);
        for (Pending* pending : submitted_) waiting_[pending->route].push_back(pending);
        waiting_count_ += submitted_.size();
    }
    if (submitted_.size() == 1 || options_.threads == 1) {
        changed_.notify_one();
    } else {
        changed_.notify_all();
    }
    requests_.fetch_add(submitted_.size(), std::memory_order_release);
    submitted_.clear();
}

// The next route, in turn, that somebody waits for; mutex_ is held and waiting_count_ is not 0.
std::size_t Dispatcher::next_route() {
    do {
        last_route_ = (last_route_ + 1) % waiting_.size();
    } while (waiting_[last_route_].empty());
    return last_route_;
}

// False: there is nothing more to do.
bool Dispatcher::take(InHand& in_hand) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || waiting_count_ != 0; });
    if (stopping_) return false;
    in_hand.route = next_route();
    auto& line = waiting_[in_hand.route];
    const std::size_t count = std::min(line.size(), options_.exchanges_max);
    const auto end = line.begin() + static_cast<std::ptrdiff_t>(count);
    in_hand.pending.assign(line.begin(), end);
    line.erase(line.begin(), end);
    waiting_count_ -= count;
    return true;
}

void Dispatcher::work() {
    for (InHand in_hand; take(in_hand);) {
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
