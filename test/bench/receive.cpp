// Acknowledged webhooks a second: 32 keep-alive connections, 10 KB bodies, every one on disk before its
// answer, against a bare Beast server that reads and answers: as Beast comes, and with a buffer reserved,
// which is the harder baseline. All get the same bytes, in turn, several times, so that a machine whose speed
// drifts treats both alike. No contact comes twice in a round, and each round has a new daemon with an empty
// queue: a request for a contact that waits already would be less work.
#include <array>
#include <span>

#include "bench/bare_server.h"
#include "bench/http_load.h"
#include "bench/measure.h"
#include "bench/processor_time.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "fixture/mautic_database.h"
#include "support/private_server.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "system/daemon_process.h"
#include "system/http_client.h"
#include "system/webhook_body.h"

namespace gdprd::bench {

namespace {

constexpr std::size_t connections = 32;
constexpr std::size_t body_bytes = 10'000;
constexpr std::size_t warm_up_requests = 2'000;

std::vector<std::string> signed_requests(const std::string& secret, ContactId contacts) {
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

LoadReport load(std::uint16_t port, std::span<const std::string> requests) {
    LoadOptions options;
    options.port = port;
    options.connections = connections;
    auto next = requests.begin();
    const LoadReport report = run_load(options, [&]() -> std::string_view {
        return next == requests.end() ? std::string_view() : std::string_view(*next++);
    });
    if (report.statuses.size() != 1 || report.statuses.begin()->first != 204 || report.dropped != 0) {
        throw std::runtime_error("receive: not every request was answered with 204");
    }
    return report;
}

struct ReceiveSide {
    std::vector<double> rates, p99, processor_us;

    void add(const LoadReport& report, double processor) {
        rates.push_back(report.requests_per_second);
        p99.push_back(report.latency.p99 / 1000);
        processor_us.push_back(processor * 1e6 / static_cast<double>(report.answers));
    }

    void report(Report& to, const std::string& name) const {
        to.add({name + ", p99", p99, "ms"});
        to.add({name + ", processor time", processor_us, "us/request"});
    }
};

// One bare server, and its figures.
struct Baseline {
    Reading reading;
    const char* name;
    ReceiveSide side = {};

    void measure(std::span<const std::string> warm_up, std::span<const std::string> measured) {
        BareServer server(reading);
        load(server.port(), warm_up);
        const double before = server.processor_seconds();
        const LoadReport report = load(server.port(), measured);
        side.add(report, server.processor_seconds() - before);
    }
};

void compare(const Run& run, const std::string& title, test::DaemonConfig& config,
             const std::vector<std::string>& requests) {
    std::array<Baseline, 2> baselines{{{Reading::as_beast_comes, "bare server"},
                                       {Reading::into_large_buffer, "bare server, large buffer"}}};
    ReceiveSide daemon;
    const std::span warm_up(requests.data(), warm_up_requests);
    const std::span measured(requests.data() + warm_up_requests, requests.size() - warm_up_requests);
    const std::size_t rounds = run.rounds(5);
    for (std::size_t round = 0; round < rounds; ++round) {
        for (Baseline& baseline : baselines) baseline.measure(warm_up, measured);
        const test::TemporaryDirectory directory(scratch_parent());
        config.options["queue.directory"] = test::toml_text((directory / "state").string());
        test::DaemonProcess process(config.write(), directory / "log");
        process.wait_until_listening(config.port);
        load(config.port, warm_up);
        const double before = processor_seconds(process.pid());
        const LoadReport report = load(config.port, measured);
        daemon.add(report, processor_seconds(process.pid()) - before);
    }
    for (const Baseline& baseline : baselines) {
        run.report.add({std::string(baseline.name) + ' ' + title, baseline.side.rates, "requests/s"});
        baseline.side.report(run.report, std::string(baseline.name) + ' ' + title);
    }
    const std::string name = "mautic-gdprd " + title;
    for (const Baseline& baseline : baselines) {
        run.report.add(Figure(name, daemon.rates, "requests/s").against(baseline.name, baseline.side.rates));
    }
    daemon.report(run.report, name);
}

}  // namespace

void measure_receiving(const Run& run) {
    run.report.say("  " + std::to_string(connections) + " keep-alive connections, bodies of " +
                   std::to_string(body_bytes) + " bytes, full fsync");
    const test::TemporaryDirectory directory(scratch_parent());
    database::ConnectionOptions nowhere;
    nowhere.unix_socket = directory / "no-such-socket";
    nowhere.database = "mautic";
    test::DaemonConfig config(directory, nowhere);
    config.options["log.level"] = "\"warning\"";
    // 640 MB at full scale.
    const auto requests = signed_requests(config.webhook_secret, run.scaled(60'000, 2 * warm_up_requests));
    compare(run, "while the database is down", config, requests);

    const test::TemporaryDirectory busy_directory(scratch_parent());
    test::PrivateServer server;
    run.report.set_server(database::Connection(server.options()).server_name());
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    test::DaemonConfig busy(busy_directory, mautic.options());
    busy.options["log.level"] = "\"warning\"";
    compare(run, "while two workers empty the queue", busy, requests);
}

}  // namespace gdprd::bench
