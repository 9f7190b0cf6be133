// A machine with a daemon: directory, configuration, queue, port and the process. It knows which Mautic it
// works for, but not what is in its database; several machines may work for one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/contact_id.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "system/daemon_process.h"
#include "system/webhook_body.h"

namespace gdprd::test {

class Machine {
  public:
    Machine(const database::ConnectionOptions& database, const std::string& ledger_database);

    // Writes the configuration, starts the daemon and waits until it takes webhooks; with a plan when the
    // database is there.
    void start(const DaemonProcess::Environment& environment = {});
    // The same without waiting: for a daemon that may die of what it finds in its queue.
    void launch(const DaemonProcess::Environment& environment = {});
    void stop();  // SIGTERM; the test fails unless it ends with 0
    void kill();  // SIGKILL

    // Posts it as Mautic does and returns the status; 0 when the connection ended without an answer.
    int post(std::string_view body);
    int post(std::string_view body, std::string_view secret);
    int announce(ContactId contact, const std::string& status = "unsubscribed",
                 const std::string& channel = "email");
    // The body of an answer to GET, whatever its status.
    std::string page(std::string_view path);
    int status_of(std::string_view path);
    // A figure of /metrics by its name and labels, without the prefix: `queue_jobs{state="ready"}`.
    std::int64_t metric(const std::string& name);

    void wait_until(const std::string& what, const std::function<bool()>& condition,
                    std::chrono::milliseconds limit = std::chrono::seconds(60));
    void wait_until_jobs(const std::string& state, std::int64_t count);
    // Until all that is left to do are later passes, and parked jobs.
    void wait_until_idle();

    TemporaryDirectory directory;
    DaemonConfig config;
    std::optional<DaemonProcess> daemon;
};

}  // namespace gdprd::test
