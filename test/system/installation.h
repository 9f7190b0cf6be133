// One Mautic with its daemon, for one test: a database of its own on a private server, a configuration, the
// process, and the questions a test asks of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fixture/mautic_database.h"
#include "support/private_mariadb.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "system/daemon_process.h"
#include "system/http_client.h"
#include "system/webhook_body.h"

namespace gdprd::test {

// The server that the tests of one program share. It has a long memory: each test takes another database.
PrivateMariaDb& shared_server();

class Installation {
  public:
    // `name` of Mautic's database; the ledger's is "gdprd_" and that name. The schema is the project's own.
    explicit Installation(const std::string& name) : Installation(shared_server(), name) {}
    Installation(PrivateMariaDb& server, const std::string& name);

    // Writes the configuration, starts the daemon and waits until it takes webhooks; with a plan when the
    // database is there.
    void start(const DaemonProcess::Environment& environment = {});
    // The same without waiting: for a daemon that may die of what it finds in its queue.
    void launch(const DaemonProcess::Environment& environment = {});
    void stop();  // SIGTERM; the test fails unless it ends with 0
    void kill();  // SIGKILL

    // A contact with a history, who opted out in Mautic's database. No webhook yet.
    void add_opted_out(ContactId contact, int reason = 1);

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

    // A column of the contact's row in the ledger; "no row" when there is none, "NULL" when it is NULL.
    std::string ledger(ContactId contact, const std::string& column = "status");
    std::uint64_t ledger_rows();
    void wait_until(const std::string& what, const std::function<bool()>& condition,
                    std::chrono::milliseconds limit = std::chrono::seconds(60));
    void wait_for_ledger(ContactId contact, const std::string& status);
    void wait_until_jobs(const std::string& state, std::int64_t count);
    // Until all that is left to do are later passes, and parked jobs.
    void wait_until_idle();
    // True when nothing in Mautic's database holds the contact's marker.
    bool erased(ContactId contact);
    // True when the contact's own row is as add_contact() made it.
    bool untouched(ContactId contact);

    PrivateMariaDb& server;
    MauticDatabase mautic;
    const std::string ledger_database;
    TemporaryDirectory directory;
    DaemonConfig config;
    std::optional<DaemonProcess> daemon;
};

}  // namespace gdprd::test
