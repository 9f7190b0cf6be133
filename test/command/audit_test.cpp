#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

nlohmann::json audit(Site& site, int exit_code, const std::vector<std::string>& options = {}) {
    std::vector<std::string> arguments{"audit", "--json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Answer answer = site.run(arguments);
    CAPTURE(answer.text);
    REQUIRE(answer.exit_code == exit_code);
    return nlohmann::json::parse(answer.text);
}

std::map<std::string, int> rows_of(const nlohmann::json& answer, const char* count = "rows") {
    std::map<std::string, int> rows;
    for (const auto& hit : answer.at("hits")) {
        rows[hit.at("table").get<std::string>() + '.' + hit.at("column").get<std::string>()] = hit.at(count);
    }
    return rows;
}

// Contact 7 is erased; 8 is a neighbour of whom nothing may be said.
void erase_seven(Site& site) {
    site.mautic.add_contact(7);
    site.mautic.add_contact(8);
    site.mautic.unsubscribe(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
}

}  // namespace

TEST_CASE("audit finds nothing after an erasure, and then what somebody writes down elsewhere") {
    Site site("audit");
    erase_seven(site);
    const auto nothing = audit(site, 0);
    CHECK(nothing.at("found") == false);
    CHECK(nothing.at("complete") == true);
    CHECK(nothing.at("erased_addresses") == 1);
    CHECK(nothing.at("rows") > 10);
    CHECK_THAT(site.run({"audit"}).text,
               ContainsSubstring("No address of anybody who was erased was found."));

    const std::string address = invented_person(7).email();
    site.mautic.connection().change("CREATE TABLE plugin_chat (id INT PRIMARY KEY, message TEXT)");
    site.mautic.connection().change("INSERT INTO plugin_chat VALUES (12, 'Write to <" + address +
                                    ">'), (13, '" + invented_person(8).email() + "')");
    const auto json = audit(site, 3);
    CHECK(rows_of(json) == std::map<std::string, int>{{"plugin_chat.message", 1}});
    CHECK(json.at("contacts") == nlohmann::json::array({7}));
    CHECK(json.at("hits").at(0).at("examples") == nlohmann::json::array({{{"key", "12"}, {"contact", 7}}}));
    const Answer text = site.run({"audit"});
    CHECK(text.exit_code == 3);
    CHECK_THAT(text.text, ContainsSubstring("plugin_chat.message"));
    CHECK_THAT(text.text, ContainsSubstring("rows 12 (contact 7)"));
    for (const ContactId contact : {7, 8}) {
        CHECK(!names_person(text.text, contact));
        CHECK(!names_person(json.dump(), contact));
    }
    const auto last = audit(site, 3, {"--last"});
    CHECK(rows_of(last) == rows_of(json));
    CHECK(last.at("rows") == json.at("rows"));
    CHECK(last.at("contacts") == json.at("contacts"));
    CHECK(rows_of(audit(site, 0, {"--table", "leads"})).empty());
    CHECK(rows_of(audit(site, 3, {"--table", "plugin_chat", "leads", "--threads", "1"})).size() == 1);
}

TEST_CASE("audit says who came back apart, and that is no finding") {
    Site site("audit_again");
    erase_seven(site);
    site.mautic.connection().change("INSERT INTO leads (id, email, is_published, points) VALUES (99, '" +
                                    invented_person(7).email() + "', 1, 0)");
    const auto json = audit(site, 0);
    CHECK(json.at("found") == false);
    CHECK(rows_of(json, "rows_of_contacts_again") == std::map<std::string, int>{{"leads.email", 1}});
    CHECK(json.at("contacts").empty());
    CHECK_THAT(site.run({"audit"}).text, ContainsSubstring("are contacts again"));
}

TEST_CASE("audit reads Mautic's log files where it is told where Mautic is") {
    Site site("audit_logs");
    erase_seven(site);
    const auto installed = site.here.directory / "mautic";
    std::filesystem::create_directories(installed / "var/logs");
    site.here.directory.write(
        "mautic/var/logs/mautic_prod.php",
        "x\n550 <" + invented_person(7).email() + ">\n" + invented_person(8).email() + "\n");
    CHECK(audit(site, 0).at("logs").is_null());
    site.options["mautic.directory"] = '"' + installed.string() + '"';
    const auto json = audit(site, 3);
    CHECK(json.at("logs").at("hits").at(0).at("lines") == 1);
    CHECK(json.at("logs").at("files") == 1);
    CHECK_THAT(site.run({"audit"}).text, ContainsSubstring("mautic_prod.php"));
    CHECK(audit(site, 0, {"--table", "leads"}).at("logs").is_null());
}

TEST_CASE("audit --repair erases again whoever is found, and names what no rule reaches") {
    Site site("audit_repair");
    site.options["text_search.newest_rows"] = "1";
    erase_seven(site);
    auto& database = site.mautic.connection();
    const auto hook =
        site.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = site.mautic.insert("webhook_events", {{"webhook_id", hook}, {"event_type", "x"}});
    const auto waiting = [&](ContactId contact) {
        const std::string payload = R"({"contact":{"id":)" + std::to_string(contact) + R"(},"to":")" +
                                    invented_person(contact).email() + R"("})";
        return site.mautic.insert("webhook_queue",
                                  {{"webhook_id", hook}, {"event_id", event}, {"payload", payload}});
    };
    const auto payload_of = [&](std::uint64_t row) {
        return site.mautic.value("SELECT payload FROM webhook_queue WHERE id = " + std::to_string(row));
    };
    const auto too_old = waiting(7);
    const auto of_neighbour = waiting(8);
    const std::string before = payload_of(of_neighbour);
    database.change("CREATE TABLE plugin_chat (id INT PRIMARY KEY, message TEXT)");
    database.change("INSERT INTO plugin_chat VALUES (12, 'Write to " + invented_person(7).email() + "')");
    database.change("UPDATE leads SET city = 'x' WHERE id = 8");
    REQUIRE(rows_of(audit(site, 3)).size() == 2);

    const Answer refused = site.run({"audit", "--repair"});
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("--yes"));
    CHECK_THAT(payload_of(too_old), ContainsSubstring("@"));

    const auto json = audit(site, 3, {"--repair", "--yes"});
    CHECK(json.at("hits").size() == 2);
    const auto& repair = json.at("repair");
    CHECK(repair.at("erasure").at("failed") == 0);
    CHECK(rows_of(repair) == std::map<std::string, int>{{"plugin_chat.message", 1}});
    CHECK(payload_of(too_old) == R"({"contact":{"id":7},"to":""})");
    CHECK(payload_of(of_neighbour) == before);
    CHECK(site.mautic.value("SELECT city FROM leads WHERE id = 8") == "x");

    const Answer text = site.run({"audit", "--last", "--repair", "--yes", "--no-progress"});
    CAPTURE(text.text);
    CHECK(text.exit_code == 3);
    CHECK_THAT(text.text, ContainsSubstring("plugin_chat.message") && ContainsSubstring("No rule of the"
                                                                                        " data map"));
    CHECK(!names_person(text.text, 7));
    database.change("DROP TABLE plugin_chat");
    CHECK(audit(site, 0, {"--repair", "--yes"}).contains("repair") == false);
}

TEST_CASE("audit --repair of a contact that is erased no more changes nothing of it") {
    Site site("audit_repair_back");
    erase_seven(site);
    auto& database = site.mautic.connection();
    database.change("CREATE TABLE plugin_chat (id INT PRIMARY KEY, message TEXT)");
    database.change("INSERT INTO plugin_chat VALUES (12, '" + invented_person(7).email() + "')");
    REQUIRE(audit(site, 3).at("contacts") == nlohmann::json::array({7}));
    // Between the audit and the repair the person re-subscribes.
    site.mautic.resubscribe(7);
    database.change("UPDATE leads SET email = '" + invented_person(7).email() + "' WHERE id = 7");
    const Answer answer = site.run({"audit", "--last", "--repair", "--yes", "--json"});
    CAPTURE(answer.text);
    const auto json = nlohmann::json::parse(answer.text);
    CHECK(json.at("repair").at("erasure").at("erased").empty());
    CHECK(json.at("repair").at("erasure").at("skipped").at("not_do_not_contact") == 1);
    CHECK(site.mautic.value("SELECT email FROM leads WHERE id = 7") == invented_person(7).email());
}

// The kept audit knows nothing of who came back since, under another id.
TEST_CASE("audit --last --repair leaves a person alone who is a contact again") {
    Site site("audit_repair_returned");
    erase_seven(site);
    auto& database = site.mautic.connection();
    database.change("CREATE TABLE plugin_chat (id INT PRIMARY KEY, message TEXT)");
    database.change("INSERT INTO plugin_chat VALUES (12, '" + invented_person(7).email() + "')");
    REQUIRE(audit(site, 3).at("contacts") == nlohmann::json::array({7}));
    database.change("INSERT INTO leads (id, email, is_published, points) VALUES (99, '" +
                    invented_person(7).email() + "', 1, 0)");
    const auto hook =
        site.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = site.mautic.insert("webhook_events", {{"webhook_id", hook}, {"event_type", "x"}});
    const std::string payload = R"({"contact":{"id":7},"to":")" + invented_person(7).email() + R"("})";
    const auto row = site.mautic.insert("webhook_queue",
                                        {{"webhook_id", hook}, {"event_id", event}, {"payload", payload}});
    const auto now = [&] {
        return site.mautic.value("SELECT payload FROM webhook_queue WHERE id = " + std::to_string(row));
    };
    SECTION("a new audit") { audit(site, 0, {"--repair", "--yes"}); }
    SECTION("the findings of the last one") {
        const Answer answer = site.run({"audit", "--last", "--repair", "--yes", "--json"});
        CAPTURE(answer.text);
        CHECK(now() == payload);
    }
    CHECK(now() == payload);
}

TEST_CASE("audit --repair does not put it down to the data map that a contact is gone") {
    Site site("audit_repair_no");
    erase_seven(site);
    auto& database = site.mautic.connection();
    // The rules reach it; the contact is gone.
    const auto hook =
        site.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = site.mautic.insert("webhook_events", {{"webhook_id", hook}, {"event_type", "x"}});
    const std::string payload = R"({"contact":{"id":7},"to":")" + invented_person(7).email() + R"("})";
    site.mautic.insert("webhook_queue", {{"webhook_id", hook}, {"event_id", event}, {"payload", payload}});
    database.change("SET SESSION foreign_key_checks = 0");
    database.change("DELETE FROM leads WHERE id = 7");
    const Answer text = site.run({"audit", "--repair", "--yes", "--no-progress"});
    CAPTURE(text.text);
    CHECK(text.exit_code == 3);
    CHECK_THAT(text.text, ContainsSubstring("skipped"));
}

// One address, two erasures: the row is the second one's own.
TEST_CASE("audit --repair tries everybody who was erased with the address that was found") {
    Site site("audit_repair_two");
    auto& database = site.mautic.connection();
    const std::string address = invented_person(7).email();
    const std::vector<ContactId> contacts = GENERATE(std::vector<ContactId>{7}, std::vector<ContactId>{5, 7});
    for (const ContactId contact : contacts) {
        site.mautic.add_contact(contact);
        database.change("UPDATE leads SET email = '" + address + "' WHERE id = " + std::to_string(contact));
        site.mautic.unsubscribe(contact);
    }
    for (const ContactId contact : contacts) {
        REQUIRE(site.run({"erase", "--contact", std::to_string(contact)}).exit_code == 0);
    }
    REQUIRE_FALSE(audit(site, 0).at("found"));
    const auto city = [&] { return site.mautic.value("SELECT city FROM leads WHERE id = 7"); };
    database.change("UPDATE leads SET city = '" + address + "' WHERE id = 7");
    const Answer answer = site.run({"audit", "--repair", "--yes", "--no-progress"});
    CAPTURE(contacts.size(), answer.text);
    CHECK(answer.exit_code == 0);
    CHECK(city() != address);
}

// A table names a thousand contacts. Those of them that are gone stay named.
TEST_CASE("audit --repair comes to everybody behind a thousand whom no pass reaches") {
    Site site("audit_repair_many");
    const std::string everybody = test::sequence(1, 1'001);
    auto& database = site.mautic.connection();
    database.change(
        "INSERT INTO leads (id, email, is_published, points) "
        "SELECT seq, CONCAT('c', seq, '@example.org'), 1, 0 FROM " +
        everybody);
    database.change(
        "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) "
        "SELECT seq, '2026-01-01', 1, 'email' FROM " +
        everybody);
    site.make_queue();
    site.make_ledger();
    const Answer swept = site.run({"sweep", "--all", "--yes", "--no-progress"});
    CAPTURE(swept.text);
    REQUIRE(swept.exit_code == 0);
    const auto hook =
        site.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = site.mautic.insert("webhook_events", {{"webhook_id", hook}, {"event_type", "x"}});
    database.change("INSERT INTO webhook_queue (webhook_id, event_id, payload) SELECT " +
                    std::to_string(hook) + ", " + std::to_string(event) +
                    ", CONCAT('{\"contact\":{\"id\":', seq, '},\"to\":\"c', seq, '@example.org\"}') FROM " +
                    everybody + " ORDER BY seq");
    database.change("SET SESSION foreign_key_checks = 0");
    database.change("DELETE FROM leads WHERE id <= 1000");
    const Answer answer = site.run({"audit", "--repair", "--yes", "--no-progress"});
    CAPTURE(answer.text.substr(0, 3000), answer.text.substr(answer.text.size() - 1500));
    CHECK(site.mautic.value("SELECT payload FROM webhook_queue ORDER BY id DESC LIMIT 1") ==
          R"({"contact":{"id":1001},"to":""})");
}

TEST_CASE("audit goes on with one that was left, and begins anew when it is told to") {
    Site site("audit_left");
    erase_seven(site);
    audit(site, 0);
    CHECK(audit(site, 0).at("continued") == false);
    site.mautic.connection().change("DELETE FROM " + site.here.ledger_database +
                                    ".mark WHERE name = 'audit_finished'");
    CHECK(audit(site, 0).at("continued") == true);
    site.mautic.connection().change("DELETE FROM " + site.here.ledger_database +
                                    ".mark WHERE name = 'audit_finished'");
    CHECK(audit(site, 0, {"--restart"}).at("continued") == false);
}

TEST_CASE("audit refuses tables that are not there, and tells of a key it does not have") {
    Site site("audit_refused");
    erase_seven(site);
    const Answer refused = site.run({"audit", "--table", "no_such_table"});
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("no_such_table"));
    const Answer none = site.run({"audit", "--last"});
    CHECK(none.exit_code == 2);
    CHECK_THAT(none.text, ContainsSubstring("none yet"));
    site.mautic.connection().change("UPDATE " + site.here.ledger_database +
                                    ".erasure SET algorithm = 'hmac-md5', key_id = REPEAT('a', 16)");
    const auto json = audit(site, 1);
    CHECK(json.at("complete") == false);
    CHECK_THAT(json.at("not_searched").at(0).at("what").get<std::string>(), ContainsSubstring("hmac-md5"));
    const auto last = audit(site, 1, {"--last"});
    CHECK(last.at("complete") == false);
    CHECK(last.at("not_searched") == json.at("not_searched"));
}

TEST_CASE("audit makes no ledger, and uses no other Mautic's") {
    Site site("audit_ledger");
    const Answer none = site.run({"audit"});
    CHECK(none.exit_code == 2);
    CHECK_THAT(none.text, ContainsSubstring("is not there"));
    erase_seven(site);
    audit(site, 0);
    site.mautic.connection().change("UPDATE " + site.here.ledger_database +
                                    ".mark SET number = number - 1 WHERE name = 'mautic'");
    for (const auto& arguments : {std::vector<std::string>{"audit"}, {"audit", "--last"}}) {
        const Answer refused = site.run(arguments);
        CHECK(refused.exit_code == 2);
        CHECK_THAT(refused.text, ContainsSubstring("another Mautic"));
    }
}
