// Ids of rows that come into use again, after a restore above all: no living person's row is taken for a
// deleted one's, and no deleted person's rows are forgotten.
#include <utility>

#include "background/background_fixture.h"
#include "orphans/orphan_eraser.h"
#include "orphans/orphaned_rows.h"
#include "orphans/restored_rows.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

class Restored : public BackgroundFixture {
  public:
    using BackgroundFixture::BackgroundFixture;

    OrphanedRows task(DeletedContacts mode = DeletedContacts::since_installation) {
        return {mode,      options,
                deletions, [this](std::size_t) { return allowed; },
                metrics,   OrphanedRows::Pace{0ms, 0ms}};
    }
    void change(const std::string& sql) { world.mautic.connection().change(sql); }
    void add_contact(ContactId contact) {
        world.mautic.insert("leads", {{"id", contact}, {"email", "many@example.org"}});
    }
    // Ids after `first`; `lead` is an id or NULL.
    void add_mails(const std::string& lead, int first, int count, const std::string& address,
                   const std::string& date) {
        change(
            "INSERT INTO email_stats (id, lead_id, email_address, date_sent, is_read, is_failed,"
            " viewed_in_browser) SELECT " +
            std::to_string(first) + " + seq, " + lead + ", '" + address + "', " + date + ", 0, 0, 0 FROM " +
            test::sequence(1, count));
    }
    void add_hits(const std::string& lead, int first, int count, const std::string& date) {
        change("INSERT INTO page_hits (id, lead_id, date_hit, url, code, tracking_id) SELECT " +
               std::to_string(first) + " + seq, " + lead + ", " + date +
               ", 'https://www.example.org/?e=visitor', 200, seq FROM " + test::sequence(1, count));
    }
    // As a restore or an ALTER does. The server tells the time in seconds.
    void make_anew(const std::string& table) {
        change("ALTER TABLE " + table + " FORCE");
        world.daemon.change("UPDATE " + std::string(World::ledger_name) +
                            ".mark SET number = number - 3600 WHERE name LIKE 'leftovers\\_created\\_" +
                            table + "%'");
    }
    void remove(ContactId contact) {
        change("DELETE FROM leads WHERE id = " + std::to_string(contact));
        deletions.add(std::vector<ContactId>{contact});
    }
    // As `reapply` does.
    std::uint64_t expect_again() {
        return expect_erased_again(world.daemon, World::ledger_name, orphan_steps(world.plan()));
    }
    std::size_t mails(const std::string& address) {
        return world.mautic.row_count("email_stats", "email_address = '" + address + "'");
    }

    Deletions deletions;
    bool allowed = true;
};

constexpr const char* old_date = "'2024-02-29 12:00:00'";

}  // namespace

TEST_CASE("Rows that a noticed restore was followed by are not those that were erased before it") {
    Restored here;
    auto task = here.task();
    for (const ContactId contact : {ContactId{7}, ContactId{8}}) here.add_contact(contact);
    here.add_mails("7", 0, 20, "many@example.org", old_date);
    here.add_mails("8", 100, 20, "many@example.org", old_date);
    here.run(task);
    here.remove(7);
    here.remove(8);
    here.run(task);
    REQUIRE(here.mails("many@example.org") == 0);
    // The backup had not got contact 8's mails; Mautic, or its tracking, ran before `reapply` did.
    here.change("DELETE FROM email_stats WHERE id > 50");
    here.make_anew("email_stats");
    here.add_mails("NULL", 100, 30, "stranger@example.net", "NOW()");
    SECTION("reapply comes first") { here.expect_again(); }
    SECTION("the daemon notices it, reapply comes later") {
        auto daemon = here.task();
        here.run(daemon);
        here.expect_again();
    }
    auto next = here.task();
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(here.mails("stranger@example.net") == 30);
}

TEST_CASE("Of all old rows those are not that came after a noticed restore") {
    Restored here;
    here.add_mails("NULL", 0, 20, "old@example.org", old_date);
    here.add_mails("NULL", 100, 20, "old@example.org", old_date);
    here.add_contact(7);
    here.add_mails("7", 120, 2, "many@example.org", old_date);
    {
        auto task = here.task(DeletedContacts::all);
        here.run_once(task);
    }
    here.allowed = false;  // the circuit breaker, a missing right, or the daemon is stopped here
    {
        auto task = here.task(DeletedContacts::all);
        here.run(task);
    }
    REQUIRE(here.mails("old@example.org") == 40);
    here.change("DELETE FROM email_stats WHERE id > 50");
    here.make_anew("email_stats");
    // Mails to members of staff: no contacts. And more than there were before.
    here.add_mails("NULL", 100, 40, "staff@example.net", "NOW()");
    here.allowed = true;
    auto next = here.task(DeletedContacts::all);
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(here.mails("old@example.org") == 0);
    CHECK(here.mails("staff@example.net") == 40);
}

TEST_CASE("Page views of a living visitor, just being stored after a noticed restore, are no old ones") {
    Restored here;
    here.add_hits("NULL", 0, 20, old_date);
    here.add_hits("NULL", 100, 20, old_date);
    auto task = here.task(DeletedContacts::all);
    here.run(task);
    here.set_mark("old_leftovers_page_hits", "at = at - INTERVAL 2 DAY");
    here.change("DELETE FROM page_hits WHERE id > 50");
    here.make_anew("page_hits");
    here.add_hits("NULL", 100, 40, "NOW()");
    auto next = here.task(DeletedContacts::all);
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(here.world.mautic.row_count("page_hits", "id > 100 AND url LIKE '%visitor'") == 40);
    CHECK(here.world.mautic.row_count("page_hits", "id <= 20 AND url LIKE '%visitor'") == 0);
}

TEST_CASE("An altered table costs no other table what a deleted contact left there") {
    Restored here;
    auto task = here.task();
    here.add_contact(7);
    here.add_contact(8);
    here.add_mails("8", 0, 2, "many@example.org", old_date);
    here.world.mautic.insert("audit_log", {{"object", "lead"},
                                           {"object_id", std::int64_t{7}},
                                           {"bundle", "lead"},
                                           {"action", "create"},
                                           {"details", "a:1:{s:1:\"n\";s:3:\"Ann\";}"}});
    here.run(task);
    here.allowed = false;  // the circuit breaker, a missing right, [policy] unknown = "stop"
    here.remove(7);
    here.world.mautic.insert(
        "audit_log",
        {{"object", "lead"}, {"object_id", std::int64_t{7}}, {"bundle", "lead"}, {"action", "delete"}});
    here.run(task);
    REQUIRE(here.ledger("SELECT COUNT(*) FROM gone_contact WHERE contact_id = 7 AND deleted = 1") == "1");
    SECTION("nothing happens meanwhile") {}
    SECTION("an update of Mautic") { here.make_anew("email_stats"); }
    SECTION("a form is deleted, and with it the two newest submissions") {
        here.change("DELETE FROM email_stats ORDER BY id DESC LIMIT 2");
    }
    here.run(task);
    here.allowed = true;
    for (int start = 0; start < 3; ++start) {
        auto next = here.task();
        here.run(next);
    }
    CHECK(here.world.mautic.row_count("audit_log", "object_id = 7 AND details LIKE '%\"Ann\"%'") == 0);
}

TEST_CASE("What reapply has erased again does not depend on a table that is altered before the next look") {
    Restored here;
    auto task = here.task();
    here.add_contact(7);
    here.add_contact(8);
    here.add_mails("7", 0, 20, "many@example.org", old_date);
    here.add_mails("8", 20, 2, "eight@example.org", old_date);
    here.run(task);
    here.remove(7);
    here.run(task);
    REQUIRE(here.mails("many@example.org") == 0);
    // The backup was made after the deletion and before the erasure.
    here.change("UPDATE email_stats SET email_address = 'many@example.org' WHERE id <= 20");
    here.make_anew("email_stats");
    REQUIRE(here.expect_again() == 20);
    SECTION("the daemon starts at once") {}
    SECTION("Mautic is updated first, or the daemon meets another node of the cluster") {
        here.make_anew("email_stats");
    }
    auto next = here.task();
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    const std::uint64_t again = here.expect_again();
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(again <= 20);
    CHECK(here.mails("many@example.org") == 0);
    CHECK(here.mails("eight@example.org") == 2);
}

TEST_CASE("A table without a date that was emptied and filled from a backup is a restored one") {
    Restored here("", "7.0.2");
    auto task = here.task();
    const auto add_videos = [&](const std::string& lead, int first, int count, const std::string& who) {
        here.change("INSERT INTO video_hits (id, lead_id, date_hit, code, guid, referer) SELECT " +
                    std::to_string(first) + " + seq, " + lead + ", NOW(), 200, CONCAT('session of " + who +
                    "', seq), 'https://www.example.org/?e=" + who + "' FROM " + test::sequence(1, count));
    };
    for (const ContactId contact : {ContactId{7}, ContactId{8}}) here.add_contact(contact);
    add_videos("7", 0, 20, "seven");
    add_videos("8", 100, 20, "eight");
    here.run(task);
    // A dump with TRUNCATE instead of DROP and CREATE; it was made before contact 8.
    here.change("TRUNCATE TABLE video_hits");
    add_videos("7", 0, 20, "seven");
    here.remove(8);
    add_videos("NULL", 100, 30, "stranger");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.world.mautic.row_count("video_hits", "referer LIKE '%stranger'") == 30);
}

// The device token of somebody who opted out is deleted by the daemon, and by Mautic when somebody turns push
// notifications off.
TEST_CASE("A row that an erasure deleted is no sign of a restore") {
    Restored here("", "7.0.2");
    auto task = here.task();
    const auto add_token = [&](ContactId contact, const std::string& token) {
        here.add_contact(contact);
        here.world.mautic.insert("push_ids", {{"lead_id", static_cast<std::int64_t>(contact)},
                                              {"push_id", token},
                                              {"enabled", std::int64_t{1}},
                                              {"mobile", std::int64_t{0}}});
    };
    add_token(7, "the token of seven");
    add_token(8, "the token of eight");
    here.world.mautic.unsubscribe(8);
    here.world.mautic.insert("audit_log", {{"object", "lead"},
                                           {"object_id", std::int64_t{7}},
                                           {"bundle", "lead"},
                                           {"action", "create"},
                                           {"details", "a:1:{s:1:\"n\";s:3:\"Ann\";}"}});
    here.run(task);
    here.run(task);
    SECTION("nobody else is erased") { here.remove(7); }
    SECTION("in the same minute somebody else is deleted in Mautic") {
        here.remove(7);
        here.world.erase(8);
    }
    SECTION("while somebody else waits who was deleted in Mautic") {
        here.allowed = false;
        here.remove(7);
        here.run(task);
        here.world.erase(8);
        here.run(task);
        here.allowed = true;
    }
    SECTION("long before") {
        here.world.erase(8);
        here.run(task);
        here.run(task);
        here.remove(7);
    }
    for (int start = 0; start < 3; ++start) {
        auto next = here.task();
        here.run(next);
    }
    CHECK(here.world.mautic.row_count("push_ids", "push_id LIKE '%seven'") == 0);
    CHECK(here.world.mautic.row_count("audit_log", "object_id = 7 AND details LIKE '%\"Ann\"%'") == 0);
}

// A run may wait for long between its look at the tables and its last page: for the throttle, which waits
// while the server is busy, as it is with a restore.
TEST_CASE("What is restored while a run goes on is not taken for the rows that it has looked at") {
    Restored here;
    bool is_restored = false;
    OrphanedRows task{DeletedContacts::since_installation,
                      here.options,
                      here.deletions,
                      [&](std::size_t contacts) {
                          if (contacts == 0 || std::exchange(is_restored, true)) return true;
                          here.change("DELETE FROM email_stats WHERE id > 50");
                          here.make_anew("email_stats");
                          here.add_mails("NULL", 100, 30, "stranger@example.net", "NOW()");
                          return true;
                      },
                      here.metrics,
                      OrphanedRows::Pace{0ms, 0ms}};
    for (const ContactId contact : {ContactId{7}, ContactId{8}}) here.add_contact(contact);
    here.add_mails("7", 0, 20, "many@example.org", old_date);
    here.add_mails("8", 100, 20, "many@example.org", old_date);
    here.run(task);
    here.remove(8);
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    REQUIRE(is_restored);
    CHECK(here.mails("stranger@example.net") == 30);
}

// An administrator empties a large table of statistics; its ids begin anew. Long after that the steps of the
// guide for a restore are followed to the letter.
TEST_CASE("What was erased in a table that was emptied since is not expected back") {
    Restored here;
    auto task = here.task();
    for (const ContactId contact : {ContactId{7}, ContactId{8}}) here.add_contact(contact);
    here.add_mails("7", 0, 20, "many@example.org", old_date);
    here.add_mails("8", 100, 2, "eight@example.org", old_date);
    here.run(task);
    here.remove(7);
    here.run(task);
    REQUIRE(here.mails("many@example.org") == 0);
    here.change("DELETE FROM email_stats");
    here.make_anew("email_stats");
    SECTION("while the daemon runs") {
        here.add_mails("NULL", 0, 5, "stranger@example.net", "NOW()");
        here.run(task);
        here.add_mails("NULL", 5, 25, "stranger@example.net", "NOW()");
    }
    SECTION("while it is stopped") { here.add_mails("NULL", 0, 30, "stranger@example.net", "NOW()"); }
    for (int turn = 0; turn < 2; ++turn) here.run(task);
    // The backup is of now.
    here.make_anew("email_stats");
    here.expect_again();
    auto next = here.task();
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(here.mails("stranger@example.net") == 30);
}
