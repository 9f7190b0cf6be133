#include "http/ticker.h"

#include "base/log.h"
#include "http/type_name.h"

namespace gdprd::http {

Ticker::Ticker(asio::io_context& io, std::chrono::milliseconds period, std::function<void()> tick)
    : timer_(io), period_(period), tick_(std::move(tick)) {}

void Ticker::start() {
    timer_.expires_after(period_);
    timer_.async_wait([this](const ErrorCode& error) { on_time(error); });
}

void Ticker::stop() {
    stopped_ = true;
    timer_.cancel();
}

void Ticker::on_time(const ErrorCode& error) {
    if (error || stopped_) return;
    try {
        tick_();
    } catch (const std::exception& failure) {
        log::error("a periodic task failed", {{"type", type_name(failure)}});
    }
    if (!stopped_) start();
}

}  // namespace gdprd::http
