// However many contacts, tables and rows there are: no statement has more parameters than a server takes.
#include "erasure/preview.h"
#include "erasure/world.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("a thousand contacts are erased in one transaction, whatever tables they have rows in") {
    const auto versions = MauticDatabase::facts_versions();
    if (versions.empty()) return;
    World world("", versions.back(), false);
    world.slice_rows = 100'000;
    auto& root = world.mautic.connection();
    root.change("SET foreign_key_checks = 0");
    root.change(
        "INSERT INTO leads (id, is_published, points, email) SELECT seq, 1, 0,"
        " CONCAT('number', seq, '@example.org') FROM " +
        test::sequence(1, 1001));
    root.change(
        "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel)"
        " SELECT seq, '2025-01-01', 1, 'email' FROM " +
        test::sequence(1, 1000));
    root.change(
        "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url) SELECT seq, NOW(), 200, 't',"
        " 'https://www.example.org/?a=b' FROM " +
        test::sequence(1, 1001));
    root.change(
        "INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed,"
        " viewed_in_browser) SELECT seq, CONCAT('number', seq, '@example.org'), NOW(), 0, 0, 0"
        " FROM " +
        test::sequence(1, 1001));
    // A row in every other table that is asked for the contacts at once, so that all are asked for long ones.
    world.prepare();
    for (const plan::Step& step : world.plan().steps) {
        if (step.tie.kind != mautic::Tie::Kind::column || world.mautic.row_count(step.table) > 0) continue;
        world.mautic.insert(step.table, {{step.tie.column, std::uint64_t{1}}});
    }
    std::vector<erasure::Request> requests;
    for (ContactId contact = 1; contact <= 1000; ++contact) {
        requests.push_back({contact, Origin::webhook, now(), 0, true});
    }
    for (const auto& result : world.erase(requests)) CHECK(result.verdict == erasure::Verdict::erased);
    CHECK(world.mautic.row_count("leads", "email LIKE '%@%'") == 1);
    CHECK(world.mautic.row_count("email_stats", "email_address LIKE '%@%'") == 1);
    CHECK(world.mautic.row_count("page_hits", "url LIKE '%?%'") == 1);
}

TEST_CASE("what an erasure would rewrite is counted, however many rows it is") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.prepare();
    const auto pending = [&] {
        std::uint64_t rows = 0;
        for (const auto& step : erasure::preview(world.daemon, *world.rules(), 7)) rows += step.pending;
        return rows;
    };
    const std::uint64_t before = pending();
    world.mautic.connection().change(
        "INSERT INTO lead_event_log (lead_id, date_added, properties) SELECT 7, NOW(), '{\"a\":\"b\"}' FROM"
        " " +
        test::sequence(1, 33000));
    CHECK(pending() == before + 33'000);
}
