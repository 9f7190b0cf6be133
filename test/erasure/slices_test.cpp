// A contact with very many rows in a table is worked off in slices, and nobody is told it was done before it
// is.
#include "erasure/comparable.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

// 25 hits and 12 mails more than one contact usually has, each naming the person.
void add_busy_people(World& world) {
    for (const ContactId id : {busy, neighbour}) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
    }
    auto& database = world.mautic.connection();
    database.change(
        "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url, query, referer) SELECT 7, NOW(), "
        "200, 't',"
        " CONCAT('https://www.example.org/?n=', seq, '&e=zq7f7x'), 'a:1:{s:5:\"email\";s:6:\"zq7f7x\";}', "
        "'zq7f7x'"
        " FROM " +
        test::sequence(1, 25));
    database.change(
        "INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed, viewed_in_browser)"
        " SELECT 7, CONCAT('old', seq, '@zq7f7x.example.org'), NOW(), 0, 0, 0 FROM " +
        test::sequence(1, 12));
    database.change("INSERT INTO lead_notes (lead_id, is_published, text) SELECT 7, 1, 'zq7f7x' FROM " +
                    test::sequence(1, 30));
}

}  // namespace

TEST_CASE("slices come to the same as one transaction") {
    std::string expected;
    erasure::Counts counts;
    {
        World whole;
        add_busy_people(whole);
        counts = whole.erase(busy).counts;
        expected = comparable(whole);
    }
    World world;
    add_busy_people(world);
    world.slice_rows = 10;
    const auto result = world.erase(busy);
    CHECK(result.status == Status::settling);
    CHECK(result.counts.rows_changed == counts.rows_changed);
    CHECK(result.counts.rows_deleted == counts.rows_deleted);
    CHECK((result.counts.rows_by_action == counts.rows_by_action));
    CHECK(world.ledger(busy)->rows_changed == counts.rows_changed);
    CHECK(world.ledger(busy)->rows_deleted == counts.rows_deleted);
    CHECK(world.ledger(busy)->passes == 1);
    CHECK(world.mautic.places_of("zq7f7x").empty());
    CHECK_FALSE(world.mautic.places_of(invented_person(neighbour).marker).empty());

    const auto again = world.erase(busy, 1);
    CHECK(again.status == Status::complete);
    CHECK(again.counts.unexpected() == 0);
    CHECK(world.ledger(busy)->rows_late == 0);
    CHECK((comparable(world) == expected));
}

TEST_CASE("between two slices the ledger says erasing, and running again goes on") {
    World world;
    add_busy_people(world);
    world.slice_rows = 10;
    int slices = 0;
    world.prepare();
    erasure::Eraser eraser(world.daemon, world.rules(), [&] { return ++slices < 3; });
    const std::vector<erasure::Request> requests{{busy, Origin::webhook, now(), 0, true}};
    CHECK_THROWS_AS(eraser.erase(requests), erasure::Interrupted);
    CHECK(slices == 3);
    CAPTURE(world.ledger_dump());
    const auto halfway = world.ledger(busy);
    REQUIRE(halfway.has_value());
    CHECK(halfway->status == Status::erasing);
    CHECK_FALSE(halfway->erased_at.has_value());
    // Ten of each table, with what hangs on the mails.
    const auto devices = world.mautic.row_count("email_stats_devices",
                                                "stat_id IN (SELECT id FROM email_stats WHERE lead_id = 7)");
    CHECK(devices > 0);
    CHECK(halfway->rows_changed + halfway->rows_deleted == 20 + devices);
    CHECK(world.mautic.field(busy, "email") == invented_person(busy).email());

    CHECK(world.erase(busy).status == Status::settling);
    CHECK(world.ledger(busy)->erased_at.has_value());
    CHECK(world.ledger(busy)->passes == 1);
    CHECK(world.mautic.places_of("zq7f7x").empty());
}

TEST_CASE("rows that hang on those of a slice are processed with it, and their internet addresses go") {
    World world;
    add_busy_people(world);
    auto& database = world.mautic.connection();
    database.change(
        "INSERT INTO ip_addresses (id, ip_address) SELECT 500 + seq, CONCAT('198.51.100.', seq) FROM " +
        test::sequence(1, 12));
    database.change(
        "INSERT INTO email_stats_devices (stat_id, ip_id, date_opened)"
        " SELECT s.id, 500 + (SELECT COUNT(*) FROM email_stats o WHERE o.email_address LIKE 'old%' AND o.id "
        "<= s.id),"
        " NOW() FROM email_stats s WHERE s.email_address LIKE 'old%'");
    world.slice_rows = 5;
    const auto with_own_address = [&](const char* table) {
        return world.mautic.row_count(table, "ip_id BETWEEN 501 AND 512");
    };
    REQUIRE(with_own_address("email_stats_devices") == 12);
    const auto mails_in_clear = [&] {
        return world.mautic.row_count("email_stats", "email_address LIKE 'old%'");
    };
    world.prepare();
    std::uint64_t slices_of_mails = 0;
    erasure::Eraser eraser(world.daemon, world.rules(), [&] {
        if (mails_in_clear() < 12) {
            ++slices_of_mails;
            CHECK(with_own_address("email_stats_devices") == mails_in_clear());
            CHECK(world.mautic.row_count("ip_addresses", "id > 500") == mails_in_clear());
        }
        return true;
    });
    const std::vector<erasure::Request> request{{busy, Origin::webhook, now(), 0, true}};
    CHECK(eraser.erase(request).at(0).status == Status::settling);
    CHECK(slices_of_mails >= 2);
    CHECK(with_own_address("email_stats_devices") == 0);
    CHECK(world.mautic.row_count("ip_addresses", "id > 500") == 0);
}

TEST_CASE("contacts that have too many rows together are refused together") {
    World world;
    add_busy_people(world);
    world.slice_rows = 10;
    const std::vector<erasure::Request> both{{busy, Origin::webhook, now(), 0, true},
                                             {neighbour, Origin::webhook, now(), 0, true}};
    CHECK_THROWS_AS(world.erase(both), erasure::TooManyRows);
    CHECK_FALSE(world.ledger(busy).has_value());
    CHECK_FALSE(world.ledger(neighbour).has_value());
}

TEST_CASE("what a slice finds left is told in the end") {
    World world;
    add_busy_people(world);
    world.slice_rows = 10;
    world.mautic.connection().change(
        "UPDATE page_hits SET source = CONCAT('a', 'old@zq7f7x.example.org') WHERE id = 3");
    world.mautic.connection().change(
        "UPDATE email_stats SET source = email_address WHERE lead_id = 7 LIMIT 1");
    const auto result = world.erase(busy);
    CHECK(result.status == Status::partial);
    CHECK(world.ledger(busy)->status == Status::partial);
}

TEST_CASE("a contact that is re-subscribed between two slices is left alone from then on") {
    World world;
    add_busy_people(world);
    world.slice_rows = 10;
    world.prepare();
    erasure::Eraser eraser(world.daemon, world.rules(), [&] {
        world.mautic.resubscribe(busy);
        return true;
    });
    const std::vector<erasure::Request> requests{{busy, Origin::webhook, now(), 0, true}};
    const auto results = eraser.erase(requests);
    CHECK(results.at(0).verdict == erasure::Verdict::not_do_not_contact);
    CHECK(results.at(0).superseded);
    CHECK(world.ledger(busy)->status == Status::superseded);
    CHECK(world.mautic.field(busy, "email") == invented_person(busy).email());
}

TEST_CASE("what only its text ties is looked for at the end of a long history, not in every slice") {
    World world;
    add_busy_people(world);
    world.mautic.connection().change("INSERT INTO page_hits (lead_id, date_hit, code, tracking_id) SELECT " +
                                     std::to_string(neighbour) + ", NOW(), 200, 't' FROM " +
                                     test::sequence(1, 2000));
    world.slice_rows = 5;
    const auto rows_read = [&] {
        std::uint64_t sum = 0;
        database::Rows rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        while (rows.next()) sum += std::stoull(rows.text(1));
        return sum;
    };
    world.prepare();
    const std::uint64_t before = rows_read();
    CHECK(world.erase(busy).status == Status::settling);  // 14 slices
    const std::uint64_t newest = world.policy.newest_text_rows;
    CHECK(rows_read() - before < 2 * 5 * newest);  // those of page views alone are read twice for each look
    CHECK(world.mautic.places_of("zq7f7x").empty());
}
