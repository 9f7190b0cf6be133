// The workers and a plan that never fits: they must neither spin nor be silent.
#include "worker/pool.h"

#include "daemon/assembly.h"
#include "daemon/live_settings.h"
#include "fixture/mautic_database.h"
#include "support/catch.h"
#include "support/private_server.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "worker/outage_report.h"
#include "worker/queue_source.h"

using namespace gdprd;

namespace {

// Rules that know a column less than the table has, however often the schema is read.
worker::PlanCache::Build never_fitting(const daemon::Assembly& assembly) {
    return [&assembly](const mautic::Schema& schema) {
        auto rules = std::make_shared<erasure::Rules>(*daemon::make_rules(schema, assembly));
        auto plan = std::make_shared<plan::Plan>(*rules->plan);
        plan->contact_columns.pop_back();
        rules->plan = std::move(plan);
        return rules;
    };
}

double count_of(health::Metrics& metrics, const std::string& series) {
    const std::string text = metrics.render();
    const auto at = text.find("mautic_gdprd_" + series + ' ');
    return at == std::string::npos ? 0.0 : std::stod(text.substr(text.find(' ', at)));
}

}  // namespace

TEST_CASE("A server that refuses every erasure and takes smaller changes is an outage until one succeeds") {
    test::PrivateServer server;
    test::TemporaryDirectory directory;
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    std::vector<queue::Arrival> arrivals;
    for (const ContactId contact : {1, 2, 3, 4}) {
        mautic.add_contact(contact);
        mautic.unsubscribe(contact);
        arrivals.push_back({contact, queue::Origin::webhook, now()});
    }
    const queue::Arrival skipped = arrivals.back();  // whose erasure has nothing to write
    arrivals.pop_back();
    mautic.resubscribe(skipped.contact);
    mautic.connection().change(
        "CREATE TRIGGER refuse BEFORE UPDATE ON leads FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = 3100");
    test::DaemonConfig config(directory, mautic.options());
    config.options["worker.attempts_max"] = "2";
    config.options["worker.backoff_first"] = "\"100ms\"";
    const daemon::Assembly assembly(config.write());
    health::Metrics metrics("test");
    health::Readiness readiness;
    health::Progress progress;
    queue::Queue queue(assembly.config.queue);
    worker::PlanCache plans(
        "", [&assembly](const mautic::Schema& schema) { return daemon::make_rules(schema, assembly); },
        daemon::rules_observer(readiness, metrics));
    { const database::Connection first(assembly.config.database); }
    worker::QueueSource source(queue, metrics);
    worker::OutageReport report(metrics, readiness);
    worker::Pool pool(assembly.config.worker, assembly.config.database, source, plans,
                      {metrics, progress, report});
    queue.store(arrivals);

    const auto is_refused = [&] { return readiness.answer().json.find("3100") != std::string::npos; };
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!is_refused()) REQUIRE(std::chrono::steady_clock::now() < limit);
    // Twice as many refusals as would have parked all of them.
    while (count_of(metrics, "retries_total{error=\"connection\"}") < 12) {
        REQUIRE(std::chrono::steady_clock::now() < limit);
        REQUIRE(is_refused());
        queue.store({&skipped, 1});
    }
    CHECK(queue.status().jobs.at(queue::JobState::parked) == 0);
    for (const queue::Job& job : queue.list({})) CHECK(job.attempts == 0);

    mautic.connection().change("DROP TRIGGER refuse");
    while (queue.status().jobs.at(queue::JobState::settling) < 3) {
        REQUIRE(std::chrono::steady_clock::now() < limit);
    }
    while (is_refused()) REQUIRE(std::chrono::steady_clock::now() < limit);
}

TEST_CASE("A schema that was read again and still does not fit is told, not ready, and looked at seldom") {
    test::PrivateServer server;
    test::TemporaryDirectory directory;
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    mautic.add_contact(1);
    mautic.unsubscribe(1);
    test::DaemonConfig config(directory, mautic.options());
    const daemon::Assembly assembly(config.write());
    health::Metrics metrics("test");
    health::Readiness readiness;
    health::Progress progress;
    queue::Queue queue(assembly.config.queue);
    worker::PlanCache plans("", never_fitting(assembly), daemon::rules_observer(readiness, metrics));
    { const database::Connection first(assembly.config.database); }
    worker::QueueSource source(queue, metrics);
    worker::OutageReport report(metrics, readiness);
    worker::Pool pool(assembly.config.worker, assembly.config.database, source, plans,
                      {metrics, progress, report});
    const queue::Arrival arrival{1, queue::Origin::webhook, now()};
    queue.store({&arrival, 1});

    const auto wait_until = [](const auto& condition) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!condition()) REQUIRE(std::chrono::steady_clock::now() < limit);
    };
    const auto attempts = [&] {
        const std::string text = metrics.render();
        const auto at = text.find("mautic_gdprd_retries_total{error=\"schema\"} ");
        return at == std::string::npos ? 0.0 : std::stod(text.substr(text.find(' ', at)));
    };
    const auto begun = std::chrono::steady_clock::now();
    wait_until([&] { return readiness.answer().json.find("its columns have changed") != std::string::npos; });
    wait_until([&] { return attempts() >= 7; });
    // The first ones of each worker are free: the schema may have changed. The others wait 0.1, 0.2, 0.4 s …
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(700));
    CHECK(queue.status().jobs.at(queue::JobState::parked) == 0);

    plans.replace_configuration(
        [&assembly](const mautic::Schema& schema) { return daemon::make_rules(schema, assembly); });
    wait_until([&] { return queue.status().jobs.at(queue::JobState::settling) == 1; });
    CHECK(readiness.answer().json.find("its columns have changed") == std::string::npos);
}
