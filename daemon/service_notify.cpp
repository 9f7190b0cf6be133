#include "daemon/service_notify.h"

#include <systemd/sd-daemon.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/log.h"

namespace gdprd::service {

namespace {

void send(const std::string& message) {
    const int result = sd_notify(0, message.c_str());
    if (result < 0) log::warning("could not notify the service manager", {{"error", -result}});
}

// A line break would begin another assignment.
std::string status_line(std::string_view status) {
    std::string line = "STATUS=" + std::string(status);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return line;
}

// systemd compares it with its own CLOCK_MONOTONIC.
std::uint64_t monotonic_microseconds() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1'000;
}

std::optional<std::chrono::microseconds> half_of_watchdog_interval() {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
    return std::chrono::microseconds{static_cast<std::int64_t>(std::max<std::uint64_t>(microseconds / 2, 1))};
}

}  // namespace

void notify_ready(std::string_view status) { send("READY=1\n" + status_line(status)); }

void notify_reloading() { send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds())); }

void notify_stopping(std::string_view status) { send("STOPPING=1\n" + status_line(status)); }

void notify_status(std::string_view status) { send(status_line(status)); }

Watchdog::Watchdog(std::function<bool()> healthy)
    : healthy_(std::move(healthy)), period_(half_of_watchdog_interval()) {
    if (!period_) return;
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

// jthread asks the thread to stop and waits for it.
Watchdog::~Watchdog() = default;

void Watchdog::run(const std::stop_token& stop) {
    bool was_healthy = true;
    while (!stop.stop_requested()) {
        const bool is_healthy = healthy_();
        if (is_healthy) send("WATCHDOG=1");
        if (was_healthy && !is_healthy) log::error("no progress; withholding the watchdog's keep-alive");
        was_healthy = is_healthy;
        std::unique_lock lock(mutex_);
        stopped_.wait_for(lock, stop, *period_, [] { return false; });
    }
}

}  // namespace gdprd::service
