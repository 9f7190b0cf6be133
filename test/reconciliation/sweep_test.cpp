// What the sweep finds, and what it leaves alone.
#include "reconciliation/sweep.h"

#include "background/checkpoints.h"
#include "reconciliation/household.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::test;
using namespace std::chrono_literals;
using ledger::Status;

namespace {

constexpr const char* filled_again = "sweep_found_total{reason=\"filled_again\"}";
constexpr const char* unfinished = "sweep_found_total{reason=\"unfinished\"}";

}  // namespace

TEST_CASE("The first run after a start finds everybody whose webhook was lost") {
    Household home;
    home.options.incremental = 1h;
    home.restart();
    for (ContactId contact = 1; contact <= 3; ++contact) home.opt_out(contact, contact * 1h);
    home.opt_out(4, 1h, 3);
    home.opt_out(5, 1h);
    home.in_ledger(5, Status::complete, 1h);
    home.run();
    CHECK(home.queued() == Ids{1, 2, 3});
    CHECK(home.queue->list({}).front().origin == Origin::sweep);
    CHECK(home.metric(lost_webhooks) == 3);
    CHECK(home.metric("sweep_rows_total") >= 5);
    CHECK(home.metric("sweep_lag_seconds") >= 3 * 3600);
    CHECK(home.metric("sweep_lag_seconds") < 4 * 3600);

    // A new process, the same queue: what waits there is not found again.
    home.restart();
    home.run();
    CHECK(home.queued() == Ids{1, 2, 3});
    CHECK(home.metric(lost_webhooks) == 0);
    CHECK(home.metric("sweep_lag_seconds") == 0);
}

TEST_CASE("Nothing that is older than the installation is acted on") {
    Household home;
    home.installed(2h);
    home.opt_out(1, 3h);
    home.opt_out(2, 1h);
    home.run();
    home.run();
    CHECK(home.queued() == Ids{2});
}

TEST_CASE("The installation is when a daemon was started first, not when it was started last") {
    Household home;
    const Timestamp first = now() - 2h;
    home.world.daemon.change("DELETE FROM test_ledger.mark");
    Checkpoints marks(home.world.daemon, World::ledger_name);
    CHECK(marks.installed_at(first) == first);
    CHECK(marks.installed_at(now()) == first);
    home.opt_out(1, 1h);
    home.run();
    CHECK(home.queued() == Ids{1});
}

TEST_CASE("A contact with several rows is queued once, and counted once") {
    Household home;
    home.opt_out(1, 3h);
    home.row(1, 2h);
    home.row(1, 1h, 2);
    home.options.page_rows = 10;
    home.run();
    CHECK(home.queued() == Ids{1});
    CHECK(home.metric(lost_webhooks) == 1);
}

TEST_CASE("Who has a job is left alone, whatever the job waits for") {
    Household home;
    home.opt_out(1, 1h);
    home.opt_out(2, 1h);
    home.queue->store(std::vector<queue::Arrival>{{1, Origin::webhook, now()}});
    home.run();
    CHECK(home.queued() == Ids{1, 2});
    CHECK(home.metric(lost_webhooks) == 1);
    CHECK(home.queue->list({}).front().revision <= 1);
}

TEST_CASE("The comparison of everything goes on in slices until it is through") {
    Household home;
    home.options.page_rows = 10;
    home.options.incremental = 1h;
    home.restart();
    home.opt_out_many(1, 1'003);
    std::size_t looks = 0;
    do {
        home.run_once();
        ++looks;
        CHECK((home.is_compared() || home.sweep->period() == 0ms));
    } while (!home.is_compared());
    CHECK(looks >= 5);
    CHECK(home.queued().size() == 1'003);
    CHECK(home.metric(lost_webhooks) == 1'003);
    CHECK(home.sweep->period() > 59min);
}

TEST_CASE("It is over at once when a stop is requested, and goes on from there") {
    Household home;
    home.options.page_rows = 10;
    home.restart();
    home.opt_out_many(1, 400);
    home.run_once();
    const std::size_t before = home.queued().size();
    REQUIRE(before > 0);
    home.stop.request_stop();
    for (int look = 0; look < 50; ++look) home.run_once();
    CHECK(home.queued().size() < 400);
    CHECK_FALSE(home.is_compared());
    home.stop = std::stop_source();
    home.run();
    CHECK(home.queued().size() == 400);
}

TEST_CASE("A full queue loses nothing: the same rows are found when there is room") {
    Household home;
    home.queue_options.jobs_max = 2;
    home.restart();
    for (ContactId contact = 1; contact <= 3; ++contact) home.opt_out(contact, 1h);
    CHECK_THROWS_AS(home.run(), queue::QueueError);
    CHECK(home.queued().empty());
    CHECK(home.metric(lost_webhooks) == 0);
    home.queue_options.jobs_max = 10;
    const auto sweep = std::move(home.sweep);
    home.restart();
    home.run();
    CHECK(home.queued() == Ids{1, 2, 3});
}

TEST_CASE("After a lost connection it goes on with another one") {
    Household home;
    home.options.page_rows = 10;
    home.restart();
    home.opt_out_many(1, 400);
    home.run_once();
    {
        database::Connection doomed(home.world.mautic.options());
        auto id = doomed.select("SELECT CONNECTION_ID()");
        id.next();
        home.world.mautic.connection().change("KILL " + id.text(0));
        CHECK_THROWS_AS(home.run_once(doomed), database::DatabaseError);
    }
    home.run();
    CHECK(home.queued().size() == 400);
    CHECK(home.metric(lost_webhooks) == 400);
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
    home.run();
    CHECK(home.queued() == Ids{1, 2, 4, 6});
    CHECK(home.metric(filled_again) == 1);
    CHECK(home.metric(unfinished) == 2);
    CHECK(home.metric(lost_webhooks) == 1);
    home.finish_jobs();
    home.world.policy.fields["city"] = policy::FieldRule::keep;
    home.world.prepare();
    home.restart();
    home.run();
    CHECK(home.queued() == Ids{1, 2, 4, 5, 6});
}

TEST_CASE("Two daemons find the same lost row, each for itself") {
    Household home;
    home.opt_out(1, 1h);
    home.run();
    TemporaryDirectory elsewhere;
    queue::QueueOptions options = home.queue_options;
    options.directory = elsewhere.path();
    home.queue_options = options;
    home.restart();
    home.run();
    CHECK(home.queued() == Ids{1});
    home.finish_jobs();
    // Once one of them has erased the contact, it is not found any more.
    home.in_ledger(1, Status::settling, 0ms);
    home.restart();
    home.run();
    CHECK(home.queued().empty());
}

TEST_CASE("a clock that is ahead does not make everything older than the installation") {
    Household home;
    background::Checkpoints marks(home.world.daemon, World::ledger_name);
    SECTION("the first start") {
        home.world.daemon.change(std::string("DELETE FROM ") + World::ledger_name +
                                 ".mark WHERE name = 'installed'");
        CHECK(marks.installed_at(now() + std::chrono::hours{24 * 365}) < now() + std::chrono::minutes{1});
    }
    SECTION("noted long ago") {
        marks.set_time(background::Checkpoints::installed, now() + std::chrono::hours{24 * 365});
    }
    CHECK(marks.installed_at() < now() + std::chrono::minutes{1});
    CHECK(marks.time(background::Checkpoints::installed).value() < now() + std::chrono::minutes{1});
    SECTION("one that is not ahead stays") {
        const Timestamp noted = now() - std::chrono::hours{24};
        marks.set_time(background::Checkpoints::installed, noted);
        CHECK(marks.installed_at() == std::chrono::floor<Milliseconds>(noted));
    }
}

TEST_CASE("Who was erased and opts out again is found, with and without an address") {
    const bool by_later_pass = GENERATE(false, true);
    for (const bool has_address : {false, true}) {
        CAPTURE(has_address, by_later_pass);
        Household home;
        auto& root = home.world.mautic.connection();
        home.world.triggers.channels = {"email", "sms"};
        if (has_address) home.world.policy.fields["email"] = policy::FieldRule::keep;
        home.world.prepare();
        home.contact(1, has_address ? "kept@example.org" : "");
        root.change("UPDATE leads SET firstname = 'Ann', mobile = '0123' WHERE id = 1");
        home.row(1, 48h, 1, "sms");
        REQUIRE(home.world.erase(1).verdict == erasure::Verdict::erased);
        home.world.erase(1, 1, false);
        REQUIRE(home.world.ledger(1)->status != Status::settling);
        root.change(
            "UPDATE test_ledger.erasure SET erased_at = UTC_TIMESTAMP(3) - INTERVAL 30 HOUR,"
            " last_pass_at = UTC_TIMESTAMP(3) - INTERVAL 3 HOUR");
        home.run();
        CHECK(home.queued().empty());

        root.change("DELETE FROM lead_donotcontact");
        root.change("UPDATE leads SET firstname = 'Ann', mobile = '0123' WHERE id = 1");
        home.row(1, 1h, 1, "sms");
        home.restart();
        home.run();
        CHECK(home.queued() == Ids{1});
        // A later pass of the erasure before, which comes first, is the first of a new one.
        const auto result = home.world.erase(1, by_later_pass ? 1 : 0);
        CHECK(result.is_first_pass);
        CHECK(home.world.ledger(1)->passes == 1);
        CHECK(home.world.ledger(1)->rows_late == 0);
        CHECK((home.world.ledger(1)->status == Status::settling) == !has_address);
        CHECK(home.world.former(1).size() == 1);
        CHECK(home.world.mautic.field(1, "mobile") != "0123");
        home.finish_jobs();
        home.restart();
        home.run();
        CHECK(home.queued().empty());
    }
}
