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

Dispatcher::Dispatcher(asio::io_context& io, const std::vector<Route>& routes, std::size_t exchanges_max,
                       std::atomic<std::uint64_t>& requests)
    : io_(io),
      routes_(routes),
      exchanges_max_(std::max<std::size_t>(exchanges_max, 1)),
      requests_(requests),
      lines_(routes.size()) {}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::start() {
    std::size_t count = 1;
    for (const Route& route : routes_) count = std::max(count, route.calls_max);
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

void Dispatcher::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Dispatcher::submit(Pending& pending) {
    submitted_.push_back(&pending);
    // Posted behind everything that is ready now: one wake-up of a handler thread for all of it.
    if (submitted_.size() == 1) asio::post(io_, [this] { hand_over(); });
}

void Dispatcher::hand_over() {
    {
        const std::lock_guard lock(mutex_);
        for (Pending* pending : submitted_) lines_[pending->route].waiting.push_back(pending);
    }
    changed_.notify_one();
    requests_.fetch_add(submitted_.size(), std::memory_order_release);
    submitted_.clear();
}

// The next route, in turn, that somebody waits for and whose handler may be called; mutex_ is held.
std::optional<std::size_t> Dispatcher::next_route() {
    for (std::size_t tried = 0; tried < lines_.size(); ++tried) {
        last_route_ = (last_route_ + 1) % lines_.size();
        const Line& line = lines_[last_route_];
        if (!line.waiting.empty() && line.calls < routes_[last_route_].calls_max) return last_route_;
    }
    return std::nullopt;
}

Dispatcher::Batch Dispatcher::take(Line& line) const {
    const std::size_t count = std::min(line.waiting.size(), exchanges_max_);
    const auto end = line.waiting.begin() + static_cast<std::ptrdiff_t>(count);
    Batch batch(line.waiting.begin(), end);
    line.waiting.erase(line.waiting.begin(), end);
    return batch;
}

void Dispatcher::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        std::optional<std::size_t> route;
        changed_.wait(lock, [&] { return stopping_ || (route = next_route()); });
        if (stopping_) return;
        Line& line = lines_[*route];
        Batch batch = take(line);
        ++line.calls;
        const bool more = next_route().has_value();
        lock.unlock();
        if (more) changed_.notify_one();  // the wake-up was for more than one call takes
        call(routes_[*route], batch);
        post_answers(std::move(batch));
        lock.lock();
        --line.calls;
    }
}

void Dispatcher::call(const Route& route, const Batch& batch) {
    std::vector<Exchange*> exchanges;
    exchanges.reserve(batch.size());
    for (Pending* pending : batch) exchanges.push_back(&pending->exchange);
    bool failed = true;
    try {
        route.handle(exchanges);
        failed = false;
    } catch (const std::exception& failure) {
        log_failure(route, failure);
    } catch (...) {
        log::error("a request handler failed", {{"path", route.path}, {"type", "unknown"}});
    }
    if (!failed) return;
    for (Exchange* exchange : exchanges) {
        exchange->response = Response{};
        exchange->response.drop = route.drop_on_exception;
    }
}

void Dispatcher::post_answers(Batch batch) {
    asio::post(io_, [answered = std::move(batch)] {
        for (Pending* pending : answered) pending->answered();
    });
}

}  // namespace gdprd::http
