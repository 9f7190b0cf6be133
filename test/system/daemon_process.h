// The real program as a process: started, watched, signalled and killed by a test.
#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/child_process.h"

namespace gdprd::test {

// The program this build made. $MAUTIC_GDPRD names another one. Throws std::runtime_error when there is none.
std::filesystem::path daemon_program();

class DaemonProcess {
  public:
    using Environment = std::vector<std::pair<std::string, std::string>>;

    // Starts `mautic-gdprd serve --config FILE`. What it writes is appended to `log_file`, so a second
    // process may go on with the same file; this object looks only at what came after its start.
    DaemonProcess(const std::filesystem::path& config_file, std::filesystem::path log_file,
                  const Environment& environment = {});

    // Wait for a condition; throw std::runtime_error with the log when it does not come true within the
    // limit, or when the process ends before. `what` ends the sentence "waited too long until".
    void wait_until(const std::string& what, const std::function<bool()>& condition,
                    std::chrono::milliseconds limit = std::chrono::seconds(30));
    // GET /readyz answers 200.
    void wait_until_ready(std::uint16_t port, std::chrono::milliseconds limit = std::chrono::seconds(30));
    // GET /healthz answers 200: it takes webhooks, whether or not the database is there.
    void wait_until_listening(std::uint16_t port, std::chrono::milliseconds limit = std::chrono::seconds(30));
    // `text` stands in the log, `times` times or more.
    void wait_for_log(std::string_view text, std::size_t times = 1,
                      std::chrono::milliseconds limit = std::chrono::seconds(30));

    void send_signal(int number) { process_.send_signal(number); }
    void reload() { send_signal(SIGHUP); }
    // SIGTERM, then the exit code; nothing when it still runs after the limit.
    std::optional<int> stop(std::chrono::milliseconds limit = std::chrono::seconds(30));
    // The exit code, 128 + n when signal n ended it, or nothing when it still runs.
    std::optional<int> wait_for_exit(std::chrono::milliseconds limit) {
        return process_.wait_for_exit(limit);
    }
    void kill() { process_.kill(); }
    bool running() { return process_.running(); }
    pid_t pid() const { return process_.pid(); }

    // Everything it wrote since its start.
    std::string log() const;
    // Memory it holds right now (VmRSS).
    std::size_t resident_bytes() const;

  private:
    std::filesystem::path log_file_;
    std::uintmax_t log_begin_;
    ChildProcess process_;
};

}  // namespace gdprd::test
