// What `check` says of tables that keep an erasure from being what it says.
#include "command/program.h"
#include "fixture/grants.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

std::size_t times(const std::string& text, const std::string& words) {
    std::size_t found = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("check names tables whose engine has no transactions") {
    Site site("check_engines");
    site.mautic.connection().change("CREATE TABLE copy_of_notes LIKE lead_notes");
    site.mautic.connection().change("ALTER TABLE copy_of_notes ENGINE = MyISAM");  // none of ours
    CHECK(site.run({"check"}).text.find("has no transactions") == std::string::npos);
    site.mautic.connection().change("DROP TABLE lead_notes");
    site.mautic.connection().change("RENAME TABLE copy_of_notes TO lead_notes");
    const Answer answer = site.run({"check"});
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("lead_notes: its engine MyISAM has no transactions"));
    CHECK_THAT(answer.text, ContainsSubstring("ALTER TABLE `lead_notes` ENGINE = InnoDB"));
}

TEST_CASE("check names tables of the ledger whose engine has no transactions") {
    Site site("check_ledger_engine");
    site.make_queue();
    site.run({"init", "--ledger-only"});
    CHECK(site.run({"check"}).text.find("has no transactions") == std::string::npos);
    site.mautic.connection().change("ALTER TABLE " + site.here.ledger_database + ".mark ENGINE = MyISAM");
    const Answer answer = site.run({"check"});
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text,
               ContainsSubstring(site.here.ledger_database + ".mark: its engine MyISAM has no transactions"));
    CHECK_THAT(answer.text,
               ContainsSubstring("ALTER TABLE `" + site.here.ledger_database + "`.`mark` ENGINE = InnoDB"));
}

TEST_CASE("check names triggers on tables that erasures change, or says that it cannot see them") {
    Site site("check_triggers");
    site.mautic.connection().change("CREATE TABLE old_contacts (email TEXT)");
    site.mautic.connection().change(
        "CREATE TRIGGER keep_old AFTER UPDATE ON leads FOR EACH ROW INSERT INTO old_contacts VALUES "
        "(OLD.email)");
    const Answer seen = site.run({"check"});
    CHECK_THAT(seen.text, ContainsSubstring("leads: the trigger keep_old runs at every UPDATE"));

    PrivateServer& server = site.here.server;
    server.execute("DROP USER IF EXISTS 'mautic_gdprd'@'localhost'");
    server.load_sql(grants_for(site.mautic, site.here.ledger_database), site.mautic.name());
    site.options["database.user"] = "\"mautic_gdprd\"";
    site.here.config.database_password = "a password";
    // MariaDB shows them to whoever may change the table, MySQL to whoever has the TRIGGER right.
    const std::string unseen = site.run({"check"}).text;
    const bool is_named = unseen.find("keep_old") != std::string::npos;
    const bool is_said =
        unseen.find("triggers cannot be seen without the TRIGGER right") != std::string::npos;
    CHECK(is_named != is_said);
    site.mautic.connection().change("DROP TRIGGER keep_old");
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("cannot be seen without the TRIGGER right"));
}

TEST_CASE("check says what a unique index on a hashed column means for who comes back") {
    Site site("check_unique");
    CHECK(site.run({"check"}).text.find("has a UNIQUE index") == std::string::npos);
    site.mautic.connection().change("ALTER TABLE leads ADD UNIQUE INDEX one_each (email)");
    const Answer answer = site.run({"check"});
    CHECK_THAT(answer.text, ContainsSubstring("leads.email: has a UNIQUE index"));
    CHECK_THAT(answer.text, ContainsSubstring("gets another hash than the first time"));
    CHECK(answer.exit_code == 0);
    site.options["policy.fields.email"] = "\"delete\"";
    CHECK(site.run({"check"}).text.find("has a UNIQUE index") == std::string::npos);
}

TEST_CASE("check counts the opt-outs that no trigger can cover") {
    Site site("check_opt_outs");
    for (const ContactId contact : {1, 2, 3, 4}) site.mautic.add_contact(contact);
    site.mautic.unsubscribe(1);
    for (const char* row : {"2, NOW(), 4, 'email'", "3, NOW(), 0, 'email'", "4, NOW(), 1, 'Email'"}) {
        site.mautic.connection().change(
            std::string("INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) VALUES (") +
            row + ")");
    }
    const Answer answer = site.run({"check"});
    for (const char* words :
         {"1 row of the do-not-contact list with reason 4 and channel 'email'",
          "1 row of the do-not-contact list with reason 0 (contactable) and channel 'email'",
          "1 row of the do-not-contact list with reason 1 (unsubscribed) and channel 'Email'"}) {
        CHECK_THAT(answer.text, ContainsSubstring(words));
    }
    CHECK(times(answer.text, "no trigger covers them") == 3);
}

TEST_CASE("check names what refers to rows that should go, in this database and in others") {
    Site site("check_keys");
    const std::string other = "other_of_check_keys";
    auto& root = site.mautic.connection();
    const std::string type = site.mautic.value(
        "SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
        " AND TABLE_NAME = 'lead_notes' AND COLUMN_NAME = 'id'");
    const std::string refers = " (id INT PRIMARY KEY, note_id " + type +
                               ", FOREIGN KEY (note_id) REFERENCES " + site.mautic.name() +
                               ".lead_notes (id) ON DELETE CASCADE)";
    CHECK(times(site.run({"check"}).text, "emptied and not deleted") == 0);
    root.change("DROP DATABASE IF EXISTS " + other);
    root.change("CREATE DATABASE " + other);
    root.change("CREATE TABLE note_task" + refers);
    root.change("CREATE TABLE " + other + ".tasks" + refers);
    const Answer answer = site.run({"check"});
    CHECK_THAT(answer.text, ContainsSubstring("lead_notes: its rows are emptied and not deleted: "
                                              "note_task.note_id, " +
                                              other + ".tasks.note_id refer to them"));
    CHECK(times(answer.text, "cannot see") == 0);
    root.change("DROP DATABASE " + other);
}

TEST_CASE("check names a channel that nothing has, and opt-outs dated in the future") {
    Site site("check_channels");
    site.mautic.add_contact(1);
    site.options["trigger.channels"] = "[\"e-mail\", \"SMS\", \"fax\"]";
    site.mautic.connection().change(
        "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) VALUES"
        " (1, UTC_TIMESTAMP() + INTERVAL 10 YEAR, 1, 'fax')");
    const Answer answer = site.run({"check"});
    CHECK(times(answer.text, "no opt-out has the channel") == 1);
    CHECK_THAT(answer.text, ContainsSubstring("no opt-out has the channel 'e-mail'"));
    CHECK_THAT(answer.text, ContainsSubstring("1 row of the do-not-contact list with a date that is yet to"));
}

TEST_CASE("check says nothing twice") {
    Site site("check_once");
    const Answer answer = site.run({"check"});
    std::size_t begin = 0;
    while (begin < answer.text.size()) {
        const std::size_t end = answer.text.find('\n', begin);
        const std::string line = answer.text.substr(begin, end - begin);
        if (line.starts_with("warning") || line.starts_with("problem")) {
            CAPTURE(line);
            CHECK(times(answer.text, line + "\n") == 1);
        }
        begin = end == std::string::npos ? answer.text.size() : end + 1;
    }
}

TEST_CASE("check names generated columns and CHECKs that an erasure would break on") {
    Site site("check_expressions");
    auto& root = site.mautic.connection();
    CHECK(site.run({"check"}).text.find("what an erasure writes") == std::string::npos);
    root.change("ALTER TABLE leads ADD mobile_number BIGINT AS (CAST(mobile AS SIGNED)) STORED");
    root.change("ALTER TABLE leads ADD shouted VARCHAR(191) AS (UPPER(email)) STORED");  // of anything
    root.change("ALTER TABLE leads ADD CONSTRAINT has_at CHECK (email LIKE '%@%' OR email = 'o''neil')");
    root.change("ALTER TABLE leads ADD CONSTRAINT not_negative CHECK (points >= 0)");  // none of ours
    root.change("ALTER TABLE page_hits ADD CONSTRAINT has_url CHECK (CHAR_LENGTH(url) < 100000)");
    const Answer answer = site.run({"check"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("leads.mobile_number: a generated column"));
    CHECK_THAT(answer.text, ContainsSubstring("leads: its CHECK has_at refuses"));
    CHECK(times(answer.text, "what an erasure writes") == 2);
}

TEST_CASE("check names a table without keys that may be about contacts") {
    Site site("check_unknown");
    auto& root = site.mautic.connection();
    CHECK(site.run({"check"}).text.find("may be about contacts") == std::string::npos);
    root.change(
        "CREATE TABLE card_orders (id INT PRIMARY KEY, buyer_email VARCHAR(191), buyer_phone VARCHAR(40))");
    root.change("CREATE TABLE weather (id INT PRIMARY KEY, degrees INT)");
    const Answer answer = site.run({"check"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code != 2);
    CHECK_THAT(answer.text, ContainsSubstring("card_orders: not known to the data map"));
    CHECK(answer.text.find("weather:") == std::string::npos);
    CHECK_THAT(answer.text, ContainsSubstring("1 table or column that nobody has decided about"));
}
