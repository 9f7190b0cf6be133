#include "background/throttle.h"

#include <algorithm>

#include "worker/pause.h"

namespace gdprd::background {

namespace {

constexpr Milliseconds look_every{1'000};

}  // namespace

Throttle::Throttle(const ThrottleOptions& options, health::Beat* beat, Pacer* pacer)
    : options_(options), beat_(beat), pacer_(pacer) {}

void Throttle::show_alive() {
    if (beat_ != nullptr) beat_->busy();
}

void Throttle::done() {
    if (pacer_ != nullptr) pacer_->end();
}

// Threads_running counts this statement too.
bool Throttle::server_is_busy(database::Connection& connection) {
    const std::scoped_lock lock(mutex_);
    const Timestamp at = now();
    if (at - looked_at_ < look_every && at >= looked_at_) return busy_;
    auto rows =
        connection.select("SHOW GLOBAL STATUS LIKE 'Threads_running'", {}, "server: look at its load");
    busy_ = rows.next() && rows.number(1) > options_.busy_threads + 1;
    looked_at_ = at;
    return busy_;
}

void Throttle::wait(database::Connection& connection, const std::stop_token& stop, std::size_t pieces) {
    done();
    show_alive();
    while (options_.busy_threads > 0 && !stop.stop_requested() && server_is_busy(connection)) {
        worker::pause(stop, look_every);
        show_alive();
    }
    if (options_.rate_max > 0 && pieces > 0) wait_for_rate(stop, pieces);
    if (pacer_ == nullptr) return;
    // Servers close connections that are idle for long.
    pacer_->begin(stop, [&] {
        show_alive();
        connection.select("SELECT 1", {}, "keep the connection");
    });
}

void Throttle::wait_for_rate(const std::stop_token& stop, std::size_t pieces) {
    Timestamp mine;
    {
        const std::scoped_lock lock(mutex_);
        mine = std::max(next_, now());
        next_ = mine + Milliseconds(static_cast<std::int64_t>(1'000.0 * static_cast<double>(pieces) /
                                                              options_.rate_max));
    }
    if (const Timestamp at = now(); mine > at) worker::pause(stop, mine - at);
}

}  // namespace gdprd::background
