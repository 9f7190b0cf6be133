// `report` as an officer runs it: its figures are the database's in every format, it changes nothing, and
// nothing in it is of a person.
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "lookup/log.h"
#include "policy/hash.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using nlohmann::json;

namespace {

struct ReportingSite : Site {
    explicit ReportingSite(const std::string& name) : Site(name) {
        here.server.execute("DROP DATABASE IF EXISTS " + lookup::lookup_log_database(here.ledger_database));
        make_ledger();
    }
    // From the day before yesterday to the day after tomorrow, as the machine's clock has it in UTC.
    static std::string day(int after_today) {
        return format_utc(now() + std::chrono::days(after_today)).substr(0, 10);
    }
    Answer report(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"report", "--from", day(-2), "--to", day(2)});
        return run(arguments);
    }
    json report_json() {
        const Answer answer = report({"--format", "json"});
        INFO(answer.text);
        REQUIRE(answer.exit_code == 0);
        return json::parse(answer.text);
    }
    std::string ledger_value(const std::string& sql) {
        return here.server.value(sql + " FROM " + here.ledger_database + ".erasure");
    }
    // Everything that could change.
    std::string checksums() {
        std::string all;
        for (const char* table :
             {"erasure", "former_erasure", "finding", "mark", "sighting", "erased_address"}) {
            all += here.server.value("SELECT COUNT(*) FROM " + here.ledger_database + '.' + table) + ' ';
        }
        return all + ledger_value("SELECT GROUP_CONCAT(CONCAT_WS(',', contact_id, status, last_pass_at))");
    }
    void change(const std::string& sql) { here.server.execute(sql, here.ledger_database); }
};

}  // namespace

TEST_CASE("The figures of a report are the database's, and name nobody, in every format and language") {
    ReportingSite site("report_figures");
    site.options["hold.tags"] = "[\"legal claim\"]";
    for (const ContactId contact : {7, 8, 9}) site.here.add_opted_out(contact);
    REQUIRE(site.run({"erase", "--contact", "7", "--contact", "8", "--contact", "9"}).exit_code == 0);
    // What happens to others, as the daemon would note it.
    site.change("UPDATE erasure SET origin = 'sweep' WHERE contact_id = 8");
    site.change("UPDATE erasure SET status = 'partial' WHERE contact_id = 9");
    site.change("INSERT IGNORE INTO covered_column (table_name, column_name) VALUES ('page_hits', 'query')");
    site.change(
        "INSERT INTO finding (contact_id, column_id, cells) SELECT 9, id, 4 FROM covered_column"
        " WHERE table_name = 'page_hits' AND column_name = 'query'");
    site.change(
        "INSERT INTO sighting (kind, contact_id, former_id, outcome, seen_at)"
        " VALUES ('reappeared', 70, 7, 'do_not_contact', UTC_TIMESTAMP(3)),"
        " ('lost_opt_out', 71, 8, 'reported', UTC_TIMESTAMP(3) - INTERVAL 9 DAY)");
    site.change(
        "INSERT INTO erasure (contact_id, algorithm, channel, reason, origin, requested_at, status, passes,"
        " rows_changed, rows_deleted, rows_late, hash_marks, policy_digest, schema_digest, map_digest)"
        " SELECT 4000000000, algorithm, channel, reason, origin, requested_at, 'held', 0, 0, 0, 0, '',"
        " policy_digest, schema_digest, map_digest FROM erasure WHERE contact_id = 7");
    site.here.server.execute(
        "CREATE TABLE plugin_chat (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, text TEXT)",
        site.mautic.name());
    REQUIRE(site.run({"lookup", "--case", "2026-17"}, invented_person(7).email()).exit_code == 0);
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    const std::string before = site.checksums();

    const json all = site.report_json();
    CHECK(all.at("erasures").at("total") == 3);
    CHECK(all.at("erasures").at("origin").at("sweep") == 1);
    CHECK(all.at("erasures").at("origin").at("command") == 2);
    CHECK(all.at("erasures").at("status").at("partial") == 1);
    CHECK(all.at("erasures").at("by_day").size() == 4);
    const json& times = all.at("from_opt_out_to_erasure");
    CHECK(std::to_string(times.at("longest_milliseconds").get<std::int64_t>()) ==
          site.ledger_value("SELECT MAX(TIMESTAMPDIFF(MICROSECOND, opted_out_at, erased_at)) DIV 1000"));
    CHECK(all.at("open").at("status").at("held") == 1);
    CHECK(all.at("open").at("held").at("gone") == 1);
    const json& left = all.at("open").at("partial").at("columns").at(0);
    CHECK(left.at("table") == "page_hits");
    CHECK(left.at("cells") == 4);
    CHECK(all.at("begun_by_comparison") == 1);
    CHECK(all.at("returned").at("reappeared").at("do_not_contact") == 1);
    CHECK(all.at("returned").at("lost_opt_out").at("reported") == 0);
    const auto names_chat = [](const json& one) {
        return one.at("name").get<std::string>().find("plugin_chat") != std::string::npos;
    };
    CHECK(std::count_if(all.at("undecided").begin(), all.at("undecided").end(), names_chat) == 1);
    CHECK(all.at("lookups").at("lookups") == 2);
    CHECK(all.at("lookups").at("found") == 1);
    CHECK(all.at("lookups").at("without_case") == 1);
    CHECK(all.at("server").at("binary_log").at("on").is_boolean());

    std::vector<std::string> texts{all.dump(), site.report({"--format", "csv"}).text};
    for (const char* language : {"en", "hu", "de"}) {
        CAPTURE(language);
        const Answer page = site.report({"--format", "html", "--language", language});
        CHECK(page.exit_code == 0);
        CHECK_THAT(page.text, ContainsSubstring(std::string("<html lang=\"") + language));
        texts.push_back(page.text);
        const auto file = site.here.directory / (std::string("report-") + language + ".pdf");
        REQUIRE(site.report({"--language", language, "--output", file.string()}).exit_code == 0);
        texts.push_back(run_program({"pdftotext", "-layout", file.string(), "-"}));
    }
    for (const std::string& text : texts) {
        CHECK_THAT(text, ContainsSubstring("page_hits"));
        CHECK_THAT(text, ContainsSubstring("plugin_chat"));
        for (const ContactId contact : {7, 8, 9}) {
            CHECK(!names_person(text, contact));
            CHECK(text.find(site.here.ledger(contact, "subject_hash")) == std::string::npos);
        }
        CHECK(text.find("4000000000") == std::string::npos);
    }
    CHECK(site.checksums() == before);
}

TEST_CASE("A report is not written over a file, and is its owner's alone") {
    ReportingSite site("report_file");
    const auto file = site.here.directory / "report.html";
    REQUIRE(site.report({"--format", "html", "--output", file.string()}).exit_code == 0);
    struct stat of {};
    REQUIRE(::stat(file.c_str(), &of) == 0);
    CHECK((of.st_mode & 0777) == 0600);
    const std::string first = read_file(file);
    const Answer again = site.report({"--format", "html", "--language", "de", "--output", file.string()});
    CHECK(again.exit_code == 2);
    CHECK_THAT(again.text, ContainsSubstring(file.string()));
    CHECK(read_file(file) == first);
    CHECK(site.report({"--format", "html", "--language", "de", "--output", file.string(), "--force"})
              .exit_code == 0);
    CHECK_THAT(read_file(file), ContainsSubstring("Keine Löschung"));
}

TEST_CASE("A period that is none is refused before anything is opened") {
    ReportingSite site("report_period");
    const auto file = site.here.directory / "report.csv";
    const auto refused = [&](const std::string& from, const std::string& to, const std::string& part) {
        const Answer answer =
            site.run({"report", "--from", from, "--to", to, "--format", "csv", "--output", file.string()});
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring(part));
        CHECK_FALSE(std::filesystem::exists(file));
    };
    refused("2026-02-30", "2026-03-01", "--from '2026-02-30': is no day");
    refused("2026-02-01", "soon", "--to 'soon': is no day");
    refused("2026-02-02", "2026-02-02", "write --to 2026-02-03");
    refused("2100-01-01", "2100-02-01", "has not come yet");
    CHECK(site.run({"report", "--from", "2026-01-01"}).exit_code == 2);
    CHECK(site.report({"--format", "xls"}).exit_code == 2);
    CHECK(site.report({"--language", "fr"}).exit_code == 2);
}

TEST_CASE("Who may not read the log of look-ups gets a report that says so") {
    ReportingSite site("report_rights");
    constexpr const char* account = "'gdprd_reports'@'localhost'";
    const auto as_root = [&](const std::string& sql) { site.here.server.execute(sql); };
    const std::string log = lookup::lookup_log_database(site.here.ledger_database);
    as_root("DROP DATABASE IF EXISTS " + log);
    CHECK(site.report_json().at("lookups").at("log") == "missing");
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    as_root(std::string("DROP USER IF EXISTS ") + account);
    as_root(std::string("CREATE USER ") + account + " IDENTIFIED BY 'a password'");
    // Of the ledger and Mautic it may read all, and change nothing.
    for (const std::string& database : {site.mautic.name(), site.here.ledger_database}) {
        as_root("GRANT SELECT ON " + database + ".* TO " + account);
    }
    as_root("GRANT INSERT ON " + log + ".lookup TO " + account);
    site.options["database.user"] = "\"gdprd_reports\"";
    site.here.config.database_password = "a password";
    const json all = site.report_json();
    CHECK(all.at("lookups").at("log") == "unreadable");
    CHECK(all.at("lookups").at("lookups").is_null());
    CHECK_THAT(site.report({"--format", "html"}).text,
               ContainsSubstring("The log of look-ups could not be read"));
    as_root(std::string("DROP USER ") + account);
}
