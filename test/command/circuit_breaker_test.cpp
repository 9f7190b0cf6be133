// The circuit breaker, from the mass change to the operator's word: the real daemon and the real command.
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId people = 6;

nlohmann::json safety_of(Installation& here) {
    return nlohmann::json::parse(here.page("/readyz")).at("components").at("safety");
}

void check_held_back(Installation& here, ContactId contacts) {
    here.daemon->wait_for_log("erasing is paused");
    CHECK(here.metric("erasing_paused") == 1);
    CHECK(here.status_of("/readyz") == 503);
    const nlohmann::json safety = safety_of(here);
    CHECK(safety.at("ready") == false);
    CHECK_THAT(safety.at("detail").get<std::string>(),
               ContainsSubstring(std::to_string(contacts) + " requests are held back"));
    for (ContactId contact = 1; contact <= contacts; ++contact) CHECK(here.untouched(contact));
    CHECK(here.ledger_rows() == 0);
}

}  // namespace

TEST_CASE("a mass change pauses erasing, and the pause outlives the daemon until somebody says go on") {
    Site site("circuit_breaker");
    Installation& here = site.here;
    here.config.options["safety.max_per_hour"] = "3";
    std::vector<SubscriptionChange> changes;
    for (ContactId contact = 1; contact <= people + 1; ++contact) here.add_opted_out(contact);
    for (ContactId contact = 1; contact <= people; ++contact) changes.push_back({contact});
    here.start();
    CHECK(safety_of(here).at("ready") == true);
    CHECK(here.metric("erasing_paused") == 0);

    CHECK(here.post(webhook_batch_body(changes)) == 204);
    check_held_back(here, people);
    CHECK(here.announce(people + 1) == 204);
    here.kill();
    here.launch();
    here.daemon->wait_until_listening(here.config.port);
    check_held_back(here, people + 1);

    const Answer answer = site.run({"queue", "resume"});
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("7 jobs are let through"));
    here.daemon->wait_for_log("erasing resumes");
    here.wait_until_idle();
    for (ContactId contact = 1; contact <= people + 1; ++contact) CHECK(here.erased(contact));
    CHECK(here.metric("erasing_paused") == 0);
    CHECK(here.status_of("/readyz") == 200);
    here.stop();
}

TEST_CASE("whoever is not do-not-contact any more when erasing goes on is left alone") {
    Site site("circuit_breaker_undone");
    Installation& here = site.here;
    here.config.options["safety.max_per_hour"] = "1";
    here.add_opted_out(1);
    here.add_opted_out(2);
    here.start();
    CHECK(here.post(webhook_batch_body({{1}, {2}})) == 204);
    check_held_back(here, 2);
    here.mautic.connection().change("DELETE FROM lead_donotcontact WHERE lead_id = 1");
    CHECK(site.run({"queue", "resume"}).exit_code == 0);
    here.daemon->wait_for_log("erasing resumes");
    here.wait_until_idle();
    CHECK(here.untouched(1));
    CHECK(here.erased(2));
    here.stop();
}
