// What the sweep finds, and what it leaves alone.
#include "sweep/sweep.h"

#include "support/catch.h"
#include "sweep/household.h"

using namespace gdprd;
using namespace gdprd::sweep;
using namespace gdprd::test;
using namespace std::chrono_literals;
using erasure::Status;

namespace {

constexpr const char* lost = "sweep_found_total{reason=\"webhook_lost\"}";
constexpr const char* filled_again = "sweep_found_total{reason=\"filled_again\"}";
constexpr const char* unfinished = "sweep_found_total{reason=\"unfinished\"}";

// Looks again and again until the contact is queued.
void look_until_queued(Household& home, ContactId contact) {
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (home.queued() != Ids{contact}) {
        REQUIRE(std::chrono::steady_clock::now() < limit);
        home.look();
    }
}

}  // namespace

TEST_CASE("The first look after a start finds everybody whose webhook was lost") {
    Household home;
    home.options.incremental = 1h;
    home.restart();
    for (ContactId contact = 1; contact <= 3; ++contact) home.opt_out(contact, contact * 1h);
    home.opt_out(4, 1h, 3);
    home.opt_out(5, 1h);
    home.in_ledger(5, Status::complete, 1h);
    home.look();
    CHECK(home.queued() == Ids{1, 2, 3});
    CHECK(home.queue->list({}).front().origin == Origin::sweep);
    CHECK(home.metric(lost) == 3);
    CHECK(home.metric("sweep_rows_total") >= 5);
    CHECK(home.metric("sweep_lag_seconds") >= 3 * 3600);
    CHECK(home.metric("sweep_lag_seconds") < 4 * 3600);

    // A new process, the same queue: what waits there is not found again.
    home.restart();
    home.look();
    CHECK(home.queued() == Ids{1, 2, 3});
    CHECK(home.metric(lost) == 0);
    CHECK(home.metric("sweep_lag_seconds") == 0);
}

TEST_CASE("Nothing that is older than the installation is acted on") {
    Household home;
    home.installed(2h);
    home.opt_out(1, 3h);
    home.opt_out(2, 1h);
    home.look();
    home.look();
    CHECK(home.queued() == Ids{2});
}

TEST_CASE("The installation is when a daemon was started first, not when it was started last") {
    Household home;
    const Timestamp first = now() - 2h;
    home.world.daemon.change("DELETE FROM test_ledger.mark");
    Marks marks(home.world.daemon, World::ledger_name);
    CHECK(marks.installed_at(first) == first);
    CHECK(marks.installed_at(now()) == first);
    home.opt_out(1, 1h);
    home.look();
    CHECK(home.queued() == Ids{1});
}

TEST_CASE("A contact with several rows is queued once, and counted once") {
    Household home;
    home.opt_out(1, 3h);
    home.row(1, 2h);
    home.row(1, 1h, 2);
    home.options.page_rows = 10;
    home.look();
    CHECK(home.queued() == Ids{1});
    CHECK(home.metric(lost) == 1);
}

TEST_CASE("Who has a job is left alone, whatever the job waits for") {
    Household home;
    home.opt_out(1, 1h);
    home.opt_out(2, 1h);
    home.queue->store(std::vector<queue::Arrival>{{1, Origin::webhook, now()}});
    home.look();
    CHECK(home.queued() == Ids{1, 2});
    CHECK(home.metric(lost) == 1);
    CHECK(home.queue->list({}).front().revision <= 1);
}

TEST_CASE("A young row is left to its webhook, and found as soon as that is late") {
    Household home;
    home.options.webhook_delay = 1h;
    home.restart();
    SECTION("seen by the comparison of everything") {
        home.opt_out(1, 1h - 3s);
        home.look();
    }
    SECTION("seen as a new row") {
        home.look();
        home.opt_out(1, 1h - 3s);
        home.look();
    }
    CHECK(home.queued().empty());
    look_until_queued(home, 1);
    CHECK(home.metric(lost) == 1);
}

TEST_CASE("A row in its grace period is found after it") {
    Household home;
    home.options.webhook_delay = 0ms;
    home.world.triggers.grace[policy::Reason::unsubscribed] = 1h;
    home.world.prepare();
    home.restart();
    home.opt_out(1, 1h - 3s);
    home.look();
    CHECK(home.queued().empty());
    look_until_queued(home, 1);
}

TEST_CASE("Who re-subscribes before the webhook is late is forgotten") {
    Household home;
    home.options.webhook_delay = 1h;
    home.restart();
    home.opt_out(1, 1h - 3s);
    home.opt_out(2, 1h - 2s);
    home.look();
    home.world.mautic.resubscribe(1);
    look_until_queued(home, 2);
}

TEST_CASE("New rows are found without another comparison of everything") {
    Household home;
    home.opt_out(1, 1h);
    home.look();
    home.finish_jobs();
    home.in_ledger(1, Status::settling, 1h);
    const double compared = home.metric("sweep_full_timestamp_seconds");
    home.opt_out(2, 1h);
    home.opt_out(3, 1h, 3);
    home.look();
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
    home.look();
    home.finish_jobs();
    for (ContactId contact = 100; contact < 140; ++contact) home.in_ledger(contact, Status::settling, 1h);
    // The date that Mautic writes is that of the change; the webhook's time to come is short here.
    home.options.webhook_delay = 0ms;
    home.restart();
    home.look();
    REQUIRE(home.queued().empty());
    home.world.mautic.connection().change(
        "UPDATE lead_donotcontact SET reason = 1, date_added = UTC_TIMESTAMP() WHERE lead_id = 1");
    home.look();
    CHECK(home.queued() == (indexed ? Ids{1} : Ids{}));
    home.restart();
    home.look();
    CHECK(home.queued() == Ids{1});
}

TEST_CASE("A row whose transaction commits after a later one's is not missed") {
    Household home;
    home.look();
    for (ContactId contact = 1; contact <= 2; ++contact) home.contact(contact);
    database::Connection slow(home.world.mautic.options());
    slow.begin();
    slow.change("INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) VALUES (1, '" +
                format_utc(now() - 1h).substr(0, 19) + "', 1, 'email')");
    home.row(2, 1h);
    home.look();
    CHECK(home.queued() == Ids{2});
    slow.commit();
    home.look();
    CHECK(home.queued() == Ids{1, 2});
}

TEST_CASE("After the list was emptied, and its ids begin anew, new rows are found again") {
    Household home;
    home.options.page_rows = 10;
    home.restart();
    home.opt_out_many(1, 40);
    home.look();
    home.finish_jobs();
    home.world.mautic.connection().change("DELETE FROM lead_donotcontact");
    home.world.mautic.connection().change("ALTER TABLE lead_donotcontact AUTO_INCREMENT = 1");
    home.look();
    home.opt_out(90, 1h);
    home.look();
    CHECK(home.queued() == Ids{90});
}

TEST_CASE("More rows than one look takes are found by the looks after it, which follow at once") {
    Household home;
    home.options.page_rows = 10;
    home.options.incremental = 1h;
    home.restart();
    home.look();
    home.options.incremental = 0ms;
    home.restart();
    home.look();
    home.opt_out_many(1, 250);  // twenty pages and some
    home.look_once();
    CHECK(home.queued().size() == 200);
    CHECK(home.sweep->period() == 0ms);
    home.look_once();
    CHECK(home.queued().size() == 250);
    CHECK(home.metric(lost) == 250);
}

TEST_CASE("The comparison of everything goes on in slices until it is through") {
    Household home;
    home.options.page_rows = 10;
    home.options.incremental = 1h;
    home.restart();
    home.opt_out_many(1, 1'003);
    std::size_t looks = 0;
    do {
        home.look_once();
        ++looks;
        CHECK((home.is_compared() || home.sweep->period() == 0ms));
    } while (!home.is_compared());
    CHECK(looks >= 5);
    CHECK(home.queued().size() == 1'003);
    CHECK(home.metric(lost) == 1'003);
    CHECK(home.sweep->period() > 59min);
}

TEST_CASE("It is over at once when a stop is requested, and goes on from there") {
    Household home;
    home.options.page_rows = 10;
    home.restart();
    home.opt_out_many(1, 400);
    home.look_once();
    const std::size_t before = home.queued().size();
    REQUIRE(before > 0);
    home.stop.request_stop();
    for (int look = 0; look < 50; ++look) home.look_once();
    CHECK(home.queued().size() < 400);
    CHECK_FALSE(home.is_compared());
    home.stop = std::stop_source();
    home.look();
    CHECK(home.queued().size() == 400);
}

TEST_CASE("A full queue loses nothing: the same rows are found when there is room") {
    Household home;
    home.queue_options.jobs_max = 2;
    home.restart();
    for (ContactId contact = 1; contact <= 3; ++contact) home.opt_out(contact, 1h);
    CHECK_THROWS_AS(home.look(), queue::QueueError);
    CHECK(home.queued().empty());
    CHECK(home.metric(lost) == 0);
    home.queue_options.jobs_max = 10;
    const auto sweep = std::move(home.sweep);
    home.restart();
    home.look();
    CHECK(home.queued() == Ids{1, 2, 3});
}

TEST_CASE("A queue that is full for a while delays what is new and loses none of it") {
    Household home;
    home.queue_options.jobs_max = 3;
    home.restart();
    home.look();
    home.queue->store(
        std::vector<queue::Arrival>{{91, Origin::webhook, now()}, {92, Origin::webhook, now()}});
    home.opt_out(1, 1h);
    home.opt_out(2, 1h);
    CHECK_THROWS_AS(home.look(), queue::QueueError);
    CHECK_THROWS_AS(home.look(), queue::QueueError);
    home.finish_jobs();
    home.look();
    CHECK(home.queued() == Ids{1, 2});
    CHECK(home.metric(lost) == 2);
}

TEST_CASE("After a lost connection it goes on with another one") {
    Household home;
    home.options.page_rows = 10;
    home.restart();
    home.opt_out_many(1, 400);
    home.look_once();
    {
        database::Connection doomed(home.world.mautic.options());
        auto id = doomed.select("SELECT CONNECTION_ID()");
        id.next();
        home.world.mautic.connection().change("KILL " + id.text(0));
        CHECK_THROWS_AS(home.look_once(doomed), database::DatabaseError);
    }
    home.look();
    CHECK(home.queued().size() == 400);
    CHECK(home.metric(lost) == 400);
}

TEST_CASE(
    "The comparison finds what was filled in again, begun and left, on hold, or partial by another policy") {
    Household home;
    home.contact(1, "back@example.org");
    home.row(1, 48h);
    home.in_ledger(1, Status::complete, 24h);
    home.opt_out(2, 48h);
    home.in_ledger(2, Status::settling, 26h);
    home.opt_out(3, 48h);
    home.in_ledger(3, Status::settling, 24h);
    home.opt_out(4, 48h);
    home.in_ledger(4, Status::held, 24h);
    home.opt_out(5, 48h);
    home.in_ledger(5, Status::partial, 24h);
    home.opt_out(6, 48h);
    home.in_ledger(6, Status::superseded, 72h);
    home.look();
    CHECK(home.queued() == Ids{1, 2, 4, 6});
    CHECK(home.metric(filled_again) == 1);
    CHECK(home.metric(unfinished) == 2);
    CHECK(home.metric(lost) == 1);
    home.finish_jobs();
    home.world.policy.fields["city"] = policy::FieldRule::keep;
    home.world.prepare();
    home.restart();
    home.look();
    CHECK(home.queued() == Ids{1, 2, 4, 5, 6});
}

TEST_CASE("Two daemons find the same lost row, each for itself") {
    Household home;
    home.opt_out(1, 1h);
    home.look();
    TemporaryDirectory elsewhere;
    queue::QueueOptions options = home.queue_options;
    options.directory = elsewhere.path();
    home.queue_options = options;
    home.restart();
    home.look();
    CHECK(home.queued() == Ids{1});
    home.finish_jobs();
    // Once one of them has erased the contact, it is not found any more.
    home.in_ledger(1, Status::settling, 0ms);
    home.restart();
    home.look();
    CHECK(home.queued().empty());
}
