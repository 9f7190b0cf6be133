// Hashes of fewer digits, and what becomes of those that were made before the number was changed.
#include "erasure/preview.h"
#include "erasure/world.h"
#include "model/dice.h"
#include "restore/import.h"
#include "restore/reapply.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;
using restore::Recognition;

namespace {

const std::string remark = "Zq7f7x remark something";

// A Mautic whose contact 7 opted out, with a hashed column in another table.
struct Digits {
    World world;

    explicit Digits(std::size_t digits, const std::string& key = "") {
        world.hash = {policy::Algorithm::sha256, key, true, digits};
        world.policy.columns["email_stats.source"] = policy::FieldRule::hash;
        add(7);
        say(7, remark);
    }
    void add(ContactId id) {
        world.mautic.add_contact(id);
        world.mautic.unsubscribe(id);
    }
    void set_digits(std::size_t digits) {
        world.hash.digits = digits;
        world.prepare();
    }
    void change(const std::string& sql) { world.mautic.connection().change(sql); }
    void say(ContactId id, const std::string& what) {
        change("UPDATE email_stats SET source = '" + what + "' WHERE lead_id = " + std::to_string(id));
    }
    std::string said_by(ContactId id) {
        return world.mautic.value("SELECT GROUP_CONCAT(DISTINCT source) FROM email_stats WHERE lead_id = " +
                                  std::to_string(id));
    }
    // A database's own function, so that the daemon's hash is not checked by itself.
    std::string sha256(const std::string& text, std::size_t digits) {
        return world.mautic.value("SELECT LEFT(SHA2('" + text + "', 256), " + std::to_string(digits) + ")");
    }
    void forget_ledger() {
        for (const char* table : {"former_erasure", "erasure", "hash_fingerprint"}) {
            world.daemon.change(std::string("DELETE FROM ") + World::ledger_name + "." + table);
        }
    }
    restore::ReapplyFindings reapply() {
        restore::Reapply reapply({world.mautic.prefix(),
                                  World::ledger_name,
                                  world.rules()->plan,
                                  world.triggers,
                                  {},
                                  {world.hash.key}});
        while (reapply.next(world.daemon, restore::Reapply::Mode::look)) {
        }
        return reapply.findings();
    }
};

}  // namespace

TEST_CASE("everything but addresses gets so many digits of its hash") {
    Digits here(40);
    World& world = here.world;
    CHECK(world.erase(7).status == Status::settling);
    const Person person = invented_person(7);
    for (const char* field : {"firstname", "lastname", "mobile", "phone"}) {
        CAPTURE(field);
        CHECK(world.mautic.field(7, field) == here.sha256(person.fields.at(field), 40));
    }
    CHECK(here.said_by(7) == here.sha256(remark, 40));
    const std::string address = here.sha256(person.email(), 64);
    CHECK(world.mautic.field(7, "email") == address);
    CHECK(world.ledger(7)->subject_hash == address);
    CHECK(world.mautic.row_count("email_stats", "LENGTH(email_address) = 64") ==
          world.mautic.row_count("email_stats"));
    CHECK(world.erase(7, 1).status == Status::complete);
    // What a dry run counts.
    std::uint64_t pending = 0;
    const auto previews = erasure::preview(world.daemon, *world.rules(), 7);
    for (std::size_t i = 0; i < previews.size(); ++i) {
        if (!world.plan().steps[i].delete_rows) pending += previews[i].pending;
    }
    CHECK(pending == 0);
}

TEST_CASE("a column that is too short for the whole hash takes a shorter one") {
    Digits here(64);
    World& world = here.world;
    here.change("ALTER TABLE leads MODIFY firstname VARCHAR(40)");
    const std::string name = invented_person(7).fields.at("firstname");
    SECTION("40 digits") {
        here.set_digits(40);
        world.erase(7);
        CHECK(world.mautic.field(7, "firstname") == here.sha256(name, 40));
    }
    SECTION("all digits") {
        world.erase(7);
        CHECK(world.mautic.field(7, "firstname") == "NULL");
    }
}

TEST_CASE("a change of the digits changes no byte of what was hashed") {
    const auto seed = GENERATE(range(1, 7));
    CAPTURE(seed);
    model::Dice dice(static_cast<std::uint64_t>(seed));
    const auto any = [&] { return dice.chance(40) ? 64 : 32 + dice.below(33); };
    const std::size_t before = any();
    Digits here(before, dice.chance(50) ? "a key" : "");
    World& world = here.world;
    world.erase(7);
    const std::string phone = world.mautic.field(7, "phone");
    const std::string hash_of_said = here.said_by(7);
    CHECK(phone.size() == before);
    CHECK(hash_of_said.size() == before);
    world.erase(7, 1);
    const std::string dump = world.mautic.dump();
    for (int round = 0; round < 3; ++round) {
        here.set_digits(any());
        CAPTURE(before, world.hash.digits);
        CHECK(world.erase(7, dice.chance(50) ? 0 : 1).counts.total() == 0);
        CHECK((world.mautic.dump() == dump));
        CHECK(here.reapply().contacts.at(Recognition::still_erased) == 1);
    }
    SECTION("nor when the contact is merged into one that is erased afterwards") {
        here.add(8);
        here.say(8, "something else");
        here.change("UPDATE email_stats SET lead_id = 8 WHERE lead_id = 7");
        here.change("UPDATE leads SET phone = '" + phone + "' WHERE id = 8");
        here.change("DELETE FROM leads WHERE id = 7");
        CHECK(world.erase(8).status == Status::settling);
        CHECK(world.mautic.field(8, "phone") == phone);
        CHECK(here.said_by(8).find(hash_of_said) != std::string::npos);
        CHECK(world.erase(8, 1).status == Status::complete);
    }
    SECTION("nor when the ledger was lost, if the length is a whole one or today's") {
        here.set_digits(before);
        here.forget_ledger();
        CHECK(world.erase(7).counts.total() == 0);
        CHECK((world.mautic.dump() == dump));
    }
    SECTION("and what comes afterwards gets today's") {
        here.set_digits(36);
        here.change("UPDATE leads SET firstname = 'Zq7f7x Again' WHERE id = 7");
        world.erase(7, 1);
        CHECK(world.mautic.field(7, "firstname").size() == 36);
        CHECK(world.mautic.field(7, "phone") == phone);
        CHECK(world.erase(7, 2).counts.total() == 0);
    }
}

TEST_CASE("a contact without an address is known by hashes of another number of digits") {
    Digits here(40, "a key");
    World& world = here.world;
    world.erase(7);
    here.change("UPDATE leads SET email = NULL WHERE id = 7");
    here.set_digits(32);
    CHECK(here.reapply().contacts.at(Recognition::still_erased) == 1);
    const Person person = invented_person(7);
    for (const char* field : {"phone", "firstname"}) {
        here.change(std::string("UPDATE leads SET ") + field + " = '" + person.fields.at(field) +
                    "' WHERE id = 7");
    }
    CHECK(here.reapply().contacts.at(Recognition::same_person) == 1);
}

TEST_CASE("a long history is the same in slices when the digits change in between") {
    Digits here(40);
    World& world = here.world;
    world.slice_rows = 5;
    for (int i = 0; i < 12; ++i) {
        world.mautic.insert("email_stats", {{"lead_id", std::uint64_t{7}},
                                            {"date_sent", "2025-03-01 10:00:00"},
                                            {"email_address", invented_person(7).email()}});
    }
    here.say(7, remark);
    world.prepare();
    erasure::Eraser stopped(world.daemon, world.rules(), [] { return false; });
    const std::vector<erasure::Request> requests{{7, Origin::webhook, now()}};
    CHECK_THROWS_AS(stopped.erase(requests), erasure::Interrupted);
    here.set_digits(32);
    CHECK(world.erase(7).status == Status::settling);
    CHECK(world.mautic.row_count("email_stats", "source = '" + here.sha256(remark, 40) + "'") == 5);
    CHECK(world.mautic.row_count("email_stats", "source = '" + here.sha256(remark, 32) + "'") == 10);
    CHECK(world.erase(7, 1).status == Status::complete);
}
