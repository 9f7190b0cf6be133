// Acknowledged webhooks a second: 32 keep-alive connections, 10 KB bodies, every one on disk before its
// answer, against a bare Beast server that reads and answers. In turn, several times, so that a machine whose
// speed drifts treats both alike.
#include "bench/bare_server.h"
#include "bench/http_load.h"
#include "bench/measure.h"
#include "fixture/mautic_database.h"
#include "support/private_mariadb.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "system/daemon_process.h"
#include "system/http_client.h"
#include "system/webhook_body.h"

namespace gdprd::bench {

namespace {

constexpr std::size_t connections = 32;
constexpr std::size_t body_bytes = 10'000;
constexpr std::size_t contacts = 6'000;
constexpr int rounds = 5;
constexpr std::chrono::milliseconds round_length{3'000};

std::vector<std::string> signed_requests(const std::string& secret) {
    std::vector<std::string> requests;
    for (ContactId contact = 1; contact <= contacts; ++contact) {
        test::SubscriptionChange change;
        change.contact = contact;
        const std::string body = test::webhook_body(change, body_bytes);
        requests.push_back(
            "POST /webhook HTTP/1.1\r\nHost: localhost\r\nUser-Agent: GuzzleHttp/7\r\n"
            "Content-Type: application/json\r\nWebhook-Signature: " +
            test::webhook_signature(body, secret) + "\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body);
    }
    return requests;
}

double load(std::uint16_t port, const std::vector<std::string>& requests, std::vector<double>& p99) {
    LoadOptions options;
    options.port = port;
    options.connections = connections;
    options.duration = round_length;
    const LoadReport report = run_load(options, requests);
    if (report.statuses.size() != 1 || report.statuses.begin()->first != 204 || report.dropped != 0) {
        throw std::runtime_error("receive: not every request was answered with 204");
    }
    p99.push_back(report.latency.p99 / 1000);
    return report.requests_per_second;
}

void compare(const char* title, test::DaemonConfig& config, const test::TemporaryDirectory& directory,
             const std::vector<std::string>& requests) {
    BareServer bare;
    test::DaemonProcess daemon(config.write(), directory / "log");
    daemon.wait_until_listening(config.port);
    std::vector<double> bare_rates, daemon_rates, ratios, bare_p99, daemon_p99;
    for (int round = 0; round < rounds; ++round) {
        bare_rates.push_back(load(bare.port(), requests, bare_p99));
        daemon_rates.push_back(load(config.port, requests, daemon_p99));
        ratios.push_back(daemon_rates.back() / bare_rates.back());
    }
    std::printf(
        "%s\n  bare server   %8.0f requests/s   p99 %6.2f ms\n  mautic-gdprd  %8.0f requests/s   p99 %6.2f "
        "ms\n"
        "  ratio         %8.2f   (%.2f to %.2f)\n",
        title, median(bare_rates), median(bare_p99), median(daemon_rates), median(daemon_p99), median(ratios),
        percentile(ratios, 0), percentile(ratios, 1));
    std::fflush(stdout);
}

}  // namespace

void measure_receiving() {
    std::printf("receive: %zu keep-alive connections, bodies of %zu bytes, full fsync\n", connections,
                body_bytes);
    const test::TemporaryDirectory directory(scratch_parent());
    database::ConnectionOptions nowhere;
    nowhere.unix_socket = directory / "no-such-socket";
    nowhere.database = "mautic";
    test::DaemonConfig config(directory, nowhere);
    config.options["log.level"] = "\"warning\"";
    const auto requests = signed_requests(config.webhook_secret);
    compare(" while the database is down (receiving alone)", config, directory, requests);

    const test::TemporaryDirectory busy_directory(scratch_parent());
    test::PrivateMariaDb server;
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    test::DaemonConfig busy(busy_directory, mautic.options());
    busy.options["log.level"] = "\"warning\"";
    compare(" while two workers empty the queue (MariaDB on the same machine)", busy, busy_directory,
            requests);
}

}  // namespace gdprd::bench
