#include "queue/queue.h"

#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// Contact 1 is ready, 2 settles, 3 and 4 are parked.
void fill(const std::filesystem::path& directory) {
    queue::Queue queue({directory});
    std::vector<queue::Arrival> arrivals;
    for (const ContactId contact : {2, 3, 4}) arrivals.push_back({contact, Origin::webhook, now()});
    queue.store(arrivals);
    std::vector<queue::Outcome> outcomes;
    for (const queue::Job& job : queue.take(10, now())) {
        queue::Outcome outcome;
        outcome.kind = job.contact == 2 ? queue::Outcome::Kind::settle : queue::Outcome::Kind::park;
        outcome.contact = job.contact;
        outcome.revision = job.revision;
        outcome.attempts = 12;
        outcome.pass = 1;
        outcome.due_at = now() + std::chrono::hours(1);
        outcome.error = job.contact == 2 ? "" : "privilege 1142";
        outcomes.push_back(outcome);
    }
    queue.apply(outcomes);
    queue.store(std::vector<queue::Arrival>{{1, Origin::sweep, now()}});
}

}  // namespace

TEST_CASE("queue status, list and retry") {
    Site site("queue");
    site.here.config.write();
    fill(site.here.config.queue_directory());

    SECTION("status") {
        const Answer answer = site.run({"queue", "status"});
        CHECK(answer.exit_code == 0);
        CHECK_THAT(answer.text, ContainsSubstring("parked    2"));
        CHECK_THAT(answer.text, ContainsSubstring("format 2"));
        const auto json = nlohmann::json::parse(site.run({"queue", "status", "--json"}).text);
        CHECK(json.at("jobs").at("ready") == 1);
        CHECK(json.at("jobs").at("settling") == 1);
        CHECK(json.at("jobs").at("waiting") == 0);
        CHECK(json.at("oldest_received_at").is_string());
        CHECK(json.at("paused_since").is_null());
        CHECK(json.at("erased_last_hour") == 0);
        CHECK(json.at("held_back") == 0);
    }
    SECTION("list") {
        CHECK_THAT(site.run({"queue", "list"}).text, ContainsSubstring("privilege 1142"));
        const auto parked =
            nlohmann::json::parse(site.run({"queue", "list", "--state", "parked", "--json"}).text);
        REQUIRE(parked.at("jobs").size() == 2);
        CHECK(parked.at("jobs").at(0).at("last_error") == "privilege 1142");
        CHECK(parked.at("jobs").at(0).at("attempts") == 12);
        const auto one = nlohmann::json::parse(site.run({"queue", "list", "--limit", "1", "--json"}).text);
        CHECK(one.at("jobs").size() == 1);
        const Answer none = site.run({"queue", "list", "--state", "waiting"});
        CHECK(none.exit_code == 0);
        CHECK(none.text == "No jobs.\n");
    }
    SECTION("retry one") {
        const Answer answer = site.run({"queue", "retry", "--contact", "3"});
        CHECK(answer.exit_code == 0);
        CHECK_THAT(answer.text, ContainsSubstring("1 parked job is ready again"));
        CHECK_THAT(site.run({"queue", "status"}).text, ContainsSubstring("parked    1"));
    }
    SECTION("retry some that are not parked") {
        const Answer answer = site.run({"queue", "retry", "--contact", "1", "3", "--contact", "99"});
        CHECK(answer.exit_code == 3);
        CHECK_THAT(answer.text, ContainsSubstring("2 of the named contacts have no parked job"));
    }
    SECTION("retry all") {
        const Answer answer = site.run({"queue", "retry", "--all"});
        CHECK(answer.exit_code == 0);
        CHECK_THAT(answer.text, ContainsSubstring("2 parked jobs are ready again"));
        CHECK_THAT(site.run({"queue", "status"}).text, ContainsSubstring("parked    0"));
        CHECK(site.run({"queue", "retry", "--all"}).exit_code == 0);
    }
    SECTION("beside the daemon that holds the lock") {
        const queue::Queue daemon({site.here.config.queue_directory()});
        CHECK(site.run({"queue", "status"}).exit_code == 0);
        CHECK(site.run({"queue", "retry", "--all"}).exit_code == 0);
    }
}

TEST_CASE("the circuit breaker: queue status says that erasing is paused and why, queue resume continues") {
    Site site("queue_circuit_breaker");
    site.here.config.options["safety.max_per_hour"] = "2";
    site.here.config.write();
    queue::QueueOptions options;
    options.directory = site.here.config.queue_directory();
    options.erasures_per_hour_max = 2;
    queue::Queue daemon(options);
    const auto store = [&](std::initializer_list<ContactId> contacts) {
        std::vector<queue::Arrival> arrivals;
        for (const ContactId contact : contacts) arrivals.push_back({contact, Origin::webhook, now()});
        daemon.store(arrivals);
    };
    const Answer not_paused = site.run({"queue", "resume"});
    CHECK(not_paused.exit_code == 0);
    CHECK(not_paused.text == "Erasing was not paused.\n");

    store({1});
    std::vector<queue::Outcome> outcomes;
    for (const queue::Job& job : daemon.take(10, now())) {
        queue::Outcome outcome;
        outcome.contact = job.contact;
        outcome.revision = job.revision;
        CHECK(daemon.admit(1));
        outcomes.push_back(outcome);
    }
    daemon.apply(outcomes);
    CHECK_THAT(
        site.run({"queue", "status"}).text,
        ContainsSubstring("erasing: 1 contact was erased without being asked for by hand in the last hour; "
                          "[safety] max_per_hour is 2"));
    store({2, 3});
    CHECK_FALSE(daemon.admit(2));
    CHECK(daemon.take(10, now()).empty());

    const Answer status = site.run({"queue", "status"});
    CHECK(status.exit_code == 0);
    for (const char* words : {"erasing: PAUSED since 2", "1 contact was erased", "2 more are held back",
                              "max_per_hour is 2", "do-not-contact", "`mautic-gdprd queue resume`"}) {
        CHECK_THAT(status.text, ContainsSubstring(words));
    }
    const auto json = nlohmann::json::parse(site.run({"queue", "status", "--json"}).text);
    CHECK(json.at("paused_since").is_string());
    CHECK(json.at("erased_last_hour") == 1);
    CHECK(json.at("held_back") == 2);
    CHECK(json.at("max_per_hour") == 2);

    const Answer resumed = site.run({"queue", "resume"});
    CHECK(resumed.exit_code == 0);
    CHECK(resumed.text == "Erasing goes on: 2 jobs are let through.\n");
    CHECK(daemon.take(10, now()).size() == 2);
    CHECK(nlohmann::json::parse(site.run({"queue", "status", "--json"}).text).at("paused_since").is_null());
}

TEST_CASE("queue commands without a queue") {
    Site site("queue_none");
    for (const char* command : {"status", "list", "resume"}) {
        const Answer answer = site.run({"queue", command});
        CHECK(answer.exit_code == 1);
        CHECK_THAT(answer.text, ContainsSubstring("there is no queue"));
        CHECK_THAT(answer.text, ContainsSubstring("Start the daemon"));
    }
}
