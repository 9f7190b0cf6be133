// From webhook to erased, when idle: sending the signed webhook until the erasure is committed and logged,
// against the very statements of such an erasure, run by hand over one connection.
//
// The statements are recorded from the server's general log while contacts are erased once; then the same
// database is made again, and both sides take turns: one contact by webhook, one by replaying its statements.
#include <unistd.h>

#include <fstream>
#include <thread>

#include "bench/measure.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "daemon/assembly.h"
#include "fixture/mautic_database.h"
#include "mautic/schema.h"
#include "support/private_server.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "system/daemon_process.h"
#include "system/http_client.h"
#include "system/webhook_body.h"

namespace gdprd::bench {

namespace {

using Statements = std::vector<std::string>;

void fill(test::MauticDatabase& mautic, ContactId sample) {
    mautic.load_own_schema();
    for (ContactId contact = 1; contact <= 2 * sample; ++contact) {
        mautic.add_contact(contact);
        mautic.unsubscribe(contact);
    }
}

// What an erasure of each contact of the second half says to the server.
std::vector<Statements> record(test::PrivateServer& server, const std::filesystem::path& config_file,
                               ContactId sample) {
    const daemon::Assembly assembly(config_file);
    database::Connection connection(assembly.config.database);
    connection.change("SET SESSION sql_log_off = 0");
    const auto schema = mautic::read_schema(connection, "");
    ledger::Ledger(connection, assembly.config.ledger.database).create();
    const auto rules = daemon::make_rules(schema, assembly);
    erasure::Eraser eraser(connection, rules);
    server.execute("SET GLOBAL log_output = 'TABLE'");
    auto thread = connection.select("SELECT CONNECTION_ID()");
    thread.next();
    const std::string own_thread = thread.text(0);
    std::vector<Statements> recorded;
    for (ContactId contact = sample + 1; contact <= 2 * sample; ++contact) {
        server.execute("TRUNCATE TABLE mysql.general_log");
        server.execute("SET GLOBAL general_log = ON");
        const erasure::Request request{contact, Origin::webhook, now(), 0, true};
        eraser.erase(std::span(&request, 1));
        server.execute("SET GLOBAL general_log = OFF");
        auto rows = server.select(
            "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log"
            " WHERE command_type IN ('Query', 'Execute') AND thread_id = " +
            own_thread + " ORDER BY event_time");
        Statements statements;
        while (rows.next()) statements.push_back(rows.text(0));
        recorded.push_back(std::move(statements));
    }
    return recorded;
}

double replay(database::Connection& connection, const Statements& statements) {
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& statement : statements) {
        if (statement.starts_with("SELECT") || statement.starts_with("(SELECT")) {
            connection.select(statement);
        } else {
            connection.change(statement);
        }
    }
    return milliseconds_since(start);
}

// Sends the webhook and waits for the line the daemon writes right after the commit.
class WebhookSide {
  public:
    WebhookSide(test::DaemonConfig& config, const std::filesystem::path& log)
        : secret_(config.webhook_secret), client_(config.port), log_(log) {
        log_.seekg(0, std::ios::end);
    }

    double erase(ContactId contact) {
        test::SubscriptionChange change;
        change.contact = contact;
        const std::string body = test::webhook_body(change, 10'000);
        const std::string wanted = "erased contact=" + std::to_string(contact) + " ";
        const auto start = std::chrono::steady_clock::now();
        const auto answer = client_.post("/webhook", body, secret_);
        if (!answer || answer->status != 204) throw std::runtime_error("latency: no acknowledgement");
        while (!logged(wanted)) {
            if (milliseconds_since(start) > 10'000) throw std::runtime_error("latency: nothing was erased");
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
        return milliseconds_since(start);
    }

  private:
    bool logged(const std::string& wanted) {
        char buffer[4096];
        log_.clear();
        while (log_.read(buffer, sizeof buffer), log_.gcount() > 0) {
            seen_.append(buffer, static_cast<std::size_t>(log_.gcount()));
            log_.clear();
        }
        if (seen_.find(wanted) == std::string::npos) return false;
        seen_.clear();
        return true;
    }

    std::string secret_;
    test::HttpClient client_;
    std::ifstream log_;
    std::string seen_;
};

}  // namespace

void measure_latency(const Run& run) {
    const ContactId sample = run.scaled(300, 20);  // contacts a side
    const test::TemporaryDirectory directory(scratch_parent());
    test::PrivateServer::Options on_disk;
    on_disk.wait_for_disk = true;
    test::PrivateServer server(on_disk);
    run.report.set_server(database::Connection(server.options()).server_name());
    std::vector<Statements> statements;
    {
        test::MauticDatabase mautic(server);
        fill(mautic, sample);
        test::DaemonConfig config(directory, mautic.options());
        statements = record(server, config.write(), sample);
        server.execute("DROP DATABASE mautic_gdprd");
    }
    test::MauticDatabase mautic(server);
    fill(mautic, sample);
    test::DaemonConfig config(directory, mautic.options());
    config.options["worker.settle"] = "[\"24h\"]";
    config.options["log.level"] = "\"info\"";
    test::DaemonProcess daemon(config.write(), directory / "log");
    daemon.wait_until_ready(config.port);

    database::Connection by_hand(mautic.options());
    WebhookSide webhook(config, directory / "log");
    std::vector<double> daemon_ms, hand_ms;
    for (ContactId contact = 1; contact <= sample; ++contact) {
        daemon_ms.push_back(webhook.erase(contact));
        hand_ms.push_back(replay(by_hand, statements[contact - 1]));
    }
    run.report.say("  " + std::to_string(sample) + " contacts a side, " +
                   std::to_string(statements.front().size()) + " statements an erasure");
    for (const auto& [name, share] : {std::pair("p50", 0.5), std::pair("p99", 0.99)}) {
        run.report.add(
            {std::string("the same statements by hand, ") + name, percentile(hand_ms, share), "ms"});
        run.report.add(Figure(std::string("webhook to erased, ") + name, percentile(daemon_ms, share), "ms")
                           .against("by hand", percentile(hand_ms, share)));
    }
}

}  // namespace gdprd::bench
