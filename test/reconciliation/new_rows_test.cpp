// What is new since the last look, and what was too young then.
#include "reconciliation/household.h"
#include "support/catch.h"

using namespace gdprd;

using namespace gdprd::test;
using namespace std::chrono_literals;
using ledger::Status;

namespace {

// Looks again and again until the contact is queued.
void look_until_queued(Household& home, ContactId contact) {
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (home.queued() != Ids{contact}) {
        REQUIRE(std::chrono::steady_clock::now() < limit);
        home.run();
    }
}

}  // namespace

TEST_CASE("A young row is left to its webhook, and found as soon as that is late") {
    Household home;
    home.options.webhook_delay = 1h;
    home.restart();
    SECTION("seen by the comparison of everything") {
        home.opt_out(1, 1h - 3s);
        home.run();
    }
    SECTION("seen as a new row") {
        home.run();
        home.opt_out(1, 1h - 3s);
        home.run();
    }
    CHECK(home.queued().empty());
    look_until_queued(home, 1);
    CHECK(home.metric(lost_webhooks) == 1);
}

TEST_CASE("A row in its grace period is found after it") {
    Household home;
    home.options.webhook_delay = 0ms;
    home.world.triggers.grace[policy::Reason::unsubscribed] = 1h;
    home.world.prepare();
    home.restart();
    home.opt_out(1, 1h - 3s);
    home.run();
    CHECK(home.queued().empty());
    look_until_queued(home, 1);
}

TEST_CASE("Who re-subscribes before the webhook is late is forgotten") {
    Household home;
    home.options.webhook_delay = 1h;
    home.restart();
    home.opt_out(1, 1h - 3s);
    home.opt_out(2, 1h - 2s);
    home.run();
    home.world.mautic.resubscribe(1);
    look_until_queued(home, 2);
}

TEST_CASE("New rows are found without another comparison of everything") {
    Household home;
    home.opt_out(1, 1h);
    home.run();
    home.finish_jobs();
    home.in_ledger(1, Status::settling, 1h);
    const double compared = home.metric("sweep_full_timestamp_seconds");
    home.opt_out(2, 1h);
    home.opt_out(3, 1h, 3);
    home.run();
    CHECK(home.queued() == Ids{2});
    CHECK(home.metric("sweep_full_timestamp_seconds") == compared);
}

TEST_CASE("A row that Mautic changes in place is found where dates have an index, else by the comparison") {
    const bool indexed = GENERATE(true, false);
    CAPTURE(indexed);
    Household home;
    home.options.page_rows = 10;  // what is read again by id is less than the list
    home.restart();
    if (!indexed) {
        home.world.mautic.connection().change("ALTER TABLE lead_donotcontact DROP INDEX dnc_date_added");
        home.world.prepare();
    }
    home.opt_out(1, 24h, 3);
    home.opt_out_many(100, 40);
    home.run();
    home.finish_jobs();
    for (ContactId contact = 100; contact < 140; ++contact) home.in_ledger(contact, Status::settling, 1h);
    // The date that Mautic writes is that of the change; the webhook's time to come is short here.
    home.options.webhook_delay = 0ms;
    home.restart();
    home.run();
    REQUIRE(home.queued().empty());
    home.world.mautic.connection().change(
        "UPDATE lead_donotcontact SET reason = 1, date_added = UTC_TIMESTAMP() WHERE lead_id = 1");
    home.run();
    CHECK(home.queued() == (indexed ? Ids{1} : Ids{}));
    home.restart();
    home.run();
    CHECK(home.queued() == Ids{1});
}

TEST_CASE("A row whose transaction commits after a later one's is not missed") {
    Household home;
    home.run();
    for (ContactId contact = 1; contact <= 2; ++contact) home.contact(contact);
    database::Connection slow(home.world.mautic.options());
    slow.begin();
    slow.change("INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) VALUES (1, '" +
                format_utc(now() - 1h).substr(0, 19) + "', 1, 'email')");
    home.row(2, 1h);
    home.run();
    CHECK(home.queued() == Ids{2});
    slow.commit();
    home.run();
    CHECK(home.queued() == Ids{1, 2});
}

TEST_CASE("After the list was emptied, and its ids begin anew, new rows are found again") {
    Household home;
    home.options.page_rows = 10;
    home.restart();
    home.opt_out_many(1, 40);
    home.run();
    home.finish_jobs();
    home.world.mautic.connection().change("DELETE FROM lead_donotcontact");
    home.world.mautic.connection().change("ALTER TABLE lead_donotcontact AUTO_INCREMENT = 1");
    home.run();
    home.opt_out(90, 1h);
    home.run();
    CHECK(home.queued() == Ids{90});
}

TEST_CASE("More rows than one look takes are found by the looks after it, which follow at once") {
    Household home;
    home.options.page_rows = 10;
    home.options.incremental = 1h;
    home.restart();
    home.run();
    home.options.incremental = 0ms;
    home.restart();
    home.run();
    home.opt_out_many(1, 250);  // twenty pages and some
    home.run_once();
    CHECK(home.queued().size() == 200);
    CHECK(home.sweep->period() == 0ms);
    home.run_once();
    CHECK(home.queued().size() == 250);
    CHECK(home.metric(lost_webhooks) == 250);
}

TEST_CASE("A queue that is full for a while delays what is new and loses none of it") {
    Household home;
    home.queue_options.jobs_max = 3;
    home.restart();
    home.run();
    home.queue->store(
        std::vector<queue::Arrival>{{91, Origin::webhook, now()}, {92, Origin::webhook, now()}});
    home.opt_out(1, 1h);
    home.opt_out(2, 1h);
    CHECK_THROWS_AS(home.run(), queue::QueueError);
    CHECK_THROWS_AS(home.run(), queue::QueueError);
    home.finish_jobs();
    home.run();
    CHECK(home.queued() == Ids{1, 2});
    CHECK(home.metric(lost_webhooks) == 2);
}
