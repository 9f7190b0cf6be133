// Histories in which a living person's rows are emptied, or a deleted one's stay and nobody hears of it.
#include "background/background_fixture.h"
#include "orphans/orphan_eraser.h"
#include "orphans/orphaned_rows.h"
#include "orphans/restored_rows.h"
#include "subjects/hold_finder.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

struct Histories : BackgroundFixture {
    Histories() : BackgroundFixture("mtc_", "5.1.1") { foreign_keys(false); }

    OrphanedRows task(Milliseconds lag = 0ms) {
        return {DeletedContacts::since_installation,     options, deletions,
                [this](std::size_t) { return allowed; }, metrics, OrphanedRows::Pace{0ms, lag}};
    }
    void foreign_keys(bool on) {
        change(std::string("SET SESSION foreign_key_checks = ") + (on ? "1" : "0"));
    }
    void change(const std::string& sql) { world.mautic.connection().change(sql); }
    std::string table(const std::string& name) { return world.mautic.real_name(name); }
    std::string ledger_table(const std::string& name) { return std::string(World::ledger_name) + "." + name; }

    void add(ContactId id) {
        world.mautic.insert("leads", {{"id", id}, {"email", "p" + std::to_string(id) + "@example.org"}});
        world.mautic.insert("push_ids", {{"lead_id", id}, {"push_id", "push-" + std::to_string(id)}});
    }
    void add_mails(ContactId id, int count) {
        for (int mail = 0; mail < count; ++mail) {
            world.mautic.insert("email_stats", {{"lead_id", id}, {"email_address", "many@example.org"}});
        }
    }
    void remove(ContactId id, bool told = true) {
        change("DELETE FROM " + table("leads") + " WHERE id = " + std::to_string(id));
        if (told) deletions.add(std::vector<ContactId>{id});
    }
    void merge(ContactId winner, ContactId loser) {
        world.mautic.insert("contact_merge_records", {{"contact_id", winner}, {"merged_id", loser}});
        remove(loser);
    }
    void look_often(int times = 3) {
        auto task = this->task();
        for (int turn = 0; turn < times; ++turn) run(task);
    }
    std::size_t tokens(ContactId id) {
        return world.mautic.row_count("push_ids", "push_id = 'push-" + std::to_string(id) + "'");
    }
    // As the step to format 7 leaves what format 6 had: that kept the rows a merge gave beside the others.
    void upgrade_from_format_6() {
        auto& connection = world.daemon;
        connection.change("INSERT INTO " + ledger_table("contact_row") +
                          " (table_id, row_id, contact_id) SELECT table_id, row_id, contact_id FROM " +
                          ledger_table("merged_row"));
        connection.change("DELETE FROM " + ledger_table("merged_row"));
        connection.change("UPDATE " + ledger_table("contact_row") + " SET row_constant = NULL");
        connection.change(
            "DELETE FROM " + ledger_table("mark") +
            " WHERE LEFT(name, 17) = 'leftovers_walked_' OR LEFT(name, 15) = 'leftovers_told_'");
    }

    Deletions deletions;
    bool allowed = true;
};

}  // namespace

// The ledger says `complete` of contact 5 for ever; that it re-subscribed since, only Mautic says.
TEST_CASE("A merge into somebody who was erased and is back takes nothing from them") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    here.add(5);
    here.look_often();
    here.world.mautic.unsubscribe(5);
    for (int pass = 0; pass <= 2; ++pass) here.world.erase(5, pass, pass < 2);
    REQUIRE(here.world.ledger(5)->status == ledger::Status::complete);
    // A year later: subscribed again under the old id, and merged with what a visit had made of the person.
    here.change("DELETE FROM " + here.table("lead_donotcontact") + " WHERE lead_id = 5");
    here.change("UPDATE " + here.table("leads") + " SET email = 'p5@example.org' WHERE id = 5");
    here.add(6);
    here.foreign_keys(true);
    here.look_often();
    here.merge(5, 6);
    here.look_often();
    CHECK(here.tokens(6) == 1);
}

// Contact 8 was deleted in the same moment, and its own row has the id of one that a merge gave to contact 5.
TEST_CASE("What is remembered of a deleted contact is not forgotten with a row that had its row's id") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    for (const ContactId id : {5, 6}) here.add(id);
    here.foreign_keys(true);
    here.look_often();
    here.merge(5, 6);
    here.look_often();
    REQUIRE(here.ledger("SELECT COUNT(*) FROM merged_row WHERE contact_id = 5") == "1");
    here.foreign_keys(false);
    const std::string id = here.ledger("SELECT row_id FROM merged_row WHERE contact_id = 5");
    // A restore, and the id is given out again.
    here.change("DELETE FROM " + here.table("push_ids"));
    here.change("INSERT INTO " + here.table("leads") +
                " (id, email, is_published, points) VALUES"
                " (8, 'p8@example.org', 1, 0)");
    here.change("INSERT INTO " + here.table("push_ids") +
                " (id, lead_id, push_id, enabled, mobile) VALUES (" + id + ", 8, 'push-8', 1, 0)");
    here.foreign_keys(true);
    here.options.full = 0ms;
    here.look_often();
    REQUIRE(here.ledger("SELECT COUNT(*) FROM contact_row WHERE contact_id = 8") == "1");
    here.foreign_keys(false);
    here.world.mautic.unsubscribe(5);
    for (int pass = 0; pass <= 2; ++pass) here.world.erase(5, pass, pass < 2);
    here.foreign_keys(true);
    here.remove(8);
    SECTION("it is dealt with first") {}
    SECTION("it still waits for the ten seconds to be over") {
        auto waiting = here.task(1h);
        here.run_once(waiting);
    }
    here.look_often();
    CHECK(here.tokens(8) == 0);
}

TEST_CASE("An upgrade loses nothing of what deleted contacts leave") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    for (const ContactId id : {5, 6, 9}) here.add(id);
    here.add_mails(5, 200);
    here.add_mails(9, 20);
    here.foreign_keys(true);
    here.look_often();
    SECTION("years later, of what a merge of before gave to a contact") {
        here.merge(5, 6);
        here.look_often();
        here.upgrade_from_format_6();
        here.look_often();
        here.remove(5);
        here.look_often();
        CHECK(here.tokens(6) == 0);
    }
    SECTION("of what a merge of before gave to somebody who opts out years later") {
        here.merge(5, 6);
        here.look_often();
        here.upgrade_from_format_6();
        here.look_often();
        here.world.mautic.unsubscribe(5);
        for (int pass = 0; pass <= 2; ++pass) here.world.erase(5, pass, pass < 2);
        here.look_often();
        CHECK(here.tokens(6) == 0);
    }
    SECTION("of whom the circuit breaker holds back") {
        here.allowed = false;
        here.remove(9);
        here.look_often();
        here.upgrade_from_format_6();
        here.look_often();
        here.allowed = true;
        here.look_often();
        CHECK(here.tokens(9) == 0);
    }
    SECTION("of whom Mautic deletes while all rows are walked through again") {
        here.upgrade_from_format_6();
        here.options.page_rows = 1;
        auto task = here.task();
        here.run_once(task);
        REQUIRE(here.ledger(
                    "SELECT COUNT(*) FROM contact_row WHERE contact_id = 9 AND row_constant IS NULL") != "0");
        here.remove(9);
        for (int turn = 0; turn < 3; ++turn) here.run(task);
        CHECK(here.world.mautic.row_count("email_stats",
                                          "lead_id IS NULL AND email_address = 'many@example.org'") == 0);
    }
}

// Deleted with a statement, or while the daemon was away for longer than Mautic keeps its audit log.
TEST_CASE("A contact that has only what a merge gave it is missed, too, though nobody tells of it") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    here.add(6);
    here.world.mautic.insert("leads", {{"id", ContactId{5}}, {"email", "p5@example.org"}});
    here.foreign_keys(true);
    here.look_often();
    here.merge(5, 6);
    here.look_often();
    REQUIRE(here.ledger("SELECT COUNT(*) FROM merged_row WHERE contact_id = 5") == "1");
    here.foreign_keys(false);
    here.add(7);
    here.foreign_keys(true);
    here.remove(5, false);
    here.options.full = 0ms;
    here.look_often();
    // These rows had no contact before: nothing proves the deletion but that it lasts.
    CHECK(here.tokens(6) == 1);
    here.world.daemon.change("UPDATE " + here.ledger_table("gone_contact") +
                             " SET seen_at = seen_at - INTERVAL 8 DAY");
    here.look_often();
    CHECK(here.tokens(6) == 0);
}

// A dump without CREATE TABLE into a table that DELETE emptied, or a copy of MySQL's files: nothing shows it.
TEST_CASE(
    "Another row of the same contact under an id of old is known by its own date from the next walk on") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    here.add(9);
    here.add_mails(9, 5);
    here.foreign_keys(true);
    here.look_often();
    here.change("UPDATE " + here.table("email_stats") + " SET date_sent = date_sent + INTERVAL 1 DAY");
    SECTION("when the steps for a restore are followed") {
        expect_erased_again(here.world.daemon, World::ledger_name, orphan_steps(here.world.plan()));
    }
    here.look_often();
    here.remove(9);
    here.look_often();
    CHECK(here.world.mautic.row_count("email_stats", "email_address = 'many@example.org'") == 0);
}

// The backup is from before the deletion: the contact is back, with its rows, and staff merge it into
// another.
TEST_CASE("Rows that a restore brought back with their contact are that contact's, not nobody's") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    for (const ContactId id : {7, 8}) here.add(id);
    here.foreign_keys(true);
    here.look_often();
    const std::string row =
        here.world.mautic.value("SELECT id FROM " + here.table("push_ids") + " WHERE lead_id = 7");
    here.remove(7);
    here.look_often();
    REQUIRE(here.tokens(7) == 0);
    here.change("INSERT INTO " + here.table("leads") +
                " (id, email, is_published, points) VALUES (7, 'p7@example.org', 1, 0)");
    here.change("INSERT INTO " + here.table("push_ids") +
                " (id, lead_id, push_id, enabled, mobile) VALUES (" + row + ", 7, 'push-7', 1, 0)");
    const auto steps = orphan_steps(here.world.plan());
    CHECK(expect_erased_again(here.world.daemon, World::ledger_name, steps) == 0);  // as `reapply` does
    here.merge(8, 7);
    here.look_often();
    CHECK(here.tokens(7) == 1);
}

// Whoever runs it again, because it was interrupted or for another hash key: meanwhile staff have merged
// the contact that the backup brought back.
TEST_CASE("A second reapply takes nothing that a merge has given to somebody since the first") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    for (const ContactId id : {7, 8}) here.add(id);
    here.foreign_keys(true);
    here.look_often();
    const std::string row =
        here.world.mautic.value("SELECT id FROM " + here.table("push_ids") + " WHERE lead_id = 7");
    here.remove(7);
    here.look_often();
    REQUIRE(here.tokens(7) == 0);
    here.change("INSERT INTO " + here.table("leads") +
                " (id, email, is_published, points) VALUES (7, 'p7@example.org', 1, 0)");
    here.change("INSERT INTO " + here.table("push_ids") +
                " (id, lead_id, push_id, enabled, mobile) VALUES (" + row + ", 7, 'push-7', 1, 0)");
    const auto steps = orphan_steps(here.world.plan());
    CHECK(expect_erased_again(here.world.daemon, World::ledger_name, steps) == 0);
    here.look_often();
    here.merge(8, 7);
    SECTION("the daemon has seen the merge") { here.look_often(); }
    SECTION("it has not") {}
    CHECK(expect_erased_again(here.world.daemon, World::ledger_name, steps) == 0);
    here.look_often();
    CHECK(here.tokens(7) == 1);
}

// A claim came up after the erasure; what the merge brings has not been erased yet.
TEST_CASE("What a merge gives to an erased contact that is on hold stays while the hold lasts") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    here.world.holds.tags = {"legal claim"};
    here.world.mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("legal claim")}});
    here.world.prepare();
    subjects::HoldFinder(here.world.daemon, here.world.plan(), here.world.holds, World::ledger_name)
        .remember_named();
    here.add(5);
    here.look_often();
    here.world.mautic.unsubscribe(5);
    for (int pass = 0; pass <= 2; ++pass) here.world.erase(5, pass, pass < 2);
    REQUIRE(here.world.ledger(5)->status == ledger::Status::complete);
    here.add(6);
    here.foreign_keys(true);
    here.look_often();
    here.world.mautic.insert("lead_tags_xref", {{"lead_id", ContactId{5}}, {"tag_id", std::uint64_t{1}}});
    here.merge(5, 6);
    here.look_often();
    CHECK(here.tokens(6) == 1);
    here.change("UPDATE " + here.table("lead_tags") + " SET tag = 'claim'");
    here.look_often();
    CHECK(here.tokens(6) == 1);
    here.change("DELETE FROM " + here.table("lead_tags_xref"));
    here.look_often();
    CHECK(here.tokens(6) == 0);
}

// By a tool that moves no mails.
TEST_CASE("Of all old rows those are not that a merge gave to somebody who is there") {
    if (MauticDatabase::facts_versions().empty()) return;
    Histories here;
    for (const ContactId id : {5, 6}) here.add(id);
    here.add_mails(6, 3);
    here.foreign_keys(true);
    here.look_often();
    here.merge(5, 6);
    here.look_often();
    REQUIRE(here.ledger("SELECT COUNT(*) FROM merged_row WHERE contact_id = 5") == "4");
    OrphanedRows all(
        DeletedContacts::all, here.options, here.deletions, [](std::size_t) { return true; }, here.metrics,
        OrphanedRows::Pace{0ms, 0ms});
    for (int turn = 0; turn < 3; ++turn) here.run(all);
    CHECK(here.world.mautic.row_count("email_stats", "email_address = 'many@example.org'") == 3);
}
