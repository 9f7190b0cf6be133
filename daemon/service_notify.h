// What the service manager is told (sd_notify(3), systemd.service(5) Type=notify and notify-reload).
//
// Outside systemd, that is without $NOTIFY_SOCKET, everything here does nothing. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace gdprd::service {

// READY=1: start-up is over, or a reload is. `status` is the line `systemctl status` shows.
void notify_ready(std::string_view status);
// RELOADING=1 with the moment it began; notify_ready() ends it, whether the new configuration was taken or
// not.
void notify_reloading();
// STOPPING=1: the drain has begun.
void notify_stopping(std::string_view status);
// Only the line for `systemctl status`: counts and codes, never a contact's data.
void notify_status(std::string_view status);

// Tells systemd's watchdog that the process makes progress, at half the interval it asked for (WatchdogSec=),
// as long as `healthy` says so. When it does not, nothing is sent, and systemd ends and restarts the process.
class Watchdog {
  public:
    // `healthy` is called on a thread of its own. Without a watchdog no thread is started.
    explicit Watchdog(std::function<bool()> healthy);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Nothing when systemd expects no sign of life from this process.
    std::optional<std::chrono::microseconds> period() const { return period_; }

  private:
    void run(const std::stop_token& stop);

    const std::function<bool()> healthy_;
    const std::optional<std::chrono::microseconds> period_;
    std::mutex mutex_;
    std::condition_variable_any stopped_;
    std::jthread thread_;  // last: it uses everything above
};

}  // namespace gdprd::service
