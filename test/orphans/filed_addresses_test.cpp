// Addresses in rows that lost their contact: under whom they are filed, and what a look-up says of them.
#include <algorithm>

#include "background/background_fixture.h"
#include "lookup/lookup.h"
#include "orphans/orphan_eraser.h"
#include "orphans/orphaned_rows.h"
#include "restore/reapply.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

// Like the tables of a plugin that keep an address and that a merge does not move.
constexpr const char* opt_in = R"(
[[table]]
name = "opt_ins"
why = "x"
tie = { kind = "column", column = "lead_id", leftovers = "also_merged", row_date = "date_created" }
[table.columns]
email = { action = "hash", identifies = true, normalise = "email", address = { kind = "seen" }, why = "x" }
date_created = { action = "keep", why = "x" }
)";

struct Leftovers : BackgroundFixture {
    Leftovers() : BackgroundFixture("mtc_", "5.1.1") {
        change(
            "CREATE TABLE mtc_opt_ins (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, lead_id BIGINT"
            " UNSIGNED NULL, email VARCHAR(191), date_created DATETIME NOT NULL, KEY of_lead (lead_id),"
            " CONSTRAINT opt_in_lead FOREIGN KEY (lead_id) REFERENCES mtc_leads (id) ON DELETE SET NULL)");
        world.mautic.read_columns();
        world.map = with_entry(opt_in);
        world.prepare();
    }
    void change(const std::string& sql) { world.mautic.connection().change(sql); }
    void add(ContactId id, const std::string& address) {
        world.mautic.insert("leads", {{"id", id}, {"email", "p" + std::to_string(id) + "@example.org"}});
        world.mautic.insert("opt_ins",
                            {{"lead_id", id}, {"email", address}, {"date_created", "2025-01-01 00:00:00"}});
    }
    void log(ContactId id, const std::string& action) {
        world.mautic.insert("audit_log", {{"bundle", "lead"},
                                          {"object", "lead"},
                                          {"object_id", id},
                                          {"action", action},
                                          {"details", "a:1:{s:4:\"name\";s:3:\"Ann\";}"}});
    }
    void remove(ContactId id) {
        change("DELETE FROM mtc_leads WHERE id = " + std::to_string(id));
        log(id, "delete");
        deletions.add(std::vector<ContactId>{id});
    }
    void look_often() {
        OrphanedRows task{DeletedContacts::since_installation, options, deletions,
                          [](std::size_t) { return true; },    metrics, OrphanedRows::Pace{0ms, 0ms}};
        for (int turn = 0; turn < 3; ++turn) run(task);
    }
    lookup::LookupAnswer look_up(const std::string& address) {
        return lookup::Lookup(world.daemon, {"mtc_", World::ledger_name, world.hash, {}, false})
            .find(address);
    }
    // Whatever is filed by now was filed long ago.
    void let_time_pass() {
        world.daemon.change(std::string("UPDATE ") + World::ledger_name +
                            ".erased_address SET noted_at = noted_at - INTERVAL 1 HOUR");
    }
    std::size_t plain() { return world.mautic.row_count("opt_ins", "email LIKE '%@%'"); }

    Deletions deletions;
};

}  // namespace

TEST_CASE("an address in what a merge left behind is that of the contact it was given to") {
    Leftovers here;
    here.add(5, "winner@example.org");
    here.add(6, "loser@example.org");
    here.look_often();
    here.world.mautic.insert("contact_merge_records",
                             {{"contact_id", std::int64_t{5}}, {"merged_id", std::int64_t{6}}});
    here.log(6, "merge");
    here.remove(6);
    here.look_often();
    REQUIRE(here.plain() == 2);
    here.world.mautic.unsubscribe(5);
    for (int pass = 0; pass <= 2; ++pass) here.world.erase(5, pass, pass < 2);
    here.look_often();
    REQUIRE(here.plain() == 0);
    REQUIRE(here.look_up("winner@example.org").contacts.size() == 1);
    const auto answer = here.look_up("loser@example.org");
    REQUIRE(answer.found());
    CHECK(answer.contacts.size() == 1);
    CHECK_FALSE(answer.deleted_contact_erased_at);
}

TEST_CASE("an address in what a deleted contact left is filed with the contact, which is known") {
    Leftovers here;
    here.add(7, "deleted@example.org");
    here.look_often();
    here.remove(7);
    here.look_often();
    REQUIRE(here.plain() == 0);
    const auto answer = here.look_up("deleted@example.org");
    REQUIRE(answer.found());
    REQUIRE(answer.contacts.size() == 1);
    CHECK(answer.contacts[0].contact == 7);
}

TEST_CASE("an address that two deleted contacts had is told of each with its time") {
    Leftovers here;
    here.add(7, "family@example.org");
    here.look_often();
    here.remove(7);
    here.look_often();
    REQUIRE(here.plain() == 0);
    here.add(8, "family@example.org");
    here.look_often();
    const Timestamp before = now();
    here.remove(8);
    here.look_often();
    REQUIRE(here.plain() == 0);
    const auto answer = here.look_up("family@example.org");
    REQUIRE(answer.contacts.size() == 2);
    CHECK(answer.contacts[0].addresses.at(0).noted_at < before);
    CHECK(answer.contacts[1].addresses.at(0).noted_at >= before);
}

TEST_CASE("of deleted contacts that nobody knows any more the first time is told and the last") {
    Leftovers here;
    const auto rules = here.world.rules();
    const auto steps = orphan_steps(*rules->plan);
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [](const plan::Step* one) { return one->table == "opt_ins"; });
    REQUIRE(step != steps.end());
    std::vector<Timestamp> begun;
    for (int time = 0; time < 2; ++time) {
        begun.push_back(now());
        const std::uint64_t row = here.world.mautic.insert(
            "opt_ins", {{"email", "family@example.org"}, {"date_created", "2025-01-01 00:00:00"}});
        const auto rows = ContactRows(here.world.daemon, World::ledger_name).now(**step, std::span(&row, 1));
        OrphanEraser eraser(here.world.daemon, *rules);
        REQUIRE(eraser.erase(**step, rows, ContactRows::Table::seen, [] { return true; }));
    }
    REQUIRE(here.plain() == 0);
    const auto answer = here.look_up("family@example.org");
    REQUIRE(answer.deleted_contact_erased_at);
    CHECK(*answer.deleted_contact_first_erased_at < begun[1]);
    CHECK(*answer.deleted_contact_erased_at >= begun[1]);
}

// The id came back into use after a restore.
TEST_CASE("what a deleted contact left is not told of the one who had the id and was erased after it") {
    Leftovers here;
    here.add(5, "deleted@example.org");
    here.look_often();
    here.remove(5);
    here.look_often();
    REQUIRE(here.plain() == 0);
    here.let_time_pass();
    here.world.mautic.insert("leads", {{"id", ContactId{5}}, {"email", "successor@example.org"}});
    here.world.mautic.unsubscribe(5);
    here.world.erase(5);
    const auto answer = here.look_up("deleted@example.org");
    REQUIRE(answer.contacts.size() == 1);
    const auto& found = answer.contacts[0];
    REQUIRE(found.erasure);
    CHECK_FALSE(found.kind_in(*found.erasure));
    CHECK(found.is_reused);
    CHECK(found.opt_outs.empty());
    const auto successor = here.look_up("successor@example.org");
    REQUIRE(successor.contacts.size() == 1);
    CHECK(successor.contacts[0].kind_in(*successor.contacts[0].erasure) == AddressKind::current);
    CHECK_FALSE(successor.contacts[0].is_reused);
}

// The erasure left a hash in the row, so that an empty address there is somebody else's.
TEST_CASE("what Mautic has of a contact without an address is not told of the one who had its id") {
    Leftovers here;
    here.world.mautic.insert("leads", {{"id", ContactId{5}}, {"email", "anna@example.org"}});
    here.world.mautic.unsubscribe(5);
    here.world.erase(5);
    CHECK_FALSE(here.look_up("anna@example.org").contacts.at(0).is_reused);
    here.change("DELETE FROM mtc_leads WHERE id = 5");
    here.world.mautic.insert(
        "leads", {{"id", ContactId{5}}, {"date_added", "2020-07-07 10:00:00"}, {"mobile", "+36301234567"}});
    const auto answer = here.look_up("anna@example.org");
    REQUIRE(answer.contacts.size() == 1);
    CHECK(answer.contacts[0].is_reused);
    CHECK_FALSE(answer.contacts[0].first_seen);
    CHECK(answer.contacts[0].erasure);
}

// Staff deleted them; they never opted out.
TEST_CASE("reapply does not take a deleted contact that a backup brought back for one who was erased") {
    Leftovers here;
    const auto take_id = [&](const std::string& address) {
        here.change("DELETE FROM mtc_leads WHERE id = 5");
        here.change("DELETE FROM mtc_lead_donotcontact WHERE lead_id = 5");
        here.world.mautic.insert("leads", {{"id", ContactId{5}}, {"email", address}});
    };
    const auto erase_successor = [&] {
        take_id("successor@example.org");
        here.world.mautic.unsubscribe(5);
        here.world.erase(5);
    };
    const auto delete_other = [&] {
        here.change("DELETE FROM mtc_leads WHERE id = 5");
        here.add(5, "deleted@example.org");
        here.look_often();
        here.remove(5);
        here.look_often();
        REQUIRE(here.plain() == 0);
    };
    SECTION("before the erasure") {
        delete_other();
        here.let_time_pass();
        erase_successor();
    }
    SECTION("after it") {
        erase_successor();
        delete_other();
    }
    take_id("deleted@example.org");
    restore::Reapply reapply(
        {"mtc_", World::ledger_name, here.world.rules()->plan, here.world.triggers, {}, {}});
    while (reapply.next(here.world.daemon, restore::Reapply::Mode::look)) continue;
    CHECK(reapply.findings().to_erase() == 0);
    CHECK(reapply.findings().other_address == std::vector<ContactId>{5});
}
