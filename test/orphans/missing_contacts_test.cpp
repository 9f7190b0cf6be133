// Contacts that are not there and were not deleted: nobody takes a contact's absence for its deletion.
#include <map>
#include <optional>
#include <random>
#include <set>

#include "background/background_fixture.h"
#include "orphans/gone_contacts.h"
#include "orphans/orphaned_rows.h"
#include "orphans/traces.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

struct Missing : BackgroundFixture {
    Missing() : BackgroundFixture("mtc_", "5.1.1") {
        foreign_keys(false);
        options.full = 0ms;
    }

    OrphanedRows task() {
        return {DeletedContacts::since_installation, options, deletions,
                [](std::size_t) { return true; },    metrics, OrphanedRows::Pace{0ms, 0ms}};
    }
    database::Connection& root() { return world.mautic.connection(); }
    void foreign_keys(bool on) {
        root().change(std::string("SET SESSION foreign_key_checks = ") + (on ? "1" : "0"));
    }
    std::string table(const std::string& name) { return world.mautic.real_name(name); }
    void add(ContactId id) {
        const std::string who = "p" + std::to_string(id);
        world.mautic.insert("leads", {{"id", id}, {"email", who + "@example.org"}});
        world.mautic.insert("email_stats", {{"lead_id", id}, {"email_address", who + "@example.org"}});
        world.mautic.insert("push_ids", {{"lead_id", id}, {"push_id", who}});
        log(id, "create");
    }
    void log(ContactId id, const std::string& action) {
        world.mautic.insert("audit_log", {{"bundle", "lead"},
                                          {"object", "lead"},
                                          {"object_id", id},
                                          {"action", action},
                                          {"details", "a:1:{s:1:\"n\";s:3:\"Ann\";}"}});
    }
    void remove(ContactId id) {
        foreign_keys(true);
        root().change("DELETE FROM " + table("leads") + " WHERE id = " + std::to_string(id));
        foreign_keys(false);
    }
    // Without those that the server makes itself.
    std::string columns(const std::string& name) {
        root().change("SET SESSION group_concat_max_len = 100000");
        return world.mautic.value(
            "SELECT GROUP_CONCAT('`', COLUMN_NAME, '`') FROM information_schema.COLUMNS WHERE TABLE_SCHEMA ="
            " DATABASE() AND EXTRA NOT LIKE '%VIRTUAL%' AND EXTRA NOT LIKE '%STORED%' AND TABLE_NAME = '" +
            table(name) + "'");
    }
    void copy(const std::string& to, const std::string& from, const std::string& name,
              const std::string& where) {
        root().change("INSERT INTO " + to + " (" + columns(name) + ") SELECT " + columns(name) + " FROM " +
                      from + " WHERE " + where);
    }
    // As a dump that is loaded table by table: the rows are taken out without their keys' doing.
    void take_out(const std::string& name, const std::string& where) {
        root().change("CREATE TABLE kept_" + name + " LIKE " + table(name));
        copy("kept_" + name, table(name), name, where);
        root().change("DELETE FROM " + table(name) + " WHERE " + where);
    }
    void put_back(const std::string& name) {
        copy(table(name), "kept_" + name, name, "TRUE");
        root().change("DROP TABLE kept_" + name);
    }
    void look_often() {
        for (int start = 0; start < 2; ++start) {
            auto task = this->task();
            for (int turn = 0; turn < 3; ++turn) run_once(task);
        }
    }
    bool is_plain(ContactId id) {
        const std::string who = "p" + std::to_string(id);
        const std::string log = "object_id = " + std::to_string(id) + " AND details LIKE '%Ann%'";
        const auto mails = world.mautic.row_count("email_stats", "email_address = '" + who + "@example.org'");
        return mails + world.mautic.row_count("push_ids", "push_id = '" + who + "'") == 2 &&
               world.mautic.row_count("audit_log", log) > 0;
    }
    bool is_erased(ContactId id) {
        const std::string who = "p" + std::to_string(id);
        const std::string log = "object_id = " + std::to_string(id) + " AND details LIKE '%Ann%'";
        const auto mails = world.mautic.row_count("email_stats", "email_address = '" + who + "@example.org'");
        return mails + world.mautic.row_count("push_ids", "push_id = '" + who + "'") +
                   world.mautic.row_count("audit_log", log) ==
               0;
    }

    Deletions deletions;
};

}  // namespace

TEST_CASE("An empty table of contacts erases nobody, and is told") {
    if (MauticDatabase::facts_versions().empty()) return;
    Missing here;
    for (ContactId id = 1; id <= 5; ++id) here.add(id);
    here.look_often();
    const std::string before = here.world.mautic.dump();
    here.take_out("leads", "TRUE");
    SECTION("it was emptied") {}
    SECTION("a webhook of before names them") { here.deletions.add(std::vector<ContactId>{1, 2, 3}); }
    SECTION("and nothing else is loaded yet either") {
        here.take_out("email_stats", "TRUE");
        here.take_out("push_ids", "TRUE");
        here.look_often();
        here.put_back("email_stats");
        here.put_back("push_ids");
    }
    here.look_often();
    CHECK(here.metric("missing_contacts") == 5);
    CHECK(here.ledger("SELECT number FROM mark WHERE name = 'missing_contacts'") == "5");
    here.put_back("leads");
    CHECK(here.world.mautic.dump() == before);
    here.look_often();
    CHECK(here.world.mautic.dump() == before);
    CHECK(here.metric("missing_contacts") == 0);
    CHECK(here.metric("leftover_rows_total") == 0);
}

TEST_CASE("A half loaded table of contacts erases nobody of the other half, and whoever was deleted goes") {
    if (MauticDatabase::facts_versions().empty()) return;
    Missing here;
    for (ContactId id = 1; id <= 9; ++id) here.add(id);
    here.look_often();
    here.take_out("leads", "id > 4");
    here.remove(2);
    here.remove(3);
    here.log(3, "delete");
    here.look_often();
    CHECK(here.metric("missing_contacts") == 5);
    CHECK(here.is_erased(2));
    CHECK(here.is_erased(3));
    for (const ContactId id : {1, 4, 5, 6, 7, 8, 9}) CHECK(here.is_plain(id));
    here.put_back("leads");
    here.look_often();
    for (const ContactId id : {1, 4, 5, 6, 7, 8, 9}) CHECK(here.is_plain(id));
    CHECK(here.metric("missing_contacts") == 0);
}

TEST_CASE("A backup that is loaded while deleted contacts wait for the circuit breaker keeps their rows") {
    if (MauticDatabase::facts_versions().empty()) return;
    Missing here;
    for (ContactId id = 1; id <= 3; ++id) here.add(id);
    bool allowed = false;
    OrphanedRows task{DeletedContacts::since_installation,  here.options, here.deletions,
                      [&](std::size_t) { return allowed; }, here.metrics, OrphanedRows::Pace{0ms, 0ms}};
    here.run_once(task);
    here.take_out("leads", "FALSE");
    here.take_out("email_stats", "TRUE");
    here.take_out("push_ids", "TRUE");
    here.copy("kept_leads", here.table("leads"), "leads", "id = 2");
    here.put_back("email_stats");
    here.put_back("push_ids");
    here.remove(2);
    here.log(2, "delete");
    for (int turn = 0; turn < 3; ++turn) here.run_once(task);
    REQUIRE(here.ledger("SELECT COUNT(*) FROM gone_contact WHERE contact_id = 2 AND deleted = 1") == "1");
    // The backup was made before the deletion; its contacts are loaded last.
    here.root().change("UPDATE " + here.table("email_stats") + " SET lead_id = 2 WHERE lead_id IS NULL");
    here.root().change("UPDATE " + here.table("push_ids") + " SET lead_id = 2 WHERE lead_id IS NULL");
    here.root().change("DELETE FROM " + here.table("audit_log") + " WHERE action = 'delete'");
    allowed = true;
    for (int turn = 0; turn < 3; ++turn) here.run_once(task);
    here.put_back("leads");
    for (int turn = 0; turn < 3; ++turn) here.run_once(task);
    for (const ContactId id : {1, 2, 3}) CHECK(here.is_plain(id));
}

TEST_CASE("A contact that is gone without any trace waits, and what it left goes after a week") {
    if (MauticDatabase::facts_versions().empty()) return;
    Missing here;
    for (ContactId id = 1; id <= 3; ++id) here.add(id);
    here.look_often();
    for (const char* name : {"email_stats", "push_ids"}) {
        here.root().change("DELETE FROM " + here.table(name) + " WHERE lead_id = 2");
    }
    here.take_out("leads", "id = 2");
    here.look_often();
    const auto entries = [&] {
        return here.world.mautic.row_count("audit_log", "object_id = 2 AND details LIKE '%Ann%'");
    };
    CHECK(entries() == 1);
    const auto age = [&](const std::string& by) {
        server().execute("UPDATE gone_contact SET seen_at = seen_at - INTERVAL " + by, World::ledger_name);
    };
    age("6 DAY");
    here.look_often();
    CHECK(entries() == 1);
    SECTION("it was deleted") {
        age("25 HOUR");
        here.look_often();
        CHECK(entries() == 0);
    }
    SECTION("it comes back meanwhile") {
        here.put_back("leads");
        here.look_often();
        here.take_out("leads", "id = 2");
        here.look_often();
        age("6 DAY");
        here.look_often();
        CHECK(entries() == 1);
    }
    SECTION("Mautic says at last that it was deleted") {
        here.log(2, "delete");
        here.look_often();
        CHECK(entries() == 0);
    }
    CHECK(here.is_plain(1));
    CHECK(here.is_plain(3));
}

namespace {

// What truly became of an id at last, and what Mautic wrote about all who ever had it.
class Lives {
  public:
    Lives(Missing& here, std::mt19937& dice) : here_(here), dice_(dice) {}

    // Returns what became of the last of them: none for a deletion, else the winner, 0 where nobody wrote it.
    std::optional<ContactId> lead(ContactId id) {
        at_ = *parse_utc("2019-01-01 00:00:00");
        for (int lives = roll(3); lives > 0; --lives) {
            live(id);
            end(id);
        }
        live(id);
        here_.world.mautic.insert("leads", {{"id", id}, {"email", "p@example.org"}});
        here_.world.mautic.insert(
            "email_stats", {{"lead_id", id}, {"email_address", "p@example.org"}, {"date_sent", date()}});
        at_ += std::chrono::hours{2 + roll(2'000)};
        return end(id);
    }

  private:
    int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(dice_); }
    // The clock of the machine that writes it may be another time zone's.
    std::string date() { return format_utc(at_ + std::chrono::hours{roll(21) - 10}).substr(0, 19); }
    void log(ContactId id, const std::string& action) {
        here_.world.mautic.insert("audit_log", {{"bundle", "lead"},
                                                {"object", "lead"},
                                                {"object_id", id},
                                                {"action", action},
                                                {"details", "a:0:{}"},
                                                {"date_added", date()}});
    }
    void live(ContactId id) {
        at_ += std::chrono::hours{24 * (2 + roll(300))};
        if (roll(3) != 0) log(id, roll(2) == 0 ? "create" : "update");
    }
    std::optional<ContactId> end(ContactId id) {
        if (roll(2) == 0) {
            if (roll(2) == 0) log(id, "delete");  // or by SQL
            return std::nullopt;
        }
        const ContactId winner = 10 + static_cast<ContactId>(roll(3));
        const bool is_recorded = roll(4) != 0;
        if (is_recorded) {
            here_.world.mautic.insert("contact_merge_records",
                                      {{"contact_id", winner}, {"merged_id", id}, {"date_added", date()}});
        }
        at_ += std::chrono::minutes{roll(30)};
        if (!is_recorded || roll(2) == 0) log(id, "merge");
        if (roll(2) == 0) log(id, "delete");
        return is_recorded ? winner : 0;
    }

    Missing& here_;
    std::mt19937& dice_;
    Timestamp at_{};
};

}  // namespace

TEST_CASE("Whoever had an id before, what became of its last owner is told rightly") {
    if (MauticDatabase::facts_versions().empty()) return;
    Missing here;
    const auto seed = std::random_device()();
    CAPTURE(seed);
    std::mt19937 dice(seed);
    for (const ContactId winner : {10, 11, 12}) here.add(winner);
    std::map<ContactId, std::optional<ContactId>> truth;
    std::vector<ContactId> ids;
    for (ContactId id = 100; id < 300; ++id) {
        truth[id] = Lives(here, dice).lead(id);
        ids.push_back(id);
    }
    auto task = here.task();
    here.run_once(task);
    here.run_once(task);
    here.foreign_keys(true);
    here.root().change("DELETE FROM " + here.table("leads") + " WHERE id >= 100");
    const auto verdict = GoneContacts(here.world.daemon, *here.world.rules()).judge(ids);
    CHECK(verdict.missing.empty());
    CHECK(verdict.unproven.empty());
    const std::set<ContactId> deleted(verdict.deleted.begin(), verdict.deleted.end());
    for (const auto& [id, winner] : truth) {
        CAPTURE(id);
        const auto merged = verdict.merged.find(id);
        CHECK(deleted.contains(id) == !winner);
        CHECK((merged == verdict.merged.end() ? std::optional<ContactId>() : merged->second) == winner);
    }
}
