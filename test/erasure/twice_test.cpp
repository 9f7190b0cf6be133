// Twice is once: what a later pass does, and how a hash is told from a value that only looks like one.
#include <functional>

#include "erasure/world.h"
#include "orphans/orphan_eraser.h"
#include "restore/import.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

void set_field(World& world, const std::string& field, const std::string& value) {
    const database::Value parameters[] = {value};
    world.mautic.connection().change("UPDATE leads SET " + field + " = ? WHERE id = 7", parameters);
}

}  // namespace

TEST_CASE("a field that was filled again is hashed again, a hash is not") {
    World world;
    add_unsubscribed(world);
    world.erase(7);
    const std::string email_hash = world.mautic.field(7, "email");
    set_field(world, "firstname", "Zq7f7x Again");
    set_field(world, "city", "City of zq7f7x");
    const auto second = world.erase(7, 1);
    CHECK(second.counts.unexpected() == 1);
    CHECK(second.status == Status::settling);
    CHECK(world.mautic.field(7, "firstname") == world.md5("Zq7f7x Again"));
    CHECK(world.mautic.field(7, "city") == "NULL");
    CHECK(world.mautic.field(7, "email") == email_hash);
    CHECK(world.ledger(7)->rows_late == 1);
    CHECK(world.erase(7, 2, false).status == Status::complete);
}

TEST_CASE("a whole row that an import wrote back is erased again") {
    World world;
    add_unsubscribed(world);
    world.erase(7);
    const Person person = invented_person(7);
    set_field(world, "email", "  Someone.Zq7f7x@Example.org");
    set_field(world, "phone", person.fields.at("phone"));
    world.erase(7, 1);
    CHECK(world.mautic.field(7, "email") == world.md5(person.email()));
    CHECK(world.mautic.field(7, "phone") == world.md5(person.fields.at("phone")));
    CHECK(world.mautic.places_of(person.marker).empty());
}

TEST_CASE("values that look like a hash are hashed the first time and never twice") {
    const std::string token32(32, 'a');
    const std::string token64(64, 'b');
    World world;
    world.policy.fields["loyalty_number"] = policy::FieldRule::hash;
    add_unsubscribed(world);
    set_field(world, "loyalty_number", token32);
    set_field(world, "phone", token64);
    world.erase(7);
    CHECK(world.mautic.field(7, "loyalty_number") == world.md5(token32));
    CHECK(world.mautic.field(7, "phone") == world.md5(token64));
    CHECK(world.erase(7, 1).counts.unexpected() == 0);
    CHECK(world.mautic.field(7, "loyalty_number") == world.md5(token32));
    SECTION("another such value is a new one") {
        const std::string another(32, 'c');
        set_field(world, "loyalty_number", another);
        world.erase(7, 1);
        CHECK(world.mautic.field(7, "loyalty_number") == world.md5(another));
    }
    SECTION("a hash of ours that came into another field is one there too") {
        set_field(world, "firstname", world.mautic.field(7, "phone"));
        world.erase(7, 1);
        CHECK(world.mautic.field(7, "firstname") == world.md5(token64));
    }
}

TEST_CASE("a contact whose fields are filled again and again stays recognisable") {
    World world;
    add_unsubscribed(world);
    world.erase(7);
    for (int round = 0; round < 40; ++round) {
        for (const char* field : {"firstname", "lastname", "mobile", "phone"}) {
            set_field(world, field, std::string(field) + " " + std::to_string(round));
        }
        world.erase(7, 1);
    }
    CHECK(world.mautic.field(7, "phone") == world.md5("phone 39"));
    CHECK(world.erase(7, 1).counts.unexpected() == 0);
    CHECK(world.mautic.field(7, "phone") == world.md5("phone 39"));
}

TEST_CASE("without the ledger a row with a hashed address is known as erased") {
    World world;
    add_unsubscribed(world);
    world.erase(7);
    const std::string before = world.mautic.dump();
    world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".erasure");
    const auto result = world.erase(7);
    CHECK(result.counts.total() == 0);
    CHECK((world.mautic.dump() == before));
    CHECK(world.ledger(7)->subject_hash == world.md5(invented_person(7).email()));
    CHECK(world.erase(7, 1).status == Status::complete);
}

// A column of another table where anything may stand, hashed by the operator's choice.
namespace {

const std::string said = "Zq7f7x said something";

void hash_what_was_said(World& world) {
    world.policy.columns["email_stats.source"] = policy::FieldRule::hash;
}

void say(World& world, const std::string& what = said) {
    world.mautic.connection().change("UPDATE email_stats SET source = ? WHERE lead_id = 7",
                                     std::vector<database::Value>{what});
}

std::string all_said(World& world) {
    return world.mautic.value(
        "SELECT GROUP_CONCAT(DISTINCT source) FROM email_stats WHERE source IS NOT NULL");
}

}  // namespace

TEST_CASE("a hash in another table is none to be hashed after the contact was deleted or merged") {
    World world;
    hash_what_was_said(world);
    add_unsubscribed(world);
    say(world);
    world.erase(7);
    REQUIRE(all_said(world) == world.md5(said));
    SECTION("deleted") {
        world.mautic.connection().change("UPDATE email_stats SET lead_id = NULL WHERE lead_id = 7");
        orphans::ContactRows known(world.daemon, World::ledger_name);
        for (const plan::Step* step : orphans::orphan_steps(world.plan())) {
            if (step->table != "email_stats") continue;
            const auto rows = known.after(*step, 0, 100);
            REQUIRE_FALSE(rows.empty());
            orphans::OrphanEraser(world.daemon, *world.rules())
                .erase(*step, rows, orphans::ContactRows::Table::seen, [] { return true; });
        }
    }
    SECTION("merged into another one") {
        world.mautic.add_contact(8);
        world.mautic.unsubscribe(8);
        world.mautic.connection().change("DELETE FROM email_stats WHERE lead_id = 8");
        world.mautic.connection().change("UPDATE email_stats SET lead_id = 8 WHERE lead_id = 7");
        world.mautic.connection().change(
            "UPDATE leads w JOIN leads l SET w.phone = l.phone"
            " WHERE w.id = 8 AND l.id = 7");
        world.erase(8);
        CHECK(world.mautic.field(8, "phone") == world.md5(invented_person(7).fields.at("phone")));
    }
    CHECK(all_said(world) == world.md5(said));
}

TEST_CASE("a long history that is begun again hashes nothing twice, and a token in it once") {
    World world;
    hash_what_was_said(world);
    world.slice_rows = 5;
    add_unsubscribed(world);
    for (int i = 0; i < 12; ++i) {
        world.mautic.insert("email_stats", {{"lead_id", std::uint64_t{7}},
                                            {"date_sent", "2025-03-01 10:00:00"},
                                            {"email_address", invented_person(7).email()}});
    }
    const std::string text = GENERATE_COPY(as<std::string>{}, said, std::string(32, 'a'));
    say(world, text);
    world.prepare();
    const std::vector<erasure::Request> requests{{7, Origin::webhook, now()}};
    for (int stop = 0; stop < 2; ++stop) {
        erasure::Eraser stopped(world.daemon, world.rules(), [] { return false; });
        CHECK_THROWS_AS(stopped.erase(requests), erasure::Interrupted);
    }
    CHECK(world.ledger(7)->status == Status::erasing);
    CHECK(world.ledger(7)->subject_hash == world.md5(invented_person(7).email()));
    world.erase(7);
    CHECK(all_said(world) == world.md5(text));
    CHECK(world.former(7).empty());
    CHECK(world.ledger(7)->passes == 1);
}

TEST_CASE("a ledger that is older than the erasure makes no hash of a hash") {
    World world;
    hash_what_was_said(world);
    add_unsubscribed(world);
    world.erase(7);
    const auto exported = *world.ledger(7);
    set_field(world, "email", "second.zq7f7x@example.org");
    set_field(world, "phone", "filled again");
    say(world);
    world.erase(7);
    world.erase(7, 1);
    const std::string before = world.mautic.dump();
    for (const char* table : {"former_erasure", "erasure", "hash_fingerprint"}) {
        world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + "." + table);
    }
    SECTION("an older copy was imported") {
        restore::import_page(world.daemon, World::ledger_name, std::vector<ledger::Record>{exported}, false);
    }
    SECTION("there is none") {}
    world.erase(7, 2);
    CHECK((world.mautic.dump() == before));
    CHECK(world.mautic.field(7, "phone") == world.md5("filled again"));
    CHECK(all_said(world) == world.md5(said));
}

TEST_CASE("what an erasure hashed that noted no fingerprints yet is not hashed again") {
    World world;
    hash_what_was_said(world);
    add_unsubscribed(world);
    say(world);
    world.erase(7);
    world.erase(7, 1);
    world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".hash_fingerprint");
    const std::string before = world.mautic.dump();
    world.erase(7, 2);
    CHECK((world.mautic.dump() == before));
    // Since then all are noted, and what only looks like a hash is one value more to erase.
    say(world, std::string(32, 'a'));
    world.erase(7, 3);
    CHECK(all_said(world) == world.md5(std::string(32, 'a')));
}

TEST_CASE("what came with a new address is no hash of ours for its looks") {
    const std::string token(32, 'a');
    World world;
    hash_what_was_said(world);
    add_unsubscribed(world);
    world.erase(7);
    world.erase(7, 1);
    world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".hash_fingerprint");
    set_field(world, "email", "back.zq7f7x@example.org");
    say(world, token);
    world.erase(7);
    CHECK(all_said(world) == world.md5(token));
    CHECK(world.erase(7, 1).status == Status::complete);
    CHECK(all_said(world) == world.md5(token));
}

TEST_CASE("half an erasure that noted no fingerprints is not hashed again, its address being there still") {
    World world;
    hash_what_was_said(world);
    world.slice_rows = 2;
    add_unsubscribed(world);
    say(world);
    world.prepare();
    const std::vector<erasure::Request> requests{{7, Origin::webhook, now()}};
    erasure::Eraser stopped(world.daemon, world.rules(), [] { return false; });
    CHECK_THROWS_AS(stopped.erase(requests), erasure::Interrupted);
    REQUIRE(world.mautic.row_count("email_stats", "source = '" + world.md5(said) + "'") > 0);
    world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".hash_fingerprint");
    world.erase(7);
    CHECK(all_said(world) == world.md5(said));
}

TEST_CASE("a hash of an erasure without fingerprints is as long as the one that the ledger has") {
    const std::string token(32, 'a');
    World world;
    world.hash = {policy::Algorithm::sha256, "", true};
    hash_what_was_said(world);
    add_unsubscribed(world);
    say(world);
    world.erase(7);
    world.erase(7, 1);
    const std::string hash = all_said(world);
    world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + ".hash_fingerprint");
    world.mautic.connection().change(
        "UPDATE email_stats SET source = ? WHERE lead_id = 7 ORDER BY id LIMIT 1",
        std::vector<database::Value>{token});
    world.erase(7, 2);
    CHECK(world.mautic.row_count("email_stats", "source = SHA2('" + token + "', 256)") == 1);
    CHECK(world.mautic.row_count("email_stats", "source = '" + hash + "'") > 0);
}

TEST_CASE("other algorithms, with and without a key") {
    struct Case {
        const char* name;
        policy::HashOptions options;
        const char* algorithm;
        std::function<std::string(World&)> expected;  // nothing the daemon has a hand in
    };
    const std::string address = invented_person(7).email();
    const std::string inner = std::string(4, 'k' ^ 0x36) + std::string(60, 0x36);
    const std::string outer = std::string(4, 'k' ^ 0x5c) + std::string(60, 0x5c);
    const Case cases[] = {
        {"sha256",
         {policy::Algorithm::sha256, "", true},
         "sha256",
         [&](World&) { return server().value("SELECT SHA2('" + address + "', 256)"); }},
        // HMAC written out: H(key ^ opad, H(key ^ ipad, text)), for a key of 4 bytes.
        {"hmac-sha256",
         {policy::Algorithm::sha256, "kkkk", true},
         "hmac-sha256",
         [&](World&) {
             return server().value(
                 "SELECT SHA2(CONCAT(REPEAT(CHAR(0x6b ^ 0x5c), 4), REPEAT(CHAR(0x5c), 60),"
                 " UNHEX(SHA2(CONCAT(REPEAT(CHAR(0x6b ^ 0x36), 4), REPEAT(CHAR(0x36), 60), '" +
                 address + "'), 256))), 256)");
         }},
        {"hmac-md5",
         {policy::Algorithm::md5, "kkkk", true},
         "hmac-md5",
         [&](World& world) {
             return world.md5(outer + server().value("SELECT UNHEX('" + world.md5(inner + address) + "')"));
         }},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        World world;
        world.hash = c.options;
        const std::string expected = c.expected(world);
        add_unsubscribed(world);
        world.erase(7);
        CHECK(world.mautic.field(7, "email") == expected);
        const auto row = world.ledger(7);
        CHECK(row->subject_hash == expected);
        CHECK(row->algorithm == c.algorithm);
        CHECK(row->key_id.size() == (c.options.key.empty() ? 0 : 16));
        CHECK(world.erase(7, 1).status == Status::complete);
        CHECK(world.mautic.field(7, "email") == expected);
    }
}

TEST_CASE("the ledger can be asked for the address even where the field is deleted") {
    World world;
    world.policy.fields["email"] = policy::FieldRule::remove;
    add_unsubscribed(world);
    world.erase(7);
    CHECK(world.mautic.field(7, "email") == "NULL");
    const std::string expected = world.md5(invented_person(7).email());
    CHECK(world.ledger(7)->subject_hash == expected);
    world.erase(7, 1);
    CHECK(world.ledger(7)->subject_hash == expected);
}

TEST_CASE("the ledger names the key the address was hashed with, not the one in use since") {
    World world;
    world.hash = {policy::Algorithm::md5, "the first key", true};
    add_unsubscribed(world);
    world.erase(7);
    const auto first = world.ledger(7);
    world.hash = {policy::Algorithm::sha256, "the second key", true};
    world.prepare();
    set_field(world, "phone", "filled again");
    world.erase(7, 1);
    CHECK(world.mautic.field(7, "phone").size() == 64);
    CHECK(world.ledger(7)->subject_hash == first->subject_hash);
    CHECK(world.ledger(7)->algorithm == "hmac-md5");
    CHECK(world.ledger(7)->key_id == first->key_id);
    CHECK(world.erase(7, 2).status == Status::complete);
    SECTION("a new address is hashed with the new one") {
        set_field(world, "email", "new.zq7f7x@example.org");
        world.erase(7);
        CHECK(world.ledger(7)->subject_hash == world.mautic.field(7, "email"));
        CHECK(world.ledger(7)->algorithm == "hmac-sha256");
        CHECK(world.ledger(7)->key_id != first->key_id);
    }
}

TEST_CASE("what Mautic writes after the first pass is found by a later one") {
    World world;
    add_unsubscribed(world);
    world.erase(7);
    const Person person = invented_person(7);
    world.mautic.insert("audit_log", {{"bundle", "lead"},
                                      {"object", "lead"},
                                      {"object_id", std::uint64_t{7}},
                                      {"action", "update"},
                                      {"details", "a:1:{s:5:\"email\";s:3:\"" + person.email() + "\";}"},
                                      {"date_added", "2025-03-01 10:00:00"},
                                      {"ip_address", person.ip_address}});
    world.mautic.insert("lead_devices", {{"lead_id", std::uint64_t{7}},
                                         {"date_added", "2025-03-01 10:00:00"},
                                         {"tracking_id", person.tracking_id}});
    const auto second = world.erase(7, 1);
    CHECK(second.counts.unexpected() == 2);
    CHECK(second.status == Status::settling);
    CHECK(world.mautic.places_of(person.tracking_id).empty());
    SECTION("and complete is said after a clean pass") {
        CHECK(world.erase(7, 2, false).status == Status::complete);
        CHECK(world.ledger(7)->rows_late == 2);
    }
    SECTION("and not when the last pass found something still") {
        set_field(world, "city", "somewhere");
        CHECK(world.erase(7, 2, false).status == Status::partial);
    }
}

TEST_CASE("an incomplete row keeps what it lacks") {
    World world;
    world.mautic.insert("leads", {{"id", std::uint64_t{7}}, {"points", std::int64_t{0}}});
    world.mautic.insert("page_hits", {{"lead_id", std::uint64_t{7}}, {"date_hit", "2025-03-01 10:00:00"}});
    world.mautic.insert("email_stats", {{"lead_id", std::uint64_t{7}}, {"date_sent", "2025-03-01 10:00:00"}});
    world.mautic.unsubscribe(7);
    const auto result = world.erase(7);
    CHECK(result.status == Status::settling);
    CHECK(world.mautic.field(7, "email") == "NULL");
    CHECK(world.mautic.value("SELECT url FROM page_hits") == "NULL");
    CHECK(world.mautic.value("SELECT email_address FROM email_stats") == "");
    CHECK(world.mautic.value("SELECT tracking_hash FROM email_stats") == "NULL");
    CHECK(world.ledger(7)->subject_hash.empty());
    CHECK(world.erase(7, 1).status == Status::complete);
}

TEST_CASE("a custom field that was created after the plan is deleted by the next one") {
    World world;
    add_unsubscribed(world);
    world.prepare();
    world.mautic.add_field("nickname", "text", "VARCHAR(64)");
    set_field(world, "nickname", "nick of zq7f7x");
    CHECK_THROWS_AS(world.erase(7), erasure::StaleSchema);
    CHECK(world.mautic.field(7, "email") == invented_person(7).email());
    CHECK_FALSE(world.ledger(7).has_value());
    world.prepare();
    CHECK(world.erase(7).status == Status::settling);
    CHECK(world.mautic.places_of("zq7f7x").empty());
}

TEST_CASE("a hash in a row that is rewritten, too, is hashed once") {
    World world;
    world.policy.columns["email_stats.source"] = policy::FieldRule::hash;
    add_unsubscribed(world);
    auto& root = world.mautic.connection();
    root.change("UPDATE email_stats SET source = 'said' WHERE lead_id = 7");
    world.prepare();
    world.erase(7);
    const std::string sources = "SELECT GROUP_CONCAT(DISTINCT source) FROM email_stats WHERE lead_id = 7";
    REQUIRE(world.mautic.value(sources) == world.md5("said"));
    // As Mautic does at every later opening.
    root.change(
        "UPDATE email_stats SET open_details = 'a:1:{i:0;a:1:{s:9:\"useragent\";s:6:\"zq7f7x\";}}'"
        " WHERE lead_id = 7");
    world.erase(7, 1);
    CHECK(world.mautic.value(sources) == world.md5("said"));
    CHECK(world.mautic.places_of("zq7f7x").empty());
}
