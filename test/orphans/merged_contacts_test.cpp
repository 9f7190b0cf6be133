// A merge of living people in Mautic, who never opted out: the row of one contact goes, and what Mautic does
// not move loses its contact exactly as if that contact had been deleted. None of it may be touched.
#include "background/background_fixture.h"
#include "orphans/orphaned_rows.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

struct Merges : BackgroundFixture {
    Merges() : BackgroundFixture("mtc_", "5.1.1") { root().change("SET SESSION foreign_key_checks = 0"); }

    OrphanedRows task(DeletedContacts mode = DeletedContacts::since_installation) {
        return {mode,      options,
                deletions, [](std::size_t) { return true; },
                metrics,   OrphanedRows::Pace{0ms, 0ms}};
    }
    database::Connection& root() { return world.mautic.connection(); }
    std::string table(const std::string& name) { return world.mautic.real_name(name); }

    void add(ContactId id) {
        const std::string number = std::to_string(id);
        world.mautic.insert("leads", {{"id", id}, {"email", "p" + number + "@example.org"}});
        const std::string details = "a:1:{s:1:\"n\";s:3:\"Ann\";}";
        world.mautic.insert("sms_message_stats", {{"lead_id", id}, {"tokens", details}});
        world.mautic.insert("push_ids", {{"lead_id", id}, {"push_id", "push-" + number}});
        world.mautic.insert("push_notification_stats", {{"lead_id", id}, {"tokens", details}});
        world.mautic.insert("focus_stats", {{"lead_id", id}, {"type", "view"}});
        world.mautic.insert("email_stats",
                            {{"lead_id", id}, {"email_address", "p" + number + "@example.org"}});
        log(id, "create");
    }
    void log(ContactId id, const std::string& action) {
        world.mautic.insert("audit_log", {{"bundle", "lead"},
                                          {"object", "lead"},
                                          {"object_id", id},
                                          {"action", action},
                                          {"details", "a:1:{s:4:\"name\";s:3:\"Ann\";}"}});
    }
    // As Mautic does it: record, what it moves, log, and then the row goes.
    void merge(ContactId winner, ContactId loser, bool record = true, bool logged = true) {
        const std::string to = std::to_string(winner);
        const std::string from = std::to_string(loser);
        if (record) {
            root().change("UPDATE " + table("contact_merge_records") + " SET contact_id = " + to +
                          " WHERE contact_id = " + from);
            world.mautic.insert("contact_merge_records", {{"contact_id", winner}, {"merged_id", loser}});
        }
        root().change("UPDATE " + table("email_stats") + " SET lead_id = " + to + " WHERE lead_id = " + from);
        if (logged) log(loser, "merge");
        remove(loser);
    }
    // Of a deletion and of the loser of a merge Mautic tells alike.
    void remove(ContactId id) {
        root().change("DELETE FROM " + table("leads") + " WHERE id = " + std::to_string(id));
        log(id, "delete");
        deletions.add(std::vector<ContactId>{id});
    }
    void look_often(DeletedContacts mode = DeletedContacts::since_installation) {
        auto task = this->task(mode);
        for (int turn = 0; turn < 3; ++turn) run(task);
    }
    std::size_t lost_and_plain() {
        std::size_t rows = world.mautic.row_count("sms_message_stats", "tokens LIKE '%Ann%'");
        rows += world.mautic.row_count("push_notification_stats", "tokens LIKE '%Ann%'");
        return rows + world.mautic.row_count("push_ids", "push_id LIKE 'push-%'");
    }

    Deletions deletions;
};

}  // namespace

TEST_CASE("A merge of living people changes nothing of theirs") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6, 7, 8, 9}) here.add(id);
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.look_often();
    SECTION("into the older one") { here.merge(5, 6); }
    SECTION("into the younger one") { here.merge(6, 5); }
    SECTION("along a chain") {
        here.merge(6, 5);
        here.merge(7, 6);
        here.merge(8, 7);
    }
    SECTION("along a chain, seen in between") {
        here.merge(6, 5);
        here.look_often();
        here.merge(7, 6);
    }
    SECTION("known by the log alone") { here.merge(5, 6, false, true); }
    SECTION("known by its record alone") { here.merge(5, 6, true, false); }
    const std::string before = here.world.mautic.dump();
    here.look_often();
    here.options.full = 0ms;
    here.look_often();
    CHECK(here.world.mautic.dump() == before);
    CHECK(here.metric("leftover_rows_total") == 0);
    CHECK(here.lost_and_plain() == 15);
}

TEST_CASE("A merge and a deletion at the same time: what was the deleted one's goes, and nothing else") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6, 7, 8}) here.add(id);
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.look_often();
    here.merge(5, 6);
    here.remove(7);
    here.look_often();
    CHECK(here.lost_and_plain() == 9);
    CHECK(here.world.mautic.row_count("push_ids", "push_id IN ('push-5', 'push-6', 'push-8')") == 3);
    CHECK(here.world.mautic.row_count("email_stats", "email_address LIKE '%@%'") == 3);
    // What each of them had in the log, and what Mautic wrote about the merge.
    CHECK(here.world.mautic.row_count("audit_log", "object_id = 7 AND details LIKE '%Ann%'") == 0);
    CHECK(here.world.mautic.row_count("audit_log", "object_id <> 7 AND details LIKE '%Ann%'") == 5);
}

TEST_CASE("Rows of a merged contact go when the one it was merged into is deleted, and not before") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6, 7, 8}) here.add(id);
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.look_often();
    here.merge(6, 5);
    here.look_often();
    here.merge(7, 6);
    here.look_often();
    CHECK(here.lost_and_plain() == 12);
    here.remove(7);
    here.look_often();
    CHECK(here.lost_and_plain() == 3);
    CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-8'") == 1);
}

TEST_CASE("Merges of before are left also when all old rows are wanted") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6}) here.add(id);
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.merge(5, 6);
    here.deletions.take();
    const std::string before = here.world.mautic.dump();
    here.look_often(DeletedContacts::all);
    CHECK(here.world.mautic.dump() == before);
}

// The daemon has noted that they are that contact's.
TEST_CASE("Rows of a merged contact go when the one it was merged into opts out") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6, 8}) here.add(id);
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.look_often();
    here.merge(5, 6);
    here.look_often();
    here.root().change("SET SESSION foreign_key_checks = 0");
    here.world.mautic.unsubscribe(5);
    for (int pass = 0; pass <= 2; ++pass) here.world.erase(5, pass, pass < 2);
    here.look_often();
    CHECK(here.world.ledger(5)->status == ledger::Status::complete);
    CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-5'") == 0);
    CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-6'") == 0);
    CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-8'") == 1);
    CHECK(here.lost_and_plain() == 3);
}

// The ledger's record of the loser keeps saying so; Mautic's merge record leads from it to the winner.
TEST_CASE("Rows of a merged contact on hold are left alone when the winner is deleted") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6, 8}) here.add(id);
    here.world.mautic.unsubscribe(6);
    REQUIRE(here.world.erase(6).verdict == erasure::Verdict::erased);
    server().execute("UPDATE erasure SET status = 'held' WHERE contact_id = 6", World::ledger_name);
    here.world.mautic.insert("sms_message_stats",
                             {{"lead_id", std::int64_t{6}}, {"tokens", "a:1:{s:1:\"n\";s:3:\"Ann\";}"}});
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.look_often();
    const std::size_t before = here.lost_and_plain();
    here.merge(5, 6);
    here.look_often();
    here.remove(5);
    here.look_often();
    CHECK(before == 7);
    // Those of 8, and what 6 had.
    CHECK(here.lost_and_plain() == 4);
}

TEST_CASE("A merge is one, though the clocks of Mautic's machines differ by hours") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6}) here.add(id);
    here.root().change("SET SESSION foreign_key_checks = 1");
    const auto date = [&](const std::string& table, const std::string& column, const std::string& shifted) {
        here.root().change("UPDATE " + here.table(table) + " SET " + column + " = UTC_TIMESTAMP()" + shifted);
    };
    std::string rows = " - INTERVAL 10 MINUTE", record, log;
    SECTION("the rows are from the future") { rows = " + INTERVAL 13 HOUR"; }
    SECTION("the record is from the past") { record = " - INTERVAL 13 HOUR"; }
    SECTION("the log is from the future") { log = " + INTERVAL 13 HOUR"; }
    SECTION("the log is from the past") { log = " - INTERVAL 13 HOUR"; }
    date("sms_message_stats", "date_sent", rows);
    date("push_notification_stats", "date_sent", rows);
    here.look_often();
    here.merge(5, 6, true, false);
    date("contact_merge_records", "date_added", record);
    date("audit_log", "date_added", log);
    here.look_often();
    here.options.full = 0ms;
    here.look_often();
    CHECK(here.metric("leftover_rows_total") == 0);
    CHECK(here.lost_and_plain() == 6);
}

// The id of a contact that was merged long ago is given to somebody else, whom staff merge or delete.
TEST_CASE("A merge of long ago tells nothing of who has the id today") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {5, 6, 7}) here.add(id);
    here.world.mautic.insert("contact_merge_records", {{"contact_id", std::int64_t{7}},
                                                       {"merged_id", std::int64_t{6}},
                                                       {"date_added", "2020-01-01 00:00:00"}});
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.look_often();
    SECTION("merged: what it had is the new winner's, and stays when the old one goes") {
        here.merge(5, 6);
        here.look_often();
        here.remove(7);
        here.look_often();
        CHECK(here.world.mautic.row_count("push_ids", "push_id IN ('push-5', 'push-6')") == 2);
        here.remove(5);
        here.look_often();
        CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-6'") == 0);
    }
    SECTION("deleted: it goes") {
        here.remove(6);
        here.look_often();
        CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-6'") == 0);
        CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-7'") == 1);
        CHECK(here.world.mautic.row_count("audit_log", "object_id = 6 AND details LIKE '%Ann%'") == 0);
    }
    SECTION("deleted by SQL: it goes") {
        here.root().change("DELETE FROM " + here.table("leads") + " WHERE id = 6");
        here.look_often();
        CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-6'") == 0);
    }
}

// In the log, and elsewhere, rows stay under the id of whoever is merged.
TEST_CASE("What is the winner's under an id that somebody else had later stays when that one is deleted") {
    if (MauticDatabase::facts_versions().empty()) return;
    Merges here;
    for (const ContactId id : {6, 7}) here.add(id);
    std::string merged_at = "2020-01-01 00:00:00";
    SECTION("the merge has a date") {}
    SECTION("the merge has none") { merged_at = "0000-00-00 00:00:00"; }
    here.world.mautic.insert("contact_merge_records",
                             {{"contact_id", std::int64_t{7}}, {"merged_id", std::int64_t{6}}});
    here.root().change("SET SESSION sql_mode = ''");
    here.root().change("UPDATE " + here.table("contact_merge_records") + " SET date_added = '" + merged_at +
                       "'");
    here.world.mautic.insert("audit_log", {{"bundle", "lead"},
                                           {"object", "lead"},
                                           {"object_id", ContactId{6}},
                                           {"action", "update"},
                                           {"details", "a:1:{s:4:\"name\";s:3:\"Eve\";}"},
                                           {"date_added", "2019-12-01 00:00:00"}});
    here.world.mautic.insert("integration_entity", {{"internal_entity", "lead"},
                                                    {"internal_entity_id", ContactId{6}},
                                                    {"integration_entity_id", "00Qeve"},
                                                    {"date_added", "2019-12-01 00:00:00"}});
    here.root().change("SET SESSION foreign_key_checks = 1");
    here.look_often();
    here.remove(6);
    here.look_often();
    CHECK(here.world.mautic.row_count("push_ids", "push_id = 'push-6'") == 0);
    CHECK(here.world.mautic.row_count("audit_log", "object_id = 6 AND details LIKE '%Eve%'") == 1);
    CHECK(here.world.mautic.row_count("integration_entity", "integration_entity_id = '00Qeve'") == 1);
    const std::uint64_t own =
        here.world.mautic.row_count("audit_log", "object_id = 6 AND details LIKE '%Ann%'");
    CHECK((own == 0) == (merged_at.front() == '2'));
}
