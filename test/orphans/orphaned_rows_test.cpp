// What deleted contacts leave behind, and what is left alone.
#include "orphans/orphaned_rows.h"
#include "support/server_under_test.h"

#include "background/background_fixture.h"
#include "files/contact_files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

struct Remains : BackgroundFixture {
    OrphanedRows task(DeletedContacts mode = DeletedContacts::since_installation) {
        return {mode,
                options,
                deletions,
                [this](std::size_t contacts) {
                    if (!paused) allowed += contacts;
                    return !paused;
                },
                metrics,
                OrphanedRows::Pace{0ms, 0ms}};
    }
    // As Mautic does: the record first, then the row goes. What it moves is up to the test.
    void merge(ContactId winner, ContactId loser) {
        auto& root = world.mautic.connection();
        root.change("UPDATE contact_merge_records SET contact_id = " + std::to_string(winner) +
                    " WHERE contact_id = " + std::to_string(loser));
        world.mautic.insert("contact_merge_records", {{"contact_id", winner}, {"merged_id", loser}});
        delete_contact(loser);
    }
    void told_of(ContactId id) { deletions.add(std::vector<ContactId>{id}); }
    void delete_contact(ContactId id) {
        world.mautic.connection().change("DELETE FROM leads WHERE id = " + std::to_string(id));
    }
    // A mail to somebody who is no contact. Returns the row's id.
    std::string mail_to_nobody(const std::string& address) {
        return std::to_string(world.mautic.insert(
            "email_stats", {{"email_address", address}, {"tokens", "a:1:{s:1:\"n\";s:3:\"Ann\";}"}}));
    }
    std::string page_view_of_nobody(const std::string& url) {
        return std::to_string(world.mautic.insert("page_hits", {{"url", url}, {"code", std::int64_t{200}}}));
    }
    std::string address_of(const std::string& row) {
        return world.mautic.value("SELECT email_address FROM email_stats WHERE id = " + row);
    }
    std::string url_of(const std::string& row) {
        return world.mautic.value("SELECT url FROM page_hits WHERE id = " + row);
    }
    std::size_t plain_mails() {
        return world.mautic.row_count("email_stats", "email_address LIKE '%@%' AND lead_id IS NULL");
    }
    void let_a_day_pass() { set_mark("old_leftovers_page_hits", "at = at - INTERVAL 25 HOUR"); }
    double erased_rows() { return metric("leftover_rows_total"); }

    Deletions deletions;
    bool paused = false;
    std::size_t allowed = 0;  // contacts
};

}  // namespace

TEST_CASE("What a deleted contact leaves behind is erased, and then costs nothing more") {
    Remains here;
    auto task = here.task();
    here.world.mautic.add_contact(7);
    here.world.mautic.add_contact(8);
    here.run(task);
    here.delete_contact(7);
    REQUIRE(here.plain_mails() == 3);
    const std::string hash = here.world.md5(invented_person(7).email());

    auto next = here.task();
    here.run(next);
    CHECK(here.plain_mails() == 0);
    CHECK(here.world.mautic.row_count("email_stats", "lead_id IS NULL AND email_address = '" + hash + "'") ==
          2);
    CHECK(here.world.mautic.row_count("email_stats", "lead_id IS NULL AND tokens <> 'a:0:{}'") == 0);
    CHECK(here.world.mautic.row_count("email_stats", "lead_id = 8 AND email_address LIKE '%@%'") == 3);
    CHECK(here.world.mautic.row_count("page_hits", "lead_id IS NULL AND url LIKE '%?%'") == 0);
    // Where the visitor was, which only these rows knew.
    const auto rows_of_address = [&](ContactId id) {
        return here.world.mautic.row_count("ip_addresses",
                                           "ip_address = '" + invented_person(id).ip_address + "'");
    };
    CHECK(rows_of_address(7) == 0);
    CHECK(rows_of_address(8) == 1);
    const double erased = here.erased_rows();
    CHECK(erased >= 6);
    const std::string before = here.world.mautic.dump();
    auto last = here.task();
    here.run(last);
    CHECK(here.erased_rows() == erased);
    CHECK(here.world.mautic.dump() == before);
}

TEST_CASE("A plugin's table with another name than a plain one is watched like any other") {
    Remains here;
    here.world.mautic.connection().change(
        "CREATE TABLE `plugin-größe` (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
        " lead_id BIGINT UNSIGNED NULL, added DATETIME NOT NULL, note VARCHAR(191) NULL, KEY lead (lead_id),"
        " CONSTRAINT contact FOREIGN KEY (lead_id) REFERENCES leads (id) ON DELETE SET NULL)");
    here.world.map = with_entry(R"(
[[table]]
name = "plugin-größe"
why = "a test"
tie = { kind = "column", column = "lead_id", leftovers = "lost_contact", row_date = "added" }
[table.columns]
note = { action = "delete", why = "a test" }
)");
    here.world.prepare();
    auto& root = here.world.mautic.connection();
    for (const ContactId contact : {7, 8}) {
        here.world.mautic.add_contact(contact);
        root.change("INSERT INTO `plugin-größe` (lead_id, added, note) VALUES (" + std::to_string(contact) +
                    ", '2026-01-01', 'a note')");
    }
    auto task = here.task();
    here.run(task);
    here.delete_contact(7);
    auto next = here.task();
    here.run(next);
    CHECK(here.world.mautic.value("SELECT COUNT(*) FROM `plugin-größe` WHERE note IS NULL") == "1");
    CHECK(here.world.mautic.value("SELECT note FROM `plugin-größe` WHERE lead_id = 8") == "a note");
}

TEST_CASE("Rows that had lost their contact before the installation stay, unless all are wanted") {
    Remains here;
    here.world.mautic.add_contact(7);
    here.delete_contact(7);
    const auto view = here.page_view_of_nobody("https://www.example.org/?a=b");
    auto task = here.task();
    here.run(task);
    auto again = here.task();
    here.run(again);
    CHECK(here.plain_mails() == 3);
    CHECK(here.erased_rows() == 0);

    SECTION("off") {
        auto off = here.task(DeletedContacts::off);
        here.run(off);
        CHECK(here.plain_mails() == 3);
    }
    SECTION("all, later") {
        auto all = here.task(DeletedContacts::all);
        here.run(all);
        here.run(all);
        CHECK(here.plain_mails() == 0);
        CHECK(here.url_of(view) == "https://www.example.org/?a=b");
        here.let_a_day_pass();
        here.run(all);
        CHECK(here.url_of(view) == "https://www.example.org/");
    }
}

TEST_CASE("All from the beginning: old rows go, page views after a day") {
    Remains here;
    here.world.mautic.add_contact(7);
    here.delete_contact(7);
    const auto view = here.page_view_of_nobody("https://www.example.org/?a=b");
    auto task = here.task(DeletedContacts::all);
    here.run(task);
    CHECK(here.plain_mails() == 0);
    CHECK(here.url_of(view) == "https://www.example.org/?a=b");
    here.let_a_day_pass();
    auto next = here.task(DeletedContacts::all);
    here.run(next);
    CHECK(here.url_of(view) == "https://www.example.org/");
}

TEST_CASE("Switched off, nothing is noted and nothing is erased") {
    Remains here;
    auto task = here.task(DeletedContacts::off);
    here.world.mautic.add_contact(7);
    here.run(task);
    here.delete_contact(7);
    here.run(task);
    CHECK(here.plain_mails() == 3);
    CHECK(here.ledger("SELECT COUNT(*) FROM leftover_row") == "0");
    CHECK(here.ledger("SELECT COUNT(*) FROM mark WHERE name LIKE 'leftovers%'") == "0");
}

TEST_CASE("Rows that Mautic makes without a contact are somebody else's") {
    Remains here;
    const auto mode = GENERATE(DeletedContacts::since_installation, DeletedContacts::all);
    auto task = here.task(mode);
    here.run(task);
    here.run(task);
    const auto staff = here.mail_to_nobody("staff@example.org");
    const auto view = here.page_view_of_nobody("https://www.example.org/?a=b");
    here.world.mautic.add_contact(7);
    here.run(task);
    here.delete_contact(7);
    here.told_of(7);
    here.run(task);
    CHECK(here.address_of(staff) == "staff@example.org");
    CHECK(here.plain_mails() == 1);
    if (mode == DeletedContacts::all) here.let_a_day_pass();
    auto later = here.task(mode);
    for (int turn = 0; turn < 3; ++turn) here.run(later);
    CHECK(here.address_of(staff) == "staff@example.org");
    CHECK(here.url_of(view) == "https://www.example.org/?a=b");
}

TEST_CASE(
    "A row without a contact that a transaction commits late is somebody else's, however long it took") {
    Remains here;
    auto task = here.task();
    here.run(task);
    database::Connection slow(here.world.mautic.options());
    slow.begin();
    slow.change(
        "INSERT INTO email_stats (email_address, date_sent, is_read, is_failed, viewed_in_browser)"
        " VALUES ('stranger@example.net', NOW(), 0, 0, 0)");
    const std::string row = std::to_string(slow.last_insert_id());
    here.world.mautic.add_contact(7);
    for (int turn = 0; turn < 5; ++turn) here.run(task);
    here.delete_contact(7);
    here.told_of(7);
    here.run(task);
    slow.commit();
    here.options.full = 0ms;
    auto another = here.task();
    for (int turn = 0; turn < 3; ++turn) {
        here.run(task);
        here.run_once(another);
    }
    CHECK(here.plain_mails() == 1);
    CHECK(here.address_of(row) == "stranger@example.net");
}

TEST_CASE("A page view may get its contact later, and lose it") {
    Remains here;
    auto task = here.task();
    here.run(task);
    here.world.mautic.add_contact(7);
    const auto filled = here.page_view_of_nobody("https://www.example.org/filled?a=b");
    const auto forgotten = here.page_view_of_nobody("https://www.example.org/forgotten?a=b");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    here.world.mautic.connection().change("UPDATE page_hits SET lead_id = 7 WHERE id = " + filled);
    here.set_mark("leftovers_walked_page_hits", "at = at - INTERVAL 25 HOUR");
    here.run(task);
    here.delete_contact(7);
    here.told_of(7);
    here.run(task);
    CHECK(here.url_of(filled) == "https://www.example.org/filled");
    CHECK(here.url_of(forgotten) == "https://www.example.org/forgotten?a=b");
}

TEST_CASE("A row that had none, gets a contact and loses it is that contact's") {
    Remains here;
    const auto row = here.mail_to_nobody("old@example.org");
    auto task = here.task();
    here.run(task);
    here.world.mautic.add_contact(7);
    here.world.mautic.connection().change("UPDATE email_stats SET lead_id = 7 WHERE id = " + row);
    here.set_mark("leftovers_walked_email_stats", "at = at - INTERVAL 25 HOUR");
    here.run(task);
    here.delete_contact(7);
    here.told_of(7);
    here.run(task);
    CHECK(here.address_of(row) == here.world.md5("old@example.org"));
}

TEST_CASE("The whole is looked through after a start, every `full`, and when a deletion was told of") {
    Remains here;
    here.options.full = 1h;
    auto task = here.task();
    here.world.mautic.add_contact(7);
    here.run(task);
    here.run(task);
    here.delete_contact(7);
    here.run(task);
    CHECK(here.plain_mails() == 3);
    here.told_of(7);
    here.run(task);
    CHECK(here.plain_mails() == 0);
    CHECK(task.period() == 100ms);

    here.options.full = 0ms;
    auto often = here.task();
    here.world.mautic.add_contact(8);
    here.run_once(often);
    here.run_once(often);
    here.delete_contact(8);
    for (int turn = 0; turn < 3; ++turn) here.run_once(often);
    CHECK(here.plain_mails() == 0);
}

TEST_CASE("While erasing is held back nothing is erased, and nothing is forgotten") {
    Remains here;
    auto task = here.task();
    here.world.mautic.add_contact(7);
    here.paused = true;
    here.run(task);
    here.delete_contact(7);
    here.told_of(7);
    here.mail_to_nobody("staff@example.org");
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.plain_mails() == 4);
    CHECK(here.allowed == 0);
    here.paused = false;
    auto later = here.task();
    for (int turn = 0; turn < 3; ++turn) here.run(later);
    CHECK(here.plain_mails() == 1);
    CHECK(here.allowed == 1);
}

TEST_CASE("The circuit breaker is asked for every deleted contact once, and for no merged one") {
    Remains here;
    here.options.page_rows = 10;
    auto task = here.task();
    for (ContactId id = 1; id <= 300; ++id) {
        here.world.mautic.insert("leads", {{"id", id}, {"email", "a@example.org"}});
    }
    here.run(task);
    for (ContactId id = 1; id <= 290; ++id) {
        const bool is_merged = id <= 40;
        if (is_merged) here.merge(300, id);
        if (!is_merged) {
            here.delete_contact(id);
            here.world.mautic.insert(
                "audit_log",
                {{"bundle", "lead"}, {"object", "lead"}, {"object_id", id}, {"action", "delete"}});
        }
        here.told_of(id);
    }
    here.paused = true;
    here.run(task);
    here.paused = false;
    here.run(task);
    here.run(task);
    CHECK(here.allowed == 250);
}

TEST_CASE("A form's results and the files in them go with the submission") {
    Remains here;
    const TemporaryDirectory mautic_directory;
    const auto uploads = mautic_directory.path() / "media/files/form/1/2";
    std::filesystem::create_directories(uploads);
    mautic_directory.write("media/files/form/1/2/cv.pdf", "x");
    auto& root = here.world.mautic.connection();
    root.change(
        "CREATE TABLE form_results_1_apply (submission_id INT NOT NULL PRIMARY KEY,"
        " form_id INT NOT NULL, name LONGTEXT, cv LONGTEXT)");
    root.change(
        "CREATE TABLE form_fields (id INT UNSIGNED PRIMARY KEY, form_id INT UNSIGNED NOT NULL,"
        " alias VARCHAR(191) NOT NULL, type VARCHAR(191) NOT NULL)");
    root.change("INSERT INTO form_fields VALUES (2, 1, 'cv', 'file')");
    here.world.files = std::make_shared<const files::ContactFiles>(mautic_directory.path());
    here.world.prepare();
    here.world.mautic.add_contact(7);
    const auto submission = std::to_string(
        here.world.mautic.insert("form_submissions", {{"lead_id", std::int64_t{7}},
                                                      {"form_id", std::int64_t{1}},
                                                      {"referer", "https://www.example.org/?e=ann"}}));
    root.change("INSERT INTO form_results_1_apply VALUES (" + submission + ", 1, 'Ann', 'cv.pdf')");
    auto task = here.task();
    here.run(task);
    here.delete_contact(7);
    here.told_of(7);
    here.run(task);
    CHECK(here.world.mautic.value("SELECT referer FROM form_submissions") == "");
    CHECK(here.world.mautic.value("SELECT name FROM form_results_1_apply") == "NULL");
    CHECK(here.world.mautic.value("SELECT cv FROM form_results_1_apply") == "NULL");
    CHECK(!std::filesystem::exists(uploads / "cv.pdf"));
}

TEST_CASE("Two daemons erase every row once") {
    Remains here;
    auto one = here.task();
    auto other = here.task();
    for (ContactId id = 1; id <= 20; ++id) here.world.mautic.add_contact(id);
    here.run(one);
    here.run(other);
    for (ContactId id = 1; id <= 20; ++id) here.delete_contact(id);
    for (ContactId id = 1; id <= 20; ++id) here.told_of(id);
    database::Connection second(here.world.mautic.options());
    here.options.page_rows = 10;
    here.run_once(one);
    here.run_once(other, second);
    CHECK(here.plain_mails() == 0);
    // Of each three mails and two page views, their internet address, and two entries of the log.
    CHECK(here.ledger("SELECT COUNT(*) FROM leftover_row WHERE what = 'erased'") == "100");
    // A mail is changed twice: its links are an entry of their own.
    CHECK(here.erased_rows() == 220);
}

TEST_CASE(
    "Old orphaned rows are held back by an unknown column and by the circuit breaker, as everything is") {
    Remains here;
    here.options.page_rows = 10;
    auto& root = here.world.mautic.connection();
    root.change(
        "INSERT INTO email_stats (id, email_address, date_sent, is_read, is_failed, viewed_in_browser) "
        "SELECT "
        "seq, 'old@example.org', NOW() - INTERVAL 1 DAY, 0, 0, 0 FROM " +
        test::sequence(1, 30));
    SECTION("an unknown column") {
        erasure::Rules rules(*here.world.rules());
        plan::Plan plan(*rules.plan);
        plan.unknown.emplace_back();
        rules.plan = std::make_shared<const plan::Plan>(std::move(plan));
        rules.stop_on_unknown = true;
        auto task = here.task(DeletedContacts::all);
        const std::stop_token stop;
        Throttle throttle({0, 0});
        const auto stopped = std::make_shared<const erasure::Rules>(std::move(rules));
        for (int turn = 0; turn < 3; ++turn) task.run({here.world.daemon, stopped, stop, throttle});
        CHECK(here.plain_mails() == 30);
    }
    SECTION("the circuit breaker, in the middle") {
        OrphanedRows task(
            DeletedContacts::all, here.options, here.deletions,
            [&](std::size_t) { return here.plain_mails() > 20; }, here.metrics, OrphanedRows::Pace{0ms, 0ms});
        for (int turn = 0; turn < 3; ++turn) here.run(task);
        CHECK(here.plain_mails() == 20);
    }
    auto task = here.task(DeletedContacts::all);
    here.run(task);
    CHECK(here.plain_mails() == 0);
}

TEST_CASE("Of old rows those that are noted are passed over, however many others are between them") {
    Remains here;
    here.options.page_rows = 2;
    auto& root = here.world.mautic.connection();
    // Every other row has no contact; all but the last are dealt with.
    here.world.mautic.insert("leads", {{"id", std::int64_t{7}}, {"email", "ann@example.org"}});
    root.change(
        "INSERT INTO email_stats (id, lead_id, email_address, date_sent, is_read, is_failed, "
        "viewed_in_browser)"
        " SELECT seq, IF(seq IN (1, 20), NULL, 7), 'old@example.org', NOW(), 0, 0, 0 FROM " +
        test::sequence(1, 20));
    server().execute(
        "INSERT INTO leftover_row (table_name, row_id, what) SELECT 'email_stats', seq, 'erased' FROM " +
            test::sequence(1, 20),
        World::ledger_name);
    auto task = here.task(DeletedContacts::all);
    for (int turn = 0; turn < 3; ++turn) here.run(task);
    CHECK(here.address_of("1") == "old@example.org");
    CHECK(here.address_of("20") == "old@example.org");
}
