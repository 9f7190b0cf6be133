// What an erasure leaves in the server's binary log, read with the server's own program, and what `check`
// says of it.
#include "command/program.h"
#include "support/catch.h"
#include "support/server_under_test.h"

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

}  // namespace

TEST_CASE("the binary log keeps what was erased, unless it keeps new values only, and check says which") {
    struct Case {
        const char* row_image;
        bool keeps_statements;
        bool keeps_person;
        const char* line;  // of check
    };
    const Case cases[] = {
        {"FULL", false, true, "Set binlog_row_image = MINIMAL in"},
        {"NOBLOB", false, true, "Set binlog_row_image = MINIMAL in"},
        {"MINIMAL", true, true,
         ServerUnderTest::get().is_mysql() ? "Set binlog_rows_query_log_events = OFF in"
                                           : "Set binlog_annotate_row_events = OFF in"},
        {"MINIMAL", false, false, "ok       binary log"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.row_image, c.keeps_statements);
        PrivateServer server(logging(c.row_image, c.keeps_statements));
        Installation here(server, "logged");
        here.add_opted_out(7);
        // A value that is hashed where it stands is named by the statement; most rows are named by their key.
        server.execute("UPDATE lead_donotcontact SET comments = 'Asked by someone.zq7f7x@example.org.'",
                       "logged");
        here.config.options["policy.columns.\"lead_donotcontact.comments\""] = "\"hash\"";
        REQUIRE(run_at(here, {"init", "--ledger-only"}).exit_code == 0);
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

TEST_CASE("check says that a server without a binary log keeps nothing in it") {
    Site site("no_log");
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("off: nothing of what is erased stays in one"));
}
