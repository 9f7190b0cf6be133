// Back-fill: opt-outs of the past are erased when an operator asks for it, and not before.
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "command/backup.h"
#include "queue/queue.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using nlohmann::json;

namespace {

std::uint64_t addresses(Site& site) { return site.mautic.row_count("leads", "email LIKE '%@%'"); }

void make_old(Site& site, ContactId first, ContactId last, const std::string& date) {
    site.mautic.connection().change("UPDATE lead_donotcontact SET date_added = '" + date +
                                    "' WHERE lead_id BETWEEN " + std::to_string(first) + " AND " +
                                    std::to_string(last));
}

}  // namespace

TEST_CASE("without a time, and before any daemon was started, sweep asks from when on") {
    Site site("sweep_no_time");
    add_opted_out(site, 1, 2);
    const Answer answer = site.run({"sweep"});
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("--since"));
    CHECK_THAT(answer.text, ContainsSubstring("--all"));
    CHECK(addresses(site) == 2);
}

TEST_CASE("sweep counts first, asks, and a dry run changes nothing") {
    Site site("sweep_ask");
    add_opted_out(site, 1, 5);
    make_old(site, 1, 3, "2020-02-03 04:05:06");
    site.mautic.add_contact(6);
    const Answer counts = site.run({"sweep", "--all", "--dry-run"});
    CHECK(counts.exit_code == 0);
    CHECK_THAT(counts.text, ContainsSubstring("has 5 rows"));
    CHECK_THAT(counts.text, ContainsSubstring("5  not erased yet"));
    CHECK(site.here.server.value("SELECT COUNT(*) FROM mark WHERE name = 'mautic'",
                                 site.here.ledger_database) == "0");  // it took no ledger for its own
    const Answer since = site.run({"sweep", "--since", "2021-01-01", "--dry-run", "--json"});
    CHECK(json::parse(since.text).at("to_erase") == 2);
    CHECK(json::parse(since.text).at("totals").is_null());
    const Answer refused = site.run({"sweep", "--all"});
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("Erase 5 contacts?"));
    CHECK(addresses(site) == 6);
}

TEST_CASE("sweep counts and names the opt-outs that no trigger can cover") {
    Site site("sweep_uncovered");
    for (const ContactId contact : {1, 2, 3, 4, 5, 6}) site.mautic.add_contact(contact);
    site.mautic.unsubscribe(1);
    CHECK(site.run({"sweep", "--all", "--dry-run"}).text.find("No trigger covers") == std::string::npos);
    for (const char* row : {"2, NOW(), 0, 'email'", "3, NOW(), 4, 'email'", "4, NOW(), 7, 'email'",
                            "5, NOW(), 1, 'Email'", "6, NOW(), 1, 'email '"}) {
        site.mautic.connection().change(
            std::string("INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) VALUES (") +
            row + ")");
    }
    const Answer answer = site.run({"sweep", "--all", "--dry-run"});
    CHECK_THAT(answer.text, ContainsSubstring("1  not erased yet"));
    for (const char* words :
         {"1  with reason 0 (contactable) and channel 'email'", "1  with reason 4 and channel 'email'",
          "1  with reason 7 and channel 'email'", "1  with reason 1 (unsubscribed) and channel 'Email'",
          "1  with reason 1 (unsubscribed) and channel 'email '"}) {
        CHECK_THAT(answer.text, ContainsSubstring(words));
    }
    const json told = json::parse(site.run({"sweep", "--all", "--dry-run", "--json"}).text);
    CHECK(told.at("to_erase") == 1);
    REQUIRE(told.at("uncovered").size() == 5);
    CHECK(told.at("uncovered")[3] == json{{"reason", 4}, {"channel", "email"}, {"rows", 1}});
}

TEST_CASE("sweep erases whom the triggers cover, once, and leaves the later passes to the daemon") {
    Site site("sweep_all");
    site.make_queue();
    add_opted_out(site, 1, 40);
    make_old(site, 1, 40, "2019-02-03 04:05:06");
    site.mautic.unsubscribe(7);  // a second row of the same contact
    site.mautic.add_contact(41);
    site.mautic.unsubscribe(41, 3);  // manual: no trigger
    site.mautic.add_contact(42);
    const Answer answer = site.run({"sweep", "--all", "--yes", "--json", "--batch", "16"});
    INFO(answer.text);
    CHECK(answer.exit_code == 0);
    const json told = json::parse(answer.text);
    CHECK(told.at("do_not_contact_rows") == 42);
    CHECK(told.at("to_erase") == 40);
    CHECK(told.at("reasons") == json{{"webhook_lost", 40}});
    CHECK(addresses(site) == 2);
    queue::QueueFile queue(queue::QueueOptions{site.here.config.queue_directory()});
    CHECK(queue.status().jobs.at(queue::JobState::settling) == 40);
    CHECK_FALSE(names_person(answer.text, 7));

    const Answer again = site.run({"sweep", "--all", "--yes"});
    CHECK(again.exit_code == 0);
    CHECK_THAT(again.text, ContainsSubstring("Nobody is to be erased."));
}

TEST_CASE("sweep that is interrupted is continued by the same command") {
    Site site("sweep_interrupted");
    site.make_queue();
    add_opted_out(site, 1, 120);
    std::vector<std::string> arguments{
        daemon_program().string(), "sweep", "--all", "--yes", "--rate", "40/s", "--batch", "4"};
    const auto output = site.here.directory / "sweep-output";
    arguments.insert(arguments.end(), {"--config", site.here.config.write().string()});
    ChildProcess process(ChildProcessOptions{arguments, {}, "/dev/null", output});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (addresses(site) > 110 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    process.send_signal(SIGINT);
    CHECK(process.wait_for_exit(std::chrono::minutes(2)) == 3);
    const std::uint64_t left = addresses(site);
    CHECK(left > 0);
    CHECK(left < 120);
    const Answer rest = site.run({"sweep", "--all", "--yes", "--json"});
    CHECK(rest.exit_code == 0);
    CHECK(json::parse(rest.text).at("to_erase") == left);
    CHECK(addresses(site) == 0);
}
