#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("erase erases who is do-not-contact and nobody else") {
    Site site("erase");
    site.make_queue();
    site.here.add_opted_out(1);
    site.mautic.add_contact(2);
    const Answer answer = site.run({"erase", "--contact", "1", "2", "3", "--contact", "1"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("contact 1: erased, status settling"));
    CHECK_THAT(answer.text, ContainsSubstring("the daemon looks again at"));
    CHECK_THAT(answer.text, ContainsSubstring("contact 2: skipped: not do-not-contact"));
    CHECK_THAT(answer.text, ContainsSubstring("[trigger]"));
    CHECK_THAT(answer.text, ContainsSubstring("contact 3: skipped: there is no such contact"));
    CHECK(answer.text.find("contact 1", answer.text.find("contact 2")) == std::string::npos);
    CHECK(!names_person(answer.text, 1));
    CHECK(site.here.erased(1));
    CHECK(site.here.untouched(2));
    CHECK(site.here.ledger(1, "origin") == "command");
    CHECK(site.here.ledger_rows() == 1);

    const auto jobs = nlohmann::json::parse(site.run({"queue", "list", "--json"}).text).at("jobs");
    REQUIRE(jobs.size() == 1);
    CHECK(jobs.at(0).at("contact") == 1);
    CHECK(jobs.at(0).at("state") == "settling");
    CHECK(jobs.at(0).at("pass") == 1);
}

TEST_CASE("erase says when another row had the hash already") {
    Site site("erase_taken");
    site.make_queue();
    auto& mautic = site.mautic.connection();
    mautic.change("ALTER TABLE leads ADD UNIQUE INDEX one_each (email)");
    site.here.add_opted_out(1);
    site.here.add_opted_out(2);
    REQUIRE(site.run({"erase", "--contact", "1"}).exit_code == 0);
    mautic.change("UPDATE leads SET email = ? WHERE id = 2",
                  std::vector<database::Value>{invented_person(1).email()});
    const Answer answer = site.run({"erase", "--contact", "2"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("1 hash made with the row's number"));
    const Answer found = site.run({"lookup"}, invented_person(1).email());
    CHECK_THAT(found.text, ContainsSubstring("Contact 1"));
    CHECK_THAT(found.text, ContainsSubstring("Contact 2"));
}

TEST_CASE("erase without a queue says that later passes are left out") {
    Site site("erase_no_queue");
    site.here.add_opted_out(1);
    const Answer answer = site.run({"erase", "--contact", "1"});
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("contact 1: erased"));
    CHECK_THAT(answer.text, ContainsSubstring("later passes are left out"));
    CHECK_THAT(answer.text, ContainsSubstring("mautic-gdprd serve"));
    CHECK(site.here.erased(1));
}

TEST_CASE("a dry run decides and counts and changes nothing") {
    Site site("erase_dry");
    site.here.add_opted_out(1);
    site.mautic.add_contact(2);
    site.options["trigger.grace.bounced"] = "\"1h\"";
    site.here.add_opted_out(3, 2);
    const std::string before = site.mautic.dump();
    const Answer answer = site.run({"erase", "--dry-run", "--json", "--contact", "1", "2", "3", "4"});
    CHECK(answer.exit_code == 3);
    const auto contacts = nlohmann::json::parse(answer.text).at("contacts");
    REQUIRE(contacts.size() == 4);
    CHECK(contacts.at(0).at("outcome") == "erased");
    CHECK(contacts.at(0).at("dry_run") == true);
    CHECK(contacts.at(0).at("rows_to_change") > 5);
    CHECK(contacts.at(1).at("outcome") == "not_do_not_contact");
    CHECK(contacts.at(2).at("outcome") == "in_grace");
    CHECK(contacts.at(2).at("due_at").is_string());
    CHECK(contacts.at(3).at("outcome") == "no_such_contact");
    CHECK(site.mautic.dump() == before);
    CHECK(site.here.server.value("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = "
                                 "'gdprd_erase_dry'") == "0");
    CHECK(!names_person(answer.text, 1));
    CHECK(site.run({"erase", "--dry-run", "--contact", "1"}).exit_code == 0);
}

TEST_CASE("erase waits for a row that somebody holds and then says what is in the way") {
    Site site("erase_locked");
    site.here.add_opted_out(1);
    site.options["database.lock_wait_timeout"] = "\"1s\"";
    database::Transaction holder(site.mautic.connection());
    site.mautic.connection().select("SELECT id FROM leads WHERE id = 1 FOR UPDATE");
    const Answer answer = site.run({"erase", "--json", "--contact", "1"});
    CHECK(answer.exit_code == 1);
    const auto contact = nlohmann::json::parse(answer.text).at("contacts").at(0);
    CHECK(contact.at("outcome") == "failed");
    CHECK_THAT(contact.at("error").get<std::string>(), ContainsSubstring("1205"));
    CHECK(site.here.ledger_rows() == 0);
}

TEST_CASE("erase refuses to work beside something unknown when the policy says stop") {
    Site site("erase_unknown");
    site.here.add_opted_out(1);
    site.mautic.connection().change(
        "CREATE TABLE plugin_diary (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, text LONGTEXT,"
        " FOREIGN KEY (lead_id) REFERENCES leads (id))");
    site.options["policy.unknown"] = "\"stop\"";
    const Answer answer = site.run({"erase", "--contact", "1"});
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("plugin_diary"));
    CHECK(site.here.untouched(1));
}

TEST_CASE("what nobody has decided about stands in the answer and in the record") {
    Site site("erase_undecided");
    site.make_ledger();
    site.here.add_opted_out(1);
    const std::string words = "undecided, and left or emptied in part only: 2 of the tables and columns";
    CHECK(site.run({"erase", "--contact", "1"}).text.find("undecided") == std::string::npos);
    auto& mautic = site.mautic.connection();
    mautic.change(
        "CREATE TABLE diaries (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, text LONGTEXT,"
        " FOREIGN KEY (lead_id) REFERENCES leads (id))");
    // Looks alone are no evidence: without a prefix anybody's table may have such a column.
    mautic.change("CREATE TABLE entries (id INT PRIMARY KEY, lead_id INT, message LONGTEXT)");
    mautic.change(
        "CREATE TABLE diary_pages (id INT PRIMARY KEY, diary INT,"
        " FOREIGN KEY (diary) REFERENCES diaries (id))");
    mautic.change("CREATE TABLE weather (id INT PRIMARY KEY, rain INT)");
    const Answer answer = site.run({"erase", "--contact", "1"});
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring(words));
    const Answer found = site.run({"lookup"}, invented_person(1).email());
    CHECK_THAT(found.text, ContainsSubstring(words));
    CHECK_THAT(found.text, ContainsSubstring("proven of what is decided about"));
    const Answer programs = site.run({"lookup", "--json"}, invented_person(1).email());
    const auto record = nlohmann::json::parse(programs.text).at("contacts").at(0).at("erasure");
    CHECK(record.at("undecided") == 2);
    const Answer again = site.run({"erase", "--contact", "1", "--json"});
    CHECK(nlohmann::json::parse(again.text).at("contacts").at(0).at("undecided") == 2);
}

TEST_CASE("erase without a database") {
    Site site("erase_nowhere");
    site.options["database.unix_socket"] = "\"/nonexistent/socket\"";
    CHECK(site.run({"erase", "--contact", "1"}).exit_code == 1);
}
