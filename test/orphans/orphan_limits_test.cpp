// Orphaned rows in numbers, after interruptions, and when something is in the way.
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "background/background_fixture.h"
#include "orphans/contact_rows.h"
#include "orphans/orphan_eraser.h"
#include "orphans/orphaned_rows.h"
#include "orphans/restored_rows.h"
#include "rights/rights.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

OrphanedRows task_of(BackgroundFixture& here, Deletions& deletions) {
    return {DeletedContacts::since_installation, here.options, deletions,
            [](std::size_t) { return true; },    here.metrics, OrphanedRows::Pace{0ms, 0ms}};
}

// So many mails of one contact, ids from `first`.
void add_mails(BackgroundFixture& here, ContactId contact, int first, int count) {
    here.world.mautic.insert("leads", {{"id", contact}, {"email", "many@example.org"}});
    here.world.mautic.connection().change(
        "INSERT INTO email_stats (id, lead_id, email_address, date_sent, is_read, is_failed, "
        "viewed_in_browser) SELECT " +
        std::to_string(first) + " + seq, " + std::to_string(contact) +
        ", 'many@example.org', NOW(), 0, 0, 0 FROM " + test::sequence(1, count));
}

void delete_contact(BackgroundFixture& here, ContactId contact) {
    here.world.mautic.connection().change("DELETE FROM leads WHERE id = " + std::to_string(contact));
}

// Mails to people who are no contacts, later than those.
void add_mails_of_nobody(BackgroundFixture& here, int first, int count) {
    here.world.mautic.connection().change(
        "INSERT INTO email_stats (id, email_address, date_sent, is_read, is_failed, viewed_in_browser) "
        "SELECT " +
        std::to_string(first) + " + seq, 'stranger@example.net', NOW() + INTERVAL 1 HOUR, 0, 0, 0 FROM " +
        test::sequence(1, count));
}

// As a restore does. The server tells the time in seconds.
void make_anew(BackgroundFixture& here, const std::string& table) {
    auto& mautic = here.world.mautic;
    mautic.connection().change("ALTER TABLE " + table + " FORCE");
    // The one before was made long ago.
    here.world.daemon.change("UPDATE " + std::string(World::ledger_name) +
                             ".mark SET number = number - 3600 WHERE name LIKE 'leftovers\\_created\\_" +
                             table + "%'");
}

// MariaDB does not tell when a table of this engine was made. It has no foreign keys and no generated
// columns.
void make_without_time(BackgroundFixture& here) {
    auto& root = here.world.mautic.connection();
    root.change("SET foreign_key_checks = 0");
    root.change("ALTER TABLE email_stats DROP COLUMN generated_sent_date");
    root.change("CREATE TABLE its_rows LIKE email_stats");
    root.change("ALTER TABLE its_rows ENGINE = MyISAM");
    root.change("INSERT INTO its_rows SELECT * FROM email_stats");
    root.change("DROP TABLE email_stats");
    root.change("CREATE TABLE email_stats LIKE its_rows");
    root.change("ALTER TABLE email_stats ENGINE = MERGE UNION = (its_rows) INSERT_METHOD = LAST");
    root.change("SET foreign_key_checks = 1");
}

// As Mautic's foreign keys do.
void delete_contact_of_mails(BackgroundFixture& here, ContactId contact) {
    here.world.mautic.connection().change("UPDATE email_stats SET lead_id = NULL WHERE lead_id = " +
                                          std::to_string(contact));
    delete_contact(here, contact);
}

// Those of nobody came later than those whose ids they have.
void date_mails(BackgroundFixture& here, const std::string& date, const std::string& where) {
    here.world.mautic.connection().change("UPDATE email_stats SET date_sent = '" + date + "' WHERE " + where);
}

// Of contact 7 up to row 20, of contact 8 from 101 to 120.
void add_old_mails(BackgroundFixture& here) {
    add_mails(here, 7, 0, 20);
    add_mails(here, 8, 100, 20);
    date_mails(here, "2024-02-29 12:00:00", "id <= 120");
}

// The backup had neither contact 8 nor its mails; the table stays, and Mautic was used again.
void restore_and_go_on(BackgroundFixture& here, Deletions& deletions, OrphanedRows& task) {
    add_old_mails(here);
    here.run(task);
    here.world.mautic.connection().change("DELETE FROM email_stats WHERE id > 50");
    delete_contact(here, 8);
    SECTION("the id of the newest row is another row's") { add_mails_of_nobody(here, 100, 30); }
    SECTION("the id of the newest row is nobody's") {
        add_mails_of_nobody(here, 100, 19);
        add_mails_of_nobody(here, 120, 11);
    }
    deletions.add(std::vector<ContactId>{8});
    for (int turn = 0; turn < 3; ++turn) here.run(task);
}

// What is written to the log meanwhile, which is standard error.
class LogLines {
  public:
    LogLines() : before_(dup(STDERR_FILENO)) {
        const int file = open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
        dup2(file, STDERR_FILENO);
        close(file);
    }
    ~LogLines() {
        dup2(before_, STDERR_FILENO);
        close(before_);
    }
    LogLines(const LogLines&) = delete;
    LogLines& operator=(const LogLines&) = delete;

    std::size_t count(const std::string& words) const {
        std::ifstream log(path_);
        std::size_t lines = 0;
        for (std::string line; std::getline(log, line);) lines += line.find(words) != std::string::npos;
        return lines;
    }

  private:
    const TemporaryDirectory directory_;
    const std::filesystem::path path_ = directory_ / "log";
    const int before_;
};

std::size_t plain_mails(BackgroundFixture& here) {
    return here.world.mautic.row_count("email_stats", "email_address LIKE '%@%'");
}

}  // namespace

TEST_CASE("Many orphaned rows are erased in slices, and each is noted with its erasure") {
    BackgroundFixture here;
    here.options.page_rows = 100;
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_mails(here, 7, 0, 5'000);
    here.run(task);
    delete_contact(here, 7);
    auto next = task_of(here, deletions);
    here.run_once(next);
    CHECK(next.period() == 0ms);
    CHECK(plain_mails(here) > 0);
    CHECK(plain_mails(here) < 5'000);
    CHECK(here.ledger("SELECT COUNT(*) FROM leftover_row WHERE what = 'erased'") ==
          std::to_string(5'000 - plain_mails(here)));
    here.run(next);
    CHECK(plain_mails(here) == 0);
    CHECK(here.metric("leftover_rows_total") == 5'000);
}

TEST_CASE("The rows of contacts are learned in slices, and an interrupted look goes on") {
    BackgroundFixture here;
    here.options.page_rows = 10;
    Deletions deletions;
    add_mails(here, 7, 0, 500);
    add_mails(here, 8, 1'000, 500);
    {
        auto task = task_of(here, deletions);
        here.run_once(task);
        CHECK(task.period() == 0ms);
    }
    CHECK(here.ledger("SELECT COUNT(*) FROM mark WHERE name = 'leftovers_email_stats'") == "0");
    const int known = std::stoi(here.ledger("SELECT COUNT(*) FROM contact_row"));
    CHECK(known >= 10);
    CHECK(known < 1'000);
    auto task = task_of(here, deletions);
    here.run(task);
    CHECK(here.ledger("SELECT COUNT(*) FROM contact_row") == "1000");
    CHECK(here.ledger("SELECT COUNT(*) FROM contact_row WHERE contact_id = 8 AND row_id > 1000") == "500");
    CHECK(plain_mails(here) == 1'000);
    CHECK(here.metric("leftover_rows_total") == 0);
}

TEST_CASE(
    "A table that cannot be changed does not keep the others from it, and the look fails until it can") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    here.world.mautic.add_contact(7);
    here.run(task);
    auto& root = here.world.mautic.connection();
    root.change(
        "CREATE TRIGGER no_change BEFORE UPDATE ON email_stats FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ann@example.org may not'");
    const auto submission = std::to_string(
        here.world.mautic.insert("form_submissions", {{"lead_id", std::int64_t{7}},
                                                      {"form_id", std::int64_t{1}},
                                                      {"referer", "https://www.example.org/?e=ann"}}));
    auto later = task_of(here, deletions);
    here.run(later);
    here.run(later);
    delete_contact(here, 7);
    deletions.add(std::vector<ContactId>{7});
    CHECK_THROWS_AS(here.run(later), database::DatabaseError);
    CHECK_THROWS_AS(here.run(later), database::DatabaseError);
    CHECK(plain_mails(here) == 3);
    CHECK(here.world.mautic.value("SELECT referer FROM form_submissions WHERE id = " + submission) == "");
    root.change("DROP TRIGGER no_change");
    for (int turn = 0; turn < 100 && plain_mails(here) > 0; ++turn) {
        try {
            here.run(later);
        } catch (const database::DatabaseError&) {
            continue;  // what it remembers of the last walk
        }
    }
    CHECK(plain_mails(here) == 0);
    CHECK_NOTHROW(here.run(later));
}

TEST_CASE("After a restore the ids that come are new ones, and what was erased is erased again") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_mails(here, 7, 0, 20);
    add_mails(here, 8, 100, 20);
    here.run(task);
    delete_contact(here, 7);
    deletions.add(std::vector<ContactId>{7});
    here.run(task);
    REQUIRE(plain_mails(here) == 20);

    auto& root = here.world.mautic.connection();
    root.change("DELETE FROM email_stats WHERE id > 50");  // the backup had not got these yet
    root.change("UPDATE email_stats SET email_address = 'many@example.org'");
    here.run(task);
    CHECK(here.ledger("SELECT number FROM mark WHERE name = 'leftovers_email_stats'") == "20");
    root.change(
        "INSERT INTO email_stats (id, email_address, date_sent, is_read, is_failed, viewed_in_browser)"
        " VALUES (110, 'staff@example.org', NOW() + INTERVAL 1 HOUR, 0, 0, 0)");
    const auto steps = orphans::orphan_steps(here.world.plan());
    CHECK(expect_erased_again(here.world.daemon, World::ledger_name, steps) == 20);
    // Nobody's id: what Mautic itself writes about contact 0 is not about anybody.
    here.world.mautic.insert("audit_log", {{"object", "lead"},
                                           {"object_id", std::int64_t{0}},
                                           {"bundle", "lead"},
                                           {"action", "create"},
                                           {"details", "a:1:{s:1:\"n\";s:3:\"Ann\";}"}});
    delete_contact(here, 8);
    auto next = task_of(here, deletions);
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(plain_mails(here) == 1);
    CHECK(here.world.mautic.value("SELECT email_address FROM email_stats WHERE id = 110") ==
          "staff@example.org");
    CHECK(here.world.mautic.value("SELECT details FROM audit_log") == "a:1:{s:1:\"n\";s:3:\"Ann\";}");
}

TEST_CASE("After a restore a row id that is used again is somebody else's, though ids have grown on") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_mails(here, 7, 0, 20);
    add_mails(here, 8, 100, 20);
    here.run(task);
    // The backup had neither contact 8 nor its mails; Mautic was used again before the next look.
    here.world.mautic.connection().change("DELETE FROM email_stats WHERE id > 50");
    delete_contact(here, 8);
    make_anew(here, "email_stats");
    add_mails_of_nobody(here, 100, 30);
    deletions.add(std::vector<ContactId>{8});
    here.run(task);
    auto next = task_of(here, deletions);
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(here.world.mautic.row_count("email_stats", "email_address = 'stranger@example.net'") == 30);
    // What is known of others still holds.
    CHECK(here.ledger("SELECT COUNT(*) FROM contact_row WHERE contact_id = 7") == "20");
    delete_contact(here, 7);
    deletions.add(std::vector<ContactId>{7});
    here.run(task);
    CHECK(plain_mails(here) == 30);
}

TEST_CASE("A server that first tells later when a table was made may hide a restore") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_mails(here, 8, 100, 20);
    here.run(task);
    here.world.daemon.change("DELETE FROM " + std::string(World::ledger_name) +
                             ".mark WHERE name LIKE 'leftovers\\_created\\_email\\_stats%'");
    here.world.mautic.connection().change("DELETE FROM email_stats");
    delete_contact(here, 8);
    add_mails_of_nobody(here, 100, 30);
    deletions.add(std::vector<ContactId>{8});
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.world.mautic.row_count("email_stats", "email_address = 'stranger@example.net'") == 30);
}

TEST_CASE("A restore that keeps the table is known by the date of a row, or by its loss") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    restore_and_go_on(here, deletions, task);
    CHECK(here.world.mautic.row_count("email_stats", "email_address = 'stranger@example.net'") == 30);
    delete_contact(here, 7);
    deletions.add(std::vector<ContactId>{7});
    here.run(task);
    CHECK(plain_mails(here) == 30);
}

TEST_CASE("Who was deleted is erased, though the server tells no time, another time or an earlier one") {
    BackgroundFixture here;
    Deletions deletions;
    add_old_mails(here);
    const std::string marks =
        ".mark SET number = number + 3600 WHERE name LIKE 'leftovers\\_created\\_email\\_stats%'";
    SECTION("it told the time before") {
        {
            auto task = task_of(here, deletions);
            here.run(task);
        }
        make_without_time(here);
        auto task = task_of(here, deletions);
        delete_contact_of_mails(here, 8);
        deletions.add(std::vector<ContactId>{8});
        for (int turn = 0; turn < 3; ++turn) here.run(task);
    }
    SECTION("it never did") {
        make_without_time(here);
        auto task = task_of(here, deletions);
        here.run(task);
        delete_contact_of_mails(here, 8);
        deletions.add(std::vector<ContactId>{8});
        for (int turn = 0; turn < 3; ++turn) here.run(task);
    }
    SECTION("each look tells another one") {
        auto task = task_of(here, deletions);
        here.run(task);
        delete_contact(here, 8);
        deletions.add(std::vector<ContactId>{8});
        for (int turn = 0; turn < 3; ++turn) {
            here.world.daemon.change("UPDATE " + std::string(World::ledger_name) + marks);
            here.run(task);
        }
    }
    CHECK(plain_mails(here) == 20);
    CHECK(here.world.mautic.row_count("email_stats", "lead_id = 7 AND email_address LIKE '%@%'") == 20);
}

TEST_CASE("Where the server tells no time a restore is known by the dates of the rows, and by a lost row") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    make_without_time(here);
    restore_and_go_on(here, deletions, task);
    CHECK(here.world.mautic.row_count("email_stats", "email_address = 'stranger@example.net'") == 30);
}

// Mautic dates a video hit anew each time the player reports how far it is.
TEST_CASE("A video that is still watched is no restored table: what a deleted contact watched is erased") {
    BackgroundFixture here("", "7.0.2");
    Deletions deletions;
    auto task = task_of(here, deletions);
    auto& mautic = here.world.mautic;
    for (const std::int64_t contact : {7, 8}) {
        mautic.insert("leads", {{"id", contact}, {"email", "many@example.org"}});
        mautic.insert("video_hits", {{"lead_id", contact},
                                     {"date_hit", "2024-02-29 12:00:00"},
                                     {"code", std::int64_t{200}},
                                     {"guid", "a session"},
                                     {"referer", "https://www.example.org/?e=many@example.org"}});
    }
    here.run(task);
    delete_contact(here, 7);
    mautic.connection().change("UPDATE video_hits SET date_hit = '2024-02-29 12:01:00' WHERE lead_id = 8");
    deletions.add(std::vector<ContactId>{7});
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(mautic.row_count("video_hits", "lead_id IS NULL AND referer LIKE '%@%'") == 0);
    CHECK(mautic.row_count("video_hits", "lead_id = 8 AND referer LIKE '%@%'") == 1);
}

TEST_CASE("A table that loses its newest row is no restored one: who waits to be erased still is") {
    BackgroundFixture here;
    Deletions deletions;
    bool allowed = false;
    OrphanedRows task{DeletedContacts::since_installation,  here.options, deletions,
                      [&](std::size_t) { return allowed; }, here.metrics, OrphanedRows::Pace{0ms, 0ms}};
    add_mails(here, 7, 0, 20);
    add_mails(here, 8, 100, 20);
    here.run(task);
    delete_contact(here, 7);
    deletions.add(std::vector<ContactId>{7});
    here.run(task);
    here.world.mautic.connection().change("DELETE FROM email_stats WHERE id = 120");
    here.run(task);
    add_mails_of_nobody(here, 119, 1);
    allowed = true;
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(plain_mails(here) == 20);
    CHECK(here.world.mautic.row_count("email_stats", "lead_id = 8 AND email_address LIKE '%@%'") == 19);
    // The row that has the id now is not the one that was contact 8's.
    delete_contact(here, 8);
    deletions.add(std::vector<ContactId>{8});
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(plain_mails(here) == 1);
}

TEST_CASE("A row is known by its date, though the policy erases that") {
    BackgroundFixture here;
    here.world.policy.columns["email_stats.date_sent"] = policy::FieldRule::remove;
    here.world.prepare();
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_mails(here, 7, 0, 20);
    here.run(task);
    delete_contact(here, 7);
    deletions.add(std::vector<ContactId>{7});
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(plain_mails(here) == 0);
}

TEST_CASE("Without what tells its rows apart a table is left, and that is said") {
    BackgroundFixture here;
    here.world.mautic.connection().change("ALTER TABLE email_stats MODIFY date_sent BIGINT");
    here.world.prepare();
    const plan::Plan& plan = here.world.plan();
    for (const plan::Step* step : orphan_steps(plan)) CHECK(step->table != "email_stats");
    CHECK(std::any_of(plan.warnings.begin(), plan.warnings.end(), [](const std::string& warning) {
        return warning.find("email_stats: what deleted contacts leave behind is not looked for") !=
                   std::string::npos &&
               warning.find("row_date") != std::string::npos;
    }));
}

TEST_CASE("Erased rows that a backup had not got are not expected back: their ids will be others'") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_old_mails(here);
    here.run(task);
    for (const ContactId contact : {ContactId{7}, ContactId{8}}) delete_contact(here, contact);
    deletions.add(std::vector<ContactId>{7, 8});
    here.run(task);
    REQUIRE(plain_mails(here) == 0);
    auto& root = here.world.mautic.connection();
    root.change("DELETE FROM email_stats WHERE id > 50");
    root.change("UPDATE email_stats SET email_address = 'many@example.org'");
    const auto steps = orphans::orphan_steps(here.world.plan());
    CHECK(expect_erased_again(here.world.daemon, World::ledger_name, steps) == 20);
    add_mails_of_nobody(here, 100, 30);
    SECTION("the server tells when the table was made") {}
    SECTION("it tells another time") {
        here.world.daemon.change("UPDATE " + std::string(World::ledger_name) +
                                 ".mark SET number = number + 3600 WHERE name LIKE "
                                 "'leftovers\\_created\\_email\\_stats%'");
    }
    auto next = task_of(here, deletions);
    for (int turn = 0; turn < 3; ++turn) here.run(next);
    CHECK(here.world.mautic.row_count("email_stats", "email_address = 'stranger@example.net'") == 30);
    CHECK(plain_mails(here) == 30);
}

TEST_CASE("A row that cannot be changed keeps nobody but its contact waiting") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    for (int contact = 1; contact <= 30; ++contact) {
        add_mails(here, static_cast<ContactId>(contact), contact * 10, 2);
    }
    here.run(task);
    auto& root = here.world.mautic.connection();
    root.change(
        "CREATE TRIGGER no_change BEFORE UPDATE ON email_stats FOR EACH ROW BEGIN IF OLD.id = 51 THEN"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not this one'; END IF; END");
    for (ContactId contact = 1; contact <= 30; ++contact) {
        root.change("UPDATE email_stats SET lead_id = NULL WHERE id <> 51 AND lead_id = " +
                    std::to_string(contact));
    }
    // What a foreign key does runs no trigger.
    for (ContactId contact = 1; contact <= 30; ++contact) delete_contact(here, contact);
    std::vector<ContactId> contacts;
    for (ContactId contact = 1; contact <= 30; ++contact) contacts.push_back(contact);
    deletions.add(contacts);
    for (int turn = 0; turn < 10; ++turn) {
        CHECK_THROWS_AS(here.run_once(task), database::DatabaseError);
    }
    CHECK(plain_mails(here) == 2);
    CHECK(here.ledger("SELECT COUNT(*) FROM gone_contact") == "1");
    root.change("DROP TRIGGER no_change");
    here.run(task);
    CHECK(plain_mails(here) == 0);
}

TEST_CASE(
    "That orphaned rows wait for a right is told once with its remedy, and again when one is missing again") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_mails(here, 7, 0, 3);
    here.run(task);
    const auto delete_in_mautic = [&](ContactId contact) {
        delete_contact(here, contact);
        deletions.add({&contact, 1});
    };
    delete_in_mautic(7);
    auto rules = std::make_shared<erasure::Rules>(*here.world.rules());
    rules->plan = std::make_shared<const plan::Plan>(rights::without_rights(
        here.world.plan(), {{"lead_notes", "DELETE", false, "GRANT DELETE ON lead_notes TO somebody;"}}));
    LogLines lines;
    for (int looks = 0; looks < 3; ++looks) here.run_once(task, rules);
    CHECK(plain_mails(here) == 3);
    CHECK(lines.count("orphaned rows wait") == 1);
    CHECK(lines.count("mautic-gdprd grants --missing --apply") == 1);
    here.run(task);
    CHECK(plain_mails(here) == 0);

    add_mails(here, 8, 10, 3);
    here.run(task);
    delete_in_mautic(8);
    here.run_once(task, rules);
    CHECK(lines.count("orphaned rows wait") == 2);
}

TEST_CASE("A table that cannot be watched does not keep the others from it, and nothing of it is erased") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    here.world.mautic.add_contact(7);
    here.world.mautic.add_contact(8);
    here.run(task);
    delete_contact(here, 7);
    auto& root = here.world.mautic.connection();
    root.change("ALTER TABLE page_hits RENAME COLUMN lead_id TO lead_now");
    deletions.add(std::vector<ContactId>{7});
    CHECK_THROWS_AS(here.run(task), database::DatabaseError);
    CHECK(here.world.mautic.row_count("email_stats", "lead_id IS NULL AND email_address LIKE '%@%'") == 0);
    CHECK(here.ledger("SELECT COUNT(*) FROM gone_contact WHERE contact_id = 7") == "1");
}

TEST_CASE("A first walk that a restart interrupts vouches only for rows that were there when it began") {
    BackgroundFixture here;
    here.options.page_rows = 10;
    Deletions deletions;
    add_mails(here, 7, 0, 500);
    add_mails(here, 8, 1'000, 500);
    {
        auto task = task_of(here, deletions);
        here.run_once(task);
        REQUIRE(task.period() == 0ms);
    }
    REQUIRE(std::stoull(
                here.ledger("SELECT number FROM mark WHERE name = 'leftovers_reached_email_stats'")) >= 7);
    // Of a contact that the walk has passed.
    add_mails(here, 5, 2'000, 5);
    auto task = task_of(here, deletions);
    here.run(task);
    CHECK(here.ledger("SELECT COUNT(*) FROM contact_row WHERE contact_id = 5") == "5");
    delete_contact(here, 5);
    deletions.add(std::vector<ContactId>{5});
    here.run(task);
    CHECK(plain_mails(here) == 1'000);
}

TEST_CASE("On another server all rows are recorded again, once") {
    BackgroundFixture here;
    Deletions deletions;
    auto task = task_of(here, deletions);
    add_mails(here, 7, 0, 20);
    here.run(task);
    const auto notices = [&] {
        const LogLines lines;
        here.run(task);
        return lines.count("recorded again");
    };
    CHECK(notices() == 0);
    // As if these had been noted on another one, where the tables were made earlier.
    server().execute(
        "UPDATE mark SET number = number - 3600, name = REGEXP_REPLACE(name, '_[0-9]+$', '_1')"
        " WHERE name LIKE 'leftovers_created_%'",
        World::ledger_name);
    CHECK(notices() > 0);
    CHECK(notices() == 0);
    CHECK(here.ledger("SELECT COUNT(*) FROM mark WHERE name LIKE 'leftovers_created_email_stats%'") == "3");
    CHECK(here.ledger("SELECT COUNT(*) FROM contact_row WHERE contact_id = 7") == "20");
}
