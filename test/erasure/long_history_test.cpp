// A contact with a long history takes several transactions. It is worked off alone, and nothing about it is
// ever anybody else's; what interrupts it costs nothing but the slice.
#include "erasure/world.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using erasure::Verdict;
using ledger::Status;

namespace {

constexpr ContactId bystander = 5;
constexpr ContactId long_known = 7;
constexpr const char* written_in_base64 = "url LIKE '%b25jZUB6%'";

erasure::Request request(ContactId contact, int pass = 0) {
    return {contact, Origin::webhook, now(), pass, true};
}

// The busy one has 25 views more than most, in an address each.
class LongHistory : public World {
  public:
    LongHistory() {
        slice_rows = 10;
        mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("legal claim")}});
        holds.tags = {"legal claim"};
        for (const ContactId id : {bystander, long_known}) {
            mautic.add_contact(id);
            mautic.unsubscribe(id);
        }
        change(
            "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url) SELECT 7, NOW(), 200, 't',"
            " CONCAT('https://www.example.org/?n=', seq, '&e=zq7f7x') FROM " +
            test::sequence(1, 25));
    }
    void change(const std::string& sql) { mautic.connection().change(sql); }
    void hold(ContactId contact) {
        mautic.insert("lead_tags_xref", {{"lead_id", contact}, {"tag_id", std::uint64_t{1}}});
    }
    // As the daemon would: between two slices `meanwhile` happens.
    erasure::Result erase_busy(const std::function<void()>& meanwhile, int pass = 0) {
        prepare();
        erasure::Eraser eraser(daemon, rules(), [&] {
            meanwhile();
            return true;
        });
        return eraser.erase(std::vector<erasure::Request>{request(long_known, pass)}).at(0);
    }
    std::uint64_t ips_of(const std::string& like) {
        return mautic.row_count("ip_addresses", "ip_address LIKE '" + like + "'");
    }
};

}  // namespace

TEST_CASE("beside a long history nobody is worked off, whoever else is in the batch") {
    const std::map<std::string, std::function<void(LongHistory&)>> others{
        {"on hold", [](LongHistory& world) { world.hold(bystander); }},
        {"erased before", [](LongHistory& world) { world.erase(bystander); }},
        {"in grace",
         [](LongHistory& world) {
             world.triggers.grace[policy::Reason::unsubscribed] = std::chrono::hours(24);
             world.change("UPDATE lead_donotcontact SET date_added = '2025-01-01' WHERE lead_id = 7");
         }},
        {"not do-not-contact", [](LongHistory& world) { world.mautic.resubscribe(bystander); }},
        {"deleted", [](LongHistory& world) { world.change("DELETE FROM leads WHERE id = 5"); }},
    };
    for (const auto& [name, make] : others) {
        CAPTURE(name);
        LongHistory world;
        make(world);
        world.prepare();
        const std::string before = world.mautic.dump();
        const std::string recorded = world.ledger_dump();
        CHECK_THROWS_AS(world.erase({request(bystander), request(long_known)}), erasure::TooManyRows);
        CHECK_THROWS_AS(world.erase({request(long_known), request(bystander)}), erasure::TooManyRows);
        CHECK((world.mautic.dump() == before));
        CHECK(world.ledger_dump() == recorded);
        CHECK(world.erase(long_known).verdict == Verdict::erased);
        CHECK(world.ledger(long_known)->status == Status::settling);
        const auto row = world.ledger(bystander);
        CHECK((!row || row->status != Status::erasing));
    }
}

TEST_CASE("a hold that comes before anything of a long history was erased is kept") {
    LongHistory world;
    world.erase(long_known);
    world.mautic.resubscribe(long_known);
    world.erase(long_known);
    REQUIRE(world.ledger(long_known)->status == Status::superseded);
    world.change("UPDATE leads SET email = 'anew@example.org' WHERE id = 7");
    world.mautic.unsubscribe(long_known);
    // The views are as an erasure leaves them: the first slices change nothing.
    const auto result = world.erase_busy([&] {
        if (world.mautic.row_count("lead_tags_xref") == 0) world.hold(long_known);
    });
    CHECK(result.verdict == Verdict::held);
    CHECK(world.ledger(long_known)->status == Status::held);
    CHECK(world.mautic.field(long_known, "email") == "anew@example.org");
}

// Promise 12: whatever happens in another chunk. Who came back, or was brought back by a backup, may have
// given everything anew.
TEST_CASE("a hold that is set in the middle of an erasure keeps what is left") {
    LongHistory world;
    world.change("UPDATE lead_donotcontact SET date_added = date_added - INTERVAL 1 DAY WHERE lead_id = 7");
    // The first slice is committed, then the daemon has to stop.
    world.prepare();
    erasure::Eraser stopped(world.daemon, world.rules(), [] { return false; });
    CHECK_THROWS_WITH(stopped.erase(std::vector<erasure::Request>{request(long_known)}),
                      ContainsSubstring("stopped"));
    REQUIRE(world.ledger(long_known)->status == Status::erasing);
    world.hold(long_known);
    if (GENERATE(true, false)) {
        world.mautic.resubscribe(long_known);
        world.change("UPDATE leads SET email = 'anew@example.org' WHERE id = 7");
        world.mautic.unsubscribe(long_known);
    }
    const std::string before = world.mautic.dump();
    CHECK(world.erase(long_known).verdict == Verdict::held);
    CHECK((world.mautic.dump() == before));
    CHECK(world.ledger(long_known)->status == Status::held);
    CHECK(world.former(long_known).size() == 1);
    world.change("DELETE FROM lead_tags_xref WHERE lead_id = 7");
    CHECK(world.erase(long_known).verdict == Verdict::erased);
    CHECK(world.mautic.places_of("zq7f7x").empty());
}

TEST_CASE("an old address that a later table tells is looked for in the slices before") {
    LongHistory world;
    // The mail to it is in a table that is not worked off in slices, and comes after the views.
    world.change(
        "UPDATE page_hits SET url = 'https://www.example.org/of/b25jZUB6cTdmOXguZXhhbXBsZS5vcmc=/'"
        " WHERE url LIKE '%?n=1&%'");  // the address in base64
    REQUIRE(world.mautic.row_count("page_hits", written_in_base64) == 1);
    world.change(
        "UPDATE email_stats SET email_address = 'once@zq7f9x.example.org'"
        " WHERE lead_id = 7 ORDER BY id LIMIT 1");
    CHECK(world.erase(long_known).status == Status::settling);
    CHECK(world.mautic.places_of("zq7f9x").empty());
    CHECK(world.mautic.row_count("page_hits", written_in_base64) == 0);
}

// Whatever the number of slices: each begins where the one before has ended, and does not walk over what is
// done.
TEST_CASE("finished slices are not read again") {
    constexpr std::uint64_t views = 2'000;
    LongHistory world;
    world.slice_rows = 20;
    world.policy.newest_text_rows = 10;  // which every transaction asks for
    world.change(
        "INSERT INTO page_hits (lead_id, date_hit, code, tracking_id, url) SELECT 7, NOW(), 200, 't',"
        " CONCAT('https://www.example.org/?n=', seq) FROM " +
        sequence(1, views));
    const auto rows_read = [&] {
        std::uint64_t sum = 0;
        database::Rows rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        while (rows.next()) sum += std::stoull(rows.text(1));
        return sum;
    };
    std::uint64_t slices = 0;
    world.prepare();
    const std::uint64_t before = rows_read();
    world.erase_busy([&] { ++slices; });
    REQUIRE(slices > 90);
    // Each row is read by some statements: found, changed, checked. Were each slice to begin at the first
    // row, every row would be read fifty times more.
    const std::uint64_t read = rows_read() - before;
    CHECK(read > views);
    CHECK(read < 40 * (views + 25));
}

TEST_CASE("an old address that comes between two slices is looked for in the slices before") {
    LongHistory world;
    world.change(
        "UPDATE page_hits SET url = 'https://www.example.org/of/b25jZUB6cTdmOXguZXhhbXBsZS5vcmc=/'"
        " WHERE url LIKE '%?n=1&%'");  // the address in base64
    REQUIRE(world.mautic.row_count("page_hits", written_in_base64) == 1);
    bool is_there = false;
    world.erase_busy([&] {
        if (is_there) return;
        is_there = true;
        world.change(
            "INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed,"
            " viewed_in_browser) VALUES (7, 'once@zq7f9x.example.org', NOW(), 0, 0, 0)");
    });
    CHECK(is_there);
    CHECK(world.mautic.places_of("zq7f9x").empty());
    CHECK(world.mautic.row_count("page_hits", written_in_base64) == 0);
}

TEST_CASE("an old address is looked for although the mails to it were done before a kill") {
    LongHistory world;
    world.change(
        "INSERT INTO email_stats (lead_id, email_address, date_sent, is_read, is_failed,"
        " viewed_in_browser) SELECT 7, 'twice@zq7f7x.example.org', NOW(), 0, 0, 0 FROM " +
        test::sequence(1, 10));
    world.change(
        "UPDATE email_stats SET email_address = 'once@zq7f9x.example.org'"
        " WHERE lead_id = 7 ORDER BY id LIMIT 1");
    world.change(
        "UPDATE page_hits SET source = 'once@zq7f9x.example.org'"
        " WHERE lead_id = 7 ORDER BY id DESC LIMIT 1");
    world.prepare();
    const auto mails_to_do = [&] {
        return world.mautic.row_count("email_stats", "lead_id = 7 AND email_address LIKE '%@%'");
    };
    erasure::Eraser killed(world.daemon, world.rules(), [&] { return mails_to_do() > 3; });
    CHECK_THROWS_AS(killed.erase(std::vector<erasure::Request>{request(long_known)}), erasure::Interrupted);
    CHECK(mails_to_do() == 3);
    CHECK(world.mautic.places_of("zq7f9x") == std::set<std::string>{"page_hits.source"});
    // A column that is kept: the proof has to say so, by the hash of the mails that are done.
    const auto result = world.erase(long_known);
    CHECK(result.status == Status::partial);
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].column == "source");
}

// Only their hash is left of them, in the mails that the first pass hashed.
TEST_CASE("a later pass looks for the addresses of former mails by their hash") {
    World world;
    world.mautic.add_contact(long_known);
    world.mautic.unsubscribe(long_known);
    world.mautic.connection().change(
        "UPDATE email_stats SET email_address = 'once@zq7f9x.example.org'"
        " WHERE lead_id = 7 ORDER BY id LIMIT 1");
    CHECK(world.erase(long_known).status == Status::settling);
    REQUIRE(world.mautic.places_of("zq7f9x").empty());
    // A worker of Mautic's that was under way writes it once more: in a column that is kept, and in a text.
    world.mautic.insert("page_hits",
                        {{"lead_id", long_known},
                         {"date_hit", std::string("2026-02-01 08:00:00")},
                         {"code", std::int64_t{200}},
                         {"tracking_id", std::string("t")},
                         {"url", std::string("https://www.example.org/of/once@zq7f9x.example.org")},
                         {"source", std::string("once@zq7f9x.example.org")}});
    const auto result = world.erase(long_known, 1);
    CHECK(result.status == Status::partial);
    REQUIRE(result.findings.size() == 1);
    CHECK(result.findings[0].column == "source");
    CHECK(world.mautic.places_of("zq7f9x") == std::set<std::string>{"page_hits.source"});
}

TEST_CASE("a later pass whose early slice changed something is not complete") {
    LongHistory world;
    world.erase(long_known);
    world.change("UPDATE page_hits SET city = 'Back again' WHERE lead_id = 7 ORDER BY id LIMIT 1");
    const auto changed = world.erase(long_known, 1);
    CHECK(changed.status == Status::settling);
    CHECK(changed.counts.unexpected() == 1);
    CHECK(world.ledger(long_known)->status == Status::settling);
    CHECK(world.ledger(long_known)->rows_late == 1);
    CHECK_FALSE(world.ledger(long_known)->completed_at.has_value());
    CHECK(world.erase(long_known, 2).status == Status::complete);
    CHECK(world.ledger(long_known)->rows_late == 1);
}

TEST_CASE("while a later pass that changed something is under way nobody is told complete") {
    LongHistory world;
    world.erase(long_known);
    REQUIRE(world.erase(long_known, 1).status == Status::complete);
    world.change("UPDATE page_hits SET city = 'Back again' WHERE lead_id = 7 ORDER BY id LIMIT 1");
    std::set<Status> between;
    world.erase_busy([&] { between.insert(world.ledger(long_known)->status); }, 2);
    CHECK((between == std::set<Status>{Status::settling}));
    CHECK(world.ledger(long_known)->passes == 3);
}

TEST_CASE("internet addresses of the slices before go although a later slice fails or the process dies") {
    for (const bool dies : {false, true}) {
        CAPTURE(dies);
        LongHistory world;
        // Each view from an address of its own.
        world.change(
            "INSERT INTO ip_addresses (id, ip_address) SELECT 1000 + seq, CONCAT('198.51.100.', seq)"
            " FROM " +
            test::sequence(1, 27));
        world.change("SET @ip := 1000");
        world.change("UPDATE page_hits SET ip_id = (@ip := @ip + 1) WHERE lead_id = 7 ORDER BY id");
        // Somebody else's too, and not to be touched.
        world.change("UPDATE page_hits SET ip_id = 1003 WHERE lead_id = 5 LIMIT 1");
        world.prepare();
        int slices = 0;
        erasure::Eraser eraser(world.daemon, world.rules(), [&] {
            if (++slices == 1 && !dies) {
                world.change(
                    "CREATE TRIGGER busy BEFORE UPDATE ON page_hits FOR EACH ROW IF NEW.lead_id = 7"
                    " THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1205; END IF");
            }
            return !dies;
        });
        const std::vector<erasure::Request> requests{request(long_known)};
        if (dies) {
            CHECK_THROWS_AS(eraser.erase(requests), erasure::Interrupted);
        } else {
            CHECK_THROWS_AS(eraser.erase(requests), database::DatabaseError);
            world.change("DROP TRIGGER busy");
        }
        CHECK(world.ledger(long_known)->status == Status::erasing);
        CHECK(world.erase(long_known).status == Status::settling);
        CHECK(world.ips_of("198.51.100.%") == 1);
        CHECK(world.mautic.row_count("ip_addresses", "id = 1003") == 1);
        CHECK(world.mautic.row_count("page_hits", "lead_id = 5 AND ip_id = 1003") == 1);
    }
}
