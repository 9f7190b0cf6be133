// Mautic delivers a webhook once at most. Whoever's never came is found in the database.
#include <cstdlib>
#include <random>

#include "base/clock.h"
#include "support/catch.h"
#include "system/aftermath.h"
#include "system/load.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* lost = "sweep_found_total{reason=\"webhook_lost\"}";
constexpr const char* compared = "full reconciliation of the do-not-contact list";

void look_often(Installation& here) {
    here.config.options["sweep.incremental"] = "\"200ms\"";
    here.config.options["sweep.webhook_delay"] = "\"0s\"";
    here.config.options["worker.settle"] = "[\"1h\"]";
}

// Contacts that were queued by the sweep, as the ledger has it.
std::uint64_t found_by_sweep(Installation& here) {
    return std::stoull(
        here.server.value("SELECT COUNT(*) FROM erasure WHERE origin = 'sweep'", here.ledger_database));
}

// $GDPRD_TEST_PEOPLE: more of them, for a long run.
std::size_t people_of_this_run() {
    const char* given = std::getenv("GDPRD_TEST_PEOPLE");
    return given != nullptr ? std::stoul(given) : 600;
}

}  // namespace

TEST_CASE("A contact whose webhook never came is erased, and counted") {
    Installation here("no_webhook");
    look_often(here);
    here.start();
    here.add_opted_out(1);
    here.mautic.add_contact(2);
    here.add_opted_out(3, 3);
    here.wait_for_ledger(1, "settling");
    CHECK(here.erased(1));
    CHECK(here.ledger(1, "origin") == "sweep");
    CHECK(here.metric(lost) == 1);
    CHECK(here.metric("erasures_total{origin=\"sweep\",status=\"settling\"}") == 1);
    CHECK(here.untouched(2));
    CHECK(here.untouched(3));
    CHECK(here.ledger_rows() == 1);
    CHECK(here.daemon->log().find(invented_person(1).marker) == std::string::npos);
    here.stop();
}

TEST_CASE(
    "Who opted out while the daemon was down is found at its start; who did before the first one is not") {
    Installation here("was_down");
    look_often(here);
    here.config.options["sweep.incremental"] = "\"1h\"";
    here.add_opted_out(1);
    here.mautic.connection().change("UPDATE lead_donotcontact SET date_added = date_added - INTERVAL 1 HOUR");
    here.start();
    here.daemon->wait_for_log(compared);
    here.stop();
    here.add_opted_out(2);
    here.start();
    here.wait_for_ledger(2, "settling");
    here.wait_until_idle();
    CHECK(here.ledger(2, "origin") == "sweep");
    CHECK(here.metric(lost) == 1);
    CHECK(here.untouched(1));
    // Old ones are erased when somebody asks.
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.ledger(1, "origin") == "webhook");
    here.stop();
}

TEST_CASE("The installation is when the daemon came, also when the database came later") {
    PrivateServer server;
    Installation here(server, "came_later");
    look_often(here);
    server.stop();
    here.start();
    const std::string opted_out_at = format_utc(now());
    here.wait_until("that is a while ago",
                    [&] { return now() > *parse_utc(opted_out_at) + std::chrono::seconds(2); });
    server.start();
    server.execute("INSERT INTO leads (id, is_published, points) VALUES (1, 1, 0)", "came_later");
    server.execute("INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) VALUES (1, '" +
                       opted_out_at.substr(0, 19) + "', 1, 'email')",
                   "came_later");
    here.wait_until("the contact is in the ledger", [&] {
        return server.value("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" +
                            here.ledger_database + "' AND TABLE_NAME = 'mark'") == "1" &&
               here.ledger(1) == "settling";
    });
    CHECK(here.metric(lost) == 1);
    here.stop();
}

TEST_CASE("Webhooks that come are not counted as lost, also when the erasure waits") {
    Installation here("all_came");
    look_often(here);
    here.config.options["sweep.webhook_delay"] = "\"3s\"";
    here.config.options["trigger.grace.bounced"] = "\"1h\"";
    here.start();
    for (ContactId contact = 1; contact <= 10; ++contact) {
        here.add_opted_out(contact, contact % 2 == 0 ? 2 : 1);
        CHECK(here.announce(contact, contact % 2 == 0 ? "bounced" : "unsubscribed") == 204);
    }
    here.wait_until_jobs("settling", 5);
    // The webhook of the last one never comes: when it is found, the others have been looked at.
    here.add_opted_out(11);
    here.wait_for_ledger(11, "settling");
    CHECK(here.metric(lost) == 1);
    CHECK(found_by_sweep(here) == 1);
    here.stop();
}

TEST_CASE("An address that comes back after the erasure is hashed again") {
    Installation here("filled_again");
    look_often(here);
    here.config.options["sweep.full"] = "\"1s\"";
    here.config.options["worker.settle"] = "[\"100ms\"]";
    here.start();
    here.add_opted_out(1);
    here.wait_for_ledger(1, "complete");
    const std::string hash = here.mautic.field(1, "email");
    here.mautic.connection().change("UPDATE leads SET email = 'imported@example.org' WHERE id = 1");
    here.wait_until("the address is gone again", [&] {
        const std::string email = here.mautic.field(1, "email");
        return email != "imported@example.org" && email != hash;
    });
    CHECK(here.metric("sweep_found_total{reason=\"filled_again\"}") >= 1);
    here.stop();
}

TEST_CASE("A machine that is lost with its queue loses nobody") {
    Installation here("lost_queue");
    look_often(here);
    here.config.options["worker.settle"] = "[\"2s\"]";
    here.config.options["sweep.full"] = "\"1s\"";
    here.start();
    here.add_opted_out(1);
    here.wait_until("the contact is in the ledger", [&] { return here.ledger(1) != "no row"; });
    here.kill();
    std::filesystem::remove_all(here.config.queue_directory());
    // No webhook comes again, and the later pass was that machine's.
    here.start();
    here.wait_for_ledger(1, "complete");
    here.stop();
}

TEST_CASE(
    "Killed again and again, and a third of the webhooks never sent: everybody is erased, and the lost are "
    "counted") {
    Installation here("a_third_lost");
    prepare_for_aftermath(here);
    here.config.options["sweep.incremental"] = "\"200ms\"";
    here.config.options["sweep.webhook_delay"] = "\"1d\"";  // until the killing is over
    here.start();
    here.daemon->wait_for_log(compared);
    here.stop();
    Aftermath aftermath(here, people_of_this_run());
    std::vector<ContactId> announced;
    std::set<ContactId> never_announced;
    for (const ContactId contact : aftermath.contacts()) {
        if (contact % 3 == 0) {
            never_announced.insert(contact);
        } else {
            announced.push_back(contact);
        }
    }
    here.start();
    Load load(here.config.port, here.config.webhook_secret, announced, 4);
    std::mt19937 random{std::random_device{}()};
    for (int round = 0; round < 6; ++round) {
        const std::size_t target = load.acknowledged() + 1 + random() % (announced.size() / 6);
        here.wait_until("enough is acknowledged",
                        [&] { return load.acknowledged() >= target || load.finished(); });
        here.kill();
        here.start();
        load.server_is_up();
    }
    const std::set<ContactId> acknowledged = load.acknowledged_contacts();
    here.wait_until_idle();
    here.stop();
    CHECK(here.ledger_rows() >= acknowledged.size());
    // Who was sent in the moment of a kill, and not answered, may have been stored or not.
    const std::uint64_t missing = aftermath.contacts().size() - here.ledger_rows();
    CHECK(missing >= never_announced.size());

    here.config.options["sweep.webhook_delay"] = "\"0s\"";
    here.start();
    here.wait_until(
        "everybody is in the ledger", [&] { return here.ledger_rows() == aftermath.contacts().size(); },
        std::chrono::minutes(10));
    here.wait_until_idle();
    CHECK(here.metric(lost) == static_cast<std::int64_t>(missing));
    CHECK(found_by_sweep(here) == missing);
    const std::set<ContactId> everybody(aftermath.contacts().begin(), aftermath.contacts().end());
    aftermath.check(everybody);
    here.stop();
}
