// Resident memory of the real process: idle, and with a million jobs queued.
#include <thread>

#include "bench/measure.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "fixture/mautic_database.h"
#include "queue/queue.h"
#include "support/private_server.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "system/daemon_process.h"
#include "system/http_client.h"
#include "system/webhook_body.h"

namespace gdprd::bench {

namespace {

double mebibytes(std::size_t bytes) { return static_cast<double>(bytes) / (1024.0 * 1024.0); }

void store_jobs(const std::filesystem::path& directory, ContactId jobs) {
    queue::Queue queue({directory, static_cast<std::int64_t>(2 * jobs)});
    std::vector<queue::Arrival> arrivals;
    for (ContactId contact = 1; contact <= jobs; ++contact) {
        arrivals.push_back({contact, Origin::webhook, now()});
        if (arrivals.size() == 10'000) {
            queue.store(arrivals);
            arrivals.clear();
        }
    }
    queue.store(arrivals);
}

// A scrape, a probe and some webhooks: what a daemon sees all day.
void use(const test::DaemonConfig& config) {
    test::HttpClient client(config.port);
    for (int i = 0; i < 200; ++i) {
        test::SubscriptionChange change;
        change.contact = 5'000'000 + static_cast<ContactId>(i);
        client.post("/webhook", test::webhook_body(change, 10'000), config.webhook_secret);
        client.get("/readyz");
        client.get("/metrics");
    }
}

}  // namespace

void measure_memory(const Run& run) {
    test::PrivateServer server;
    run.report.set_server(database::Connection(server.options()).server_name());
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    {
        const test::TemporaryDirectory directory(scratch_parent());
        test::DaemonConfig config(directory, mautic.options());
        test::DaemonProcess daemon(config.write(), directory / "log");
        daemon.wait_until_ready(config.port);
        run.report.add({"idle, just started", mebibytes(daemon.resident_bytes()), "MiB"});
        use(config);
        run.report.add({"after 200 webhooks, probes and scrapes", mebibytes(daemon.resident_bytes()), "MiB"});
    }
    const test::TemporaryDirectory directory(scratch_parent());
    test::DaemonConfig config(directory, mautic.options());
    config.options["log.level"] = "\"warning\"";
    const auto file = config.write();
    const ContactId jobs = run.scaled(1'000'000, 1'000);
    store_jobs(config.queue_directory(), jobs);
    test::DaemonProcess daemon(file, directory / "log");
    daemon.wait_until_listening(config.port);
    const std::string queued = "with " + std::to_string(jobs) + " jobs queued";
    run.report.add({queued, mebibytes(daemon.resident_bytes()), "MiB"});
    use(config);
    std::size_t peak = 0;
    const auto start = std::chrono::steady_clock::now();
    while (milliseconds_since(start) < 10'000) {
        peak = std::max(peak, daemon.resident_bytes());
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    run.report.add({queued + ", working them off, peak in 10 s", mebibytes(peak), "MiB"});
}

}  // namespace gdprd::bench
