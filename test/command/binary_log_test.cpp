// What an erasure leaves in the server's binary log, read with the server's own program, and what `check`
// says of it.
#include "command/program.h"
#include "fixture/grants.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

PrivateServer::Options logging(const std::string& row_image, bool keeps_statements) {
    const std::string statements = keeps_statements ? "1" : "0";
    PrivateServer::Options options;
    options.arguments = {"--log-bin=binlog",
                         "--server-id=1",
                         "--binlog-format=ROW",
                         "--binlog-row-image=" + row_image,
                         "--loose-binlog-rows-query-log-events=" + statements,  // MySQL
                         "--loose-binlog-annotate-row-events=" + statements};   // MariaDB
    return options;
}

// What is in the newest file of the log, rows and statements decoded.
std::string newest_log(PrivateServer& server) {
    std::string name;
    for (auto rows = server.select("SHOW BINARY LOGS"); rows.next();) name = rows.text(0);
    return run_program({ServerUnderTest::get().log_reader(), "--no-defaults", "--verbose", "--verbose",
                        "--base64-output=DECODE-ROWS", (server.data_directory() / name).string()});
}

Answer run_at(Installation& here, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--config", here.config.write().string()});
    return run(std::move(arguments));
}

// A value that is hashed where it stands is named by the statement; most rows are named by their key.
void add_person(Installation& here) {
    here.add_opted_out(7);
    here.server.execute("UPDATE lead_donotcontact SET comments = 'Asked by someone.zq7f7x@example.org.'",
                        here.mautic.name());
    here.config.options["policy.columns.\"lead_donotcontact.comments\""] = "\"hash\"";
}

// The daemon's account as grants.sql makes it; init and its ledger are there.
void set_up(Installation& here) {
    REQUIRE(run_at(here, {"init", "--ledger-only"}).exit_code == 0);
    here.config.options["database.user"] = "\"mautic_gdprd\"";
    here.config.database_password = "a password";
    here.server.load_sql(grants_for(here.mautic, here.ledger_database), here.mautic.name());
}

// What lets an account choose what its own sessions write into the logs.
std::string right_over_logs() {
    return ServerUnderTest::get().is_mysql() ? "SESSION_VARIABLES_ADMIN, CONNECTION_ADMIN"
                                             : "BINLOG ADMIN, SUPER";
}

}  // namespace

TEST_CASE("the binary log keeps what was erased, unless it keeps new values only, and check says which") {
    const char* const statements_off = ServerUnderTest::get().is_mysql()
                                           ? "Set binlog_rows_query_log_events = OFF in"
                                           : "Set binlog_annotate_row_events = OFF in";
    struct Case {
        const char* row_image;
        bool keeps_statements;
        bool may_choose;  // the daemon's account: for its own sessions
        bool keeps_person;
        const char* line;  // of check
    };
    const Case cases[] = {
        {"FULL", false, false, true, "Set binlog_row_image = MINIMAL in"},
        {"NOBLOB", false, false, true, "Set binlog_row_image = MINIMAL in"},
        {"MINIMAL", true, false, true, statements_off},
        {"MINIMAL", false, false, false, "ok       binary log"},
        {"FULL", true, true, false, "row image FULL, MINIMAL for this account"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.row_image, c.keeps_statements, c.may_choose);
        PrivateServer server(logging(c.row_image, c.keeps_statements));
        Installation here(server, "logged");
        add_person(here);
        set_up(here);
        if (c.may_choose) server.execute("GRANT " + right_over_logs() + " ON *.* TO mautic_gdprd@localhost");
        server.execute("FLUSH BINARY LOGS");
        const Answer answer = run_at(here, {"erase", "--contact", "7"});
        CAPTURE(answer.text);
        REQUIRE(answer.exit_code == 0);
        const std::string log = newest_log(server);
        CHECK_THAT(log, ContainsSubstring("UPDATE"));
        CHECK(names_person(log, 7) == c.keeps_person);
        CHECK_THAT(run_at(here, {"check"}).text, ContainsSubstring(c.line));
    }
}

TEST_CASE("erasures stay out of the logs of statements as far as the account may, and check names the logs") {
    struct Case {
        bool may_choose;
        bool general_names_person;
        const char* line;  // of check
    };
    const Case cases[] = {{false, true, "general_log is on: addresses in statements are written to"},
                          {true, false, "of Mautic's statements, not of erasures"}};
    for (const Case& c : cases) {
        CAPTURE(c.may_choose);
        PrivateServer::Options options;
        options.arguments = {"--slow-query-log=1", "--long-query-time=0", "--log-queries-not-using-indexes=1",
                             "--innodb-print-all-deadlocks=1"};
        PrivateServer server(options);
        Installation here(server, "logged");
        add_person(here);
        set_up(here);
        if (c.may_choose) server.execute("GRANT " + right_over_logs() + " ON *.* TO mautic_gdprd@localhost");
        const auto general = here.directory / "general.log", slow = here.directory / "slow.log";
        server.execute("SET GLOBAL general_log_file = '" + general.string() + "'");
        server.execute("SET GLOBAL slow_query_log_file = '" + slow.string() + "'");
        server.execute("SET GLOBAL general_log = 1");
        REQUIRE(run_at(here, {"erase", "--contact", "7"}).exit_code == 0);
        CHECK_THAT(read_file(general), ContainsSubstring("SET NAMES"));
        CHECK(names_person(read_file(general), 7) == c.general_names_person);
        CHECK_FALSE(names_person(read_file(slow), 7));
        const std::string check = run_at(here, {"check"}).text;
        CHECK_THAT(check, ContainsSubstring(c.line));
        CHECK_THAT(check, ContainsSubstring("slow_query_log is on"));
        CHECK_THAT(check, ContainsSubstring("innodb_print_all_deadlocks is on"));
        server.load_sql("SELECT 'someone.zq7f7x@example.org';", "mysql");  // by another program: it is there
        CHECK(names_person(read_file(slow), 7));
    }
}

TEST_CASE("check says that a server without logs keeps nothing in them, and names the copies that stay") {
    Site site("no_log");
    const std::string check = site.run({"check"}).text;
    CHECK_THAT(check, ContainsSubstring("off: nothing of what is erased stays in one"));
    CHECK_THAT(check, ContainsSubstring("no log of statements is on"));
    CHECK_THAT(check, ContainsSubstring("backups keep them until they expire"));
}

TEST_CASE("check names statistics and full-text indexes that keep values which are erased") {
    Site site("copied_values");
    CHECK(site.run({"check"}).text.find("statistics") == std::string::npos);
    const bool mysql = ServerUnderTest::get().is_mysql();
    site.mautic.add_contact(7);
    site.here.server.load_sql(mysql
                                  ? "ANALYZE TABLE leads UPDATE HISTOGRAM ON email, mobile;"
                                  : "ANALYZE TABLE leads PERSISTENT FOR COLUMNS (email, mobile) INDEXES ();",
                              "copied_values");
    site.here.server.load_sql(
        "ALTER TABLE lead_notes ADD FULLTEXT INDEX words (text);"
        "CREATE TABLE of_nobody (a TEXT, FULLTEXT INDEX words (a));",
        "copied_values");
    const std::string check = site.run({"check"}).text;
    CHECK_THAT(check, ContainsSubstring(mysql ? "leads.email, leads.mobile: a histogram of the server"
                                              : "leads.email, leads.mobile: the server's statistics"));
    CHECK_THAT(check, ContainsSubstring("lead_notes.text: a full-text index holds its words"));
    CHECK(check.find("of_nobody.a:") == std::string::npos);
}
