#include "health/metrics.h"

#include <stdexcept>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "health/exposition.h"
#include "support/catch.h"

using namespace gdprd::health;
using gdprd::test::Exposition;
using gdprd::test::parse_exposition;

namespace {

Exposition read(Metrics& metrics) { return parse_exposition(metrics.render()); }

// The value of a series of this daemon, named without the prefix.
double value(Metrics& metrics, const std::string& series) {
    return read(metrics).value("mautic_gdprd_" + series);
}

}  // namespace

TEST_CASE("a label value nobody planned for is counted as other") {
    Metrics metrics("1.2.3");
    metrics.received("ada@example.org", 1);
    metrics.rows("7001", 2);
    metrics.retry("");
    metrics.erased("complete", "7001", 3);
    metrics.erased("7001", "sweep", 4);
    metrics.erased("7001", "7001", 5);
    const Exposition seen = read(metrics);
    CHECK(seen.value(R"(mautic_gdprd_webhooks_received_total{outcome="other"})") == 1);
    CHECK(seen.value(R"(mautic_gdprd_rows_total{action="other"})") == 2);
    CHECK(seen.value(R"(mautic_gdprd_retries_total{error="other"})") == 1);
    CHECK(seen.value(R"(mautic_gdprd_erasures_total{origin="other",status="complete"})") == 3);
    CHECK(seen.value(R"(mautic_gdprd_erasures_total{origin="sweep",status="other"})") == 4);
    CHECK(seen.value(R"(mautic_gdprd_erasures_total{origin="other",status="other"})") == 5);
    CHECK(seen.count("7001") == 0);
    CHECK(seen.count("ada@example.org") == 0);
}

TEST_CASE("a receiver of notifications has its series from the start, and its own figures") {
    Metrics metrics("1.2.3");
    metrics.notifications_unknown("crm");
    CHECK(metrics.render().find("notifications_waiting{") == std::string::npos);
    metrics.notifications("crm", 0, 0, Seconds{0});
    CHECK(value(metrics, R"(notifications_delivered_total{receiver="crm"})") == 0);
    CHECK(value(metrics, R"(notification_failures_total{receiver="crm"})") == 0);
    metrics.notifications("shop", 3, 2, Seconds{61});
    metrics.notification_delivered("shop");
    metrics.notification_failed("shop");
    metrics.notification_failed("shop");
    CHECK(value(metrics, R"(notifications_waiting{receiver="shop"})") == 3);
    CHECK(value(metrics, R"(notifications_parked{receiver="shop"})") == 2);
    CHECK(value(metrics, R"(notifications_oldest_age_seconds{receiver="shop"})") == 61);
    CHECK(value(metrics, R"(notifications_delivered_total{receiver="shop"})") == 1);
    CHECK(value(metrics, R"(notification_failures_total{receiver="shop"})") == 2);
    CHECK(value(metrics, R"(notifications_waiting{receiver="crm"})") == 0);
    metrics.notifications_unknown("shop");
    CHECK(value(metrics, R"(notifications_delivered_total{receiver="shop"})") == 1);
    CHECK(metrics.render().find(R"(notifications_parked{receiver="shop"})") == std::string::npos);
    CHECK(value(metrics, R"(notifications_parked{receiver="crm"})") == 0);
}

TEST_CASE("no use of the metrics makes a new series") {
    Metrics metrics("1.2.3");
    const Exposition before = read(metrics);
    for (int i = 0; i < 5'000; ++i) {
        const std::string text = std::to_string(i);
        metrics.received(text, 1);
        metrics.rows(text, 1);
        metrics.retry(text);
        metrics.erased(text, text);
    }
    metrics.reloaded(true);
    metrics.reloaded(false);
    metrics.queue({1, 2, 3, 4, 5, Seconds{6}, 7});
    metrics.http({});
    CHECK(read(metrics).samples.size() == before.samples.size());
    CHECK(before.samples.size() < 250);
}

TEST_CASE("what was counted is shown") {
    Metrics metrics("1.2.3");
    metrics.received("queued", 3);
    metrics.received("queued", 2);
    metrics.received("unauthentic", 0);
    metrics.erased("complete", "webhook");
    metrics.erased("settling", "sweep", 16);
    metrics.rows("delete_row", 12);
    metrics.retry("conflict");
    metrics.parked();
    metrics.proof_failed(2);
    metrics.schema_refreshed();
    const Exposition seen = read(metrics);
    CHECK(seen.value(R"(mautic_gdprd_webhooks_received_total{outcome="queued"})") == 2);
    CHECK(seen.value(R"(mautic_gdprd_webhooks_received_total{outcome="unauthentic"})") == 1);
    CHECK(seen.value(R"(mautic_gdprd_webhooks_received_total{outcome="not_stored"})") == 0);
    CHECK(seen.value("mautic_gdprd_webhook_events_total") == 5);
    CHECK(seen.value(R"(mautic_gdprd_erasures_total{origin="webhook",status="complete"})") == 1);
    CHECK(seen.value(R"(mautic_gdprd_erasures_total{origin="sweep",status="settling"})") == 16);
    CHECK(seen.value(R"(mautic_gdprd_rows_total{action="delete_row"})") == 12);
    CHECK(seen.value(R"(mautic_gdprd_rows_total{action="delete"})") == 0);
    CHECK(seen.value(R"(mautic_gdprd_retries_total{error="conflict"})") == 1);
    CHECK(seen.value("mautic_gdprd_jobs_parked_total") == 1);
    CHECK(seen.value("mautic_gdprd_proof_failures_total") == 2);
    CHECK(seen.value("mautic_gdprd_schema_refreshes_total") == 1);
}

TEST_CASE("the words of the other rooms have a label of their own") {
    struct Row {
        std::string family;
        std::string label;
        std::vector<std::string> values;
        void (*use)(Metrics&, const std::string&);
    };
    const std::vector<Row> rows{
        {"webhooks_received_total",
         "outcome",
         {"queued", "nothing_to_do", "test", "unauthentic", "malformed", "undecided", "not_stored"},
         [](Metrics& metrics, const std::string& word) { metrics.received(word, 0); }},
        {"rows_total",
         "action",
         {"hash", "delete", "delete_row", "empty_array", "strip_query", "new_random", "set_flag",
          "unschedule", "anonymous_ip", "rewrite"},
         [](Metrics& metrics, const std::string& word) { metrics.rows(word, 1); }},
        {"retries_total",
         "error",
         {"connection", "conflict", "schema", "privilege", "permanent", "queue"},
         [](Metrics& metrics, const std::string& word) { metrics.retry(word); }},
    };
    for (const Row& row : rows) {
        for (const std::string& word : row.values) {
            Metrics metrics("1.2.3");
            row.use(metrics, word);
            const std::string series = row.family + "{" + row.label + "=\"" + word + "\"}";
            INFO(series);
            CHECK(value(metrics, series) == 1);
        }
    }
    for (const char* status : {"settling", "complete", "partial", "superseded", "held", "skipped"}) {
        for (const char* origin : {"webhook", "sweep", "command"}) {
            Metrics metrics("1.2.3");
            metrics.erased(status, origin);
            const std::string labels = std::string("{origin=\"") + origin + "\",status=\"" + status + "\"}";
            INFO(labels);
            CHECK(value(metrics, "erasures_total" + labels) == 1);
        }
    }
}

TEST_CASE("times fall into the buckets that matter") {
    Metrics metrics("1.2.3");
    metrics.acknowledged(std::chrono::microseconds{400});
    metrics.acknowledged(std::chrono::milliseconds{4});
    metrics.acknowledged(std::chrono::seconds{60});
    metrics.webhook_to_erased(std::chrono::milliseconds{4});
    metrics.webhook_to_erased(std::chrono::hours{23});
    const Exposition seen = read(metrics);
    const std::string acknowledge = "mautic_gdprd_acknowledge_duration_seconds_";
    CHECK(seen.value(acknowledge + R"(bucket{le="0.0005"})") == 1);
    CHECK(seen.value(acknowledge + R"(bucket{le="0.0025"})") == 1);
    CHECK(seen.value(acknowledge + R"(bucket{le="0.005"})") == 2);
    CHECK(seen.value(acknowledge + R"(bucket{le="5"})") == 2);
    CHECK(seen.value(acknowledge + R"(bucket{le="+Inf"})") == 3);
    CHECK(seen.value(acknowledge + "count") == 3);
    CHECK(seen.value(acknowledge + "sum") > 60.004);
    CHECK(seen.value(acknowledge + "sum") < 60.005);
    const std::string erased = "mautic_gdprd_webhook_to_erased_seconds_";
    CHECK(seen.value(erased + R"(bucket{le="0.005"})") == 1);
    CHECK(seen.value(erased + R"(bucket{le="21600"})") == 1);
    CHECK(seen.value(erased + R"(bucket{le="86400"})") == 2);
}

TEST_CASE("a wall clock that was set back does not make time negative") {
    Metrics metrics("1.2.3");
    metrics.webhook_to_erased(Seconds{-3600});
    metrics.acknowledged(Seconds{-1});
    metrics.queue({0, 0, 0, 0, 0, Seconds{-60}, 0});
    CHECK(value(metrics, "webhook_to_erased_seconds_sum") == 0);
    CHECK(value(metrics, R"(webhook_to_erased_seconds_bucket{le="0.005"})") == 1);
    CHECK(value(metrics, "acknowledge_duration_seconds_sum") == 0);
    CHECK(value(metrics, "queue_oldest_age_seconds") == 0);
}

TEST_CASE("the queue's figures are those of the moment") {
    Metrics metrics("1.2.3");
    metrics.queue({1, 2, 3, 4, 5, Seconds{6.5}, 7'000});
    CHECK(value(metrics, R"(queue_jobs{state="ready"})") == 1);
    CHECK(value(metrics, R"(queue_jobs{state="waiting"})") == 2);
    CHECK(value(metrics, R"(queue_jobs{state="running"})") == 3);
    CHECK(value(metrics, R"(queue_jobs{state="settling"})") == 4);
    CHECK(value(metrics, R"(queue_jobs{state="parked"})") == 5);
    CHECK(value(metrics, "queue_oldest_age_seconds") == 6.5);
    CHECK(value(metrics, "queue_file_bytes") == 7'000);
    metrics.queue({});
    CHECK(value(metrics, R"(queue_jobs{state="parked"})") == 0);
}

TEST_CASE("the server's counters are taken over as they are, and never go down") {
    Metrics metrics("1.2.3");
    gdprd::http::ServerStatistics statistics;
    statistics.connections_accepted = 10;
    statistics.connections_refused = 2;
    statistics.connections_open = 8;
    statistics.requests = 30;
    statistics.requests_timed_out = 4;
    statistics.requests_too_large = 5;
    statistics.requests_malformed = 6;
    metrics.http(statistics);
    metrics.http(statistics);
    CHECK(value(metrics, "http_connections_accepted_total") == 10);
    CHECK(value(metrics, "http_connections_refused_total") == 2);
    CHECK(value(metrics, "http_connections_open") == 8);
    CHECK(value(metrics, "http_requests_total") == 30);
    CHECK(value(metrics, R"(http_requests_rejected_total{reason="timeout"})") == 4);
    CHECK(value(metrics, R"(http_requests_rejected_total{reason="too_large"})") == 5);
    CHECK(value(metrics, R"(http_requests_rejected_total{reason="malformed"})") == 6);
    statistics.requests = 31;
    statistics.connections_open = 1;
    metrics.http(statistics);
    metrics.http({});
    CHECK(value(metrics, "http_requests_total") == 31);
    CHECK(value(metrics, "http_connections_open") == 0);
}

TEST_CASE("gauges about the database follow what was reported last") {
    Metrics metrics("1.2.3");
    CHECK(value(metrics, "database_up") == 0);
    metrics.database_up(true);
    CHECK(value(metrics, "database_up") == 1);
    metrics.database_up(false);
    CHECK(value(metrics, "database_up") == 0);
    metrics.unknown_tables(3);
    metrics.unknown_columns(4);
    metrics.unknown_tables(1);
    CHECK(value(metrics, "unknown_tables") == 1);
    CHECK(value(metrics, "unknown_columns") == 4);
    metrics.missing_rights(2);
    CHECK(value(metrics, "missing_rights") == 2);
}

TEST_CASE("a refused configuration is visible until the next good one") {
    Metrics metrics("1.2.3");
    const double at_start = value(metrics, "config_last_reload_success_timestamp_seconds");
    CHECK(value(metrics, "config_last_reload_successful") == 1);
    metrics.reloaded(false);
    CHECK(value(metrics, "config_last_reload_successful") == 0);
    CHECK(value(metrics, "config_last_reload_success_timestamp_seconds") == at_start);
    metrics.reloaded(true);
    CHECK(value(metrics, "config_last_reload_successful") == 1);
    CHECK(value(metrics, "config_last_reload_success_timestamp_seconds") >= at_start);
    CHECK(value(metrics, R"(config_reloads_total{result="ok"})") == 1);
    CHECK(value(metrics, R"(config_reloads_total{result="failed"})") == 1);
}

TEST_CASE("the process is described by the usual names") {
    const double before = Seconds(gdprd::now().time_since_epoch()).count();
    Metrics metrics("1.2.3");
    const double after = Seconds(gdprd::now().time_since_epoch()).count();
    const Exposition seen = read(metrics);
    CHECK(seen.value(R"(mautic_gdprd_build_info{version="1.2.3"})") == 1);
    // The text format keeps nine digits or more of it: enough for a second.
    CHECK(seen.value("process_start_time_seconds") >= before - 1);
    CHECK(seen.value("process_start_time_seconds") <= after + 1);
    CHECK(seen.value("process_resident_memory_bytes") > 1'000'000);
}

TEST_CASE("hooks set gauges just before the page is made") {
    Metrics metrics("1.2.3");
    int asked = 0;
    metrics.before_render([&] { metrics.queue({++asked, 0, 0, 0, 0, Seconds{0}, 0}); });
    metrics.before_render([&] { metrics.unknown_tables(9); });
    CHECK(value(metrics, R"(queue_jobs{state="ready"})") == 1);
    CHECK(value(metrics, R"(queue_jobs{state="ready"})") == 2);
    CHECK(value(metrics, "unknown_tables") == 9);
}

TEST_CASE("a hook that throws costs its own figures only") {
    Metrics metrics("1.2.3");
    metrics.before_render([] { throw std::runtime_error("disk full"); });
    metrics.before_render([] { throw 7; });
    metrics.before_render([&] { metrics.unknown_tables(9); });
    const Exposition seen = read(metrics);
    CHECK(seen.value("mautic_gdprd_unknown_tables") == 9);
    CHECK(seen.value("mautic_gdprd_scrape_errors_total") == 2);
}

TEST_CASE("threads count while others read") {
    Metrics metrics("1.2.3");
    metrics.before_render([&] { metrics.http({}); });
    constexpr int threads = 4;
    constexpr int turns = 500;
    std::vector<std::thread> counting;
    for (int i = 0; i < threads; ++i) {
        counting.emplace_back([&metrics] {
            for (int turn = 0; turn < turns; ++turn) {
                metrics.received("queued", 1);
                metrics.acknowledged(Seconds{0.001});
                metrics.erased("complete", "webhook");
                metrics.queue({turn, 0, 0, 0, 0, Seconds{0}, 0});
            }
        });
    }
    std::thread reading([&metrics] {
        for (int turn = 0; turn < 10; ++turn) metrics.render();
    });
    for (std::thread& thread : counting) thread.join();
    reading.join();
    CHECK(value(metrics, R"(webhooks_received_total{outcome="queued"})") == threads * turns);
    CHECK(value(metrics, "acknowledge_duration_seconds_count") == threads * turns);
}

TEST_CASE("one database server is named, the last one that was connected to") {
    Metrics metrics("1.2.3");
    CHECK(metrics.render().find("database_server_info{") == std::string::npos);
    metrics.database_server("MariaDB 10.11.19");
    metrics.database_server("MariaDB 10.11.19");
    metrics.database_server("MySQL 9.7.4");
    const std::string page = metrics.render();
    CHECK(page.find(R"(mautic_gdprd_database_server_info{server="MySQL 9.7.4"} 1)") != std::string::npos);
    CHECK(page.find("MariaDB") == std::string::npos);
}
