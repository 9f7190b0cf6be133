// Settings of a database server that an administrator may have chosen, one row each of the tables in
// docs/guide/database-server.md: the daemon's account has exactly the rights of grants.sql.
#include "command/program.h"
#include "fixture/grants.h"
#include "support/catch.h"
#include "support/server_certificate.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

enum class Way { socket, network, tls };

struct Settings {
    const char* name;
    std::vector<std::string> arguments;
    std::vector<std::string> statements;  // as root, before the daemon comes
    Way way = Way::socket;
};

// Much of what an administrator may have set for other reasons, at once and at its smallest.
Settings unusual_settings() {
    Settings settings{
        "much that is unusual",
        {"--auto-increment-increment=7",
         "--auto-increment-offset=3",
         "--character-set-server=utf16",
         "--collation-server=utf16_unicode_ci",
         "--completion-type=RELEASE",
         "--default-storage-engine=MyISAM",
         "--default-time-zone=-12:59",
         "--div-precision-increment=0",
         "--explicit-defaults-for-timestamp=OFF",
         "--group-concat-max-len=4",
         "--innodb-rollback-on-timeout=ON",
         "--innodb-strict-mode=OFF",
         "--max-error-count=0",
         "--max-heap-table-size=16384",
         "--max-sort-length=64",
         "--session-track-state-change=ON",
         "--session-track-transaction-info=CHARACTERISTICS",
         "--sort-buffer-size=32768",
         "--sql-mode=PAD_CHAR_TO_FULL_LENGTH",
         "--tmp-table-size=1024",
         "--transaction-isolation=SERIALIZABLE"},
        {"SET GLOBAL session_track_system_variables = '*'", "SET GLOBAL sql_quote_show_create = OFF"}};
    const bool mysql = ServerUnderTest::get().is_mysql();
    const std::vector<std::string> arguments =
        mysql ? std::vector<std::string>{"--explain-format=TREE",
                                         "--information-schema-stats-expiry=0",
                                         "--performance-schema=OFF",
                                         "--enforce-gtid-consistency=ON",
                                         "--gtid-mode=ON",
                                         "--regexp-time-limit=1",
                                         "--range-optimizer-max-mem-size=1000",
                                         "--session-track-gtids=ALL_GTIDS",
                                         "--sql-generate-invisible-primary-key=ON"}
              : std::vector<std::string>{"--big-tables=ON", "--in-predicate-conversion-threshold=2",
                                         "--loose-optimizer-max-sel-arg-weight=2", "--query-cache-size=1M",
                                         "--query-cache-type=ON"};
    settings.arguments.insert(settings.arguments.end(), arguments.begin(), arguments.end());
    settings.statements.push_back(
        mysql ? "SET GLOBAL default_collation_for_utf8mb4 = utf8mb4_general_ci"
              : "SET GLOBAL alter_algorithm = INSTANT, default_regex_flags = 'EXTENDED,MULTILINE'");
    return settings;
}

std::vector<Settings> all_settings() {
    std::vector<Settings> all = {
        {"none but the defaults", {}, {}},
        {"by network", {}, {}, Way::network},
        {"by TLS", {}, {}, Way::tls},
        {"SQL modes", {"--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,NO_ZERO_DATE,ONLY_FULL_GROUP_BY"}, {}},
        {"updates of low priority", {"--low-priority-updates=1"}, {}},
        {"small packets", {"--max-allowed-packet=1M"}, {}},
        {"names in lower case", {"--lower-case-table-names=1"}, {}},
        unusual_settings(),
    };
    if (ServerUnderTest::get().is_mysql()) {
        all.push_back({"primary keys required", {"--sql-require-primary-key=ON"}, {}});
        all.push_back({"grants are literal", {"--partial-revokes=ON"}, {}});
        all.push_back({"statements of a millisecond", {}, {"SET GLOBAL max_execution_time = 1"}});
    } else {
        all.push_back({"statements of a millisecond", {}, {"SET GLOBAL max_statement_time = 0.001"}});
    }
    return all;
}

PrivateServer::Options options_of(const Settings& settings, const TemporaryDirectory& certificates) {
    PrivateServer::Options options;
    options.arguments = settings.arguments;
    options.made_with_arguments = std::string(settings.name) == "names in lower case";
    if (settings.way == Way::socket) return options;
    make_server_certificate(certificates, "server", far_address);
    const auto network = arguments_for_tls(certificates, "server");
    options.arguments.insert(options.arguments.end(), network.begin(), network.end());
    return options;
}

// As an administrator does: config/grants.sql, for the host that the daemon comes from.
void let_daemon_in(Installation& here, Way way, const TemporaryDirectory& certificates) {
    std::string grants = grants_for(here.mautic, here.ledger_database);
    here.config.options["database.user"] = "\"mautic_gdprd\"";
    here.config.database_password = "a password";
    if (way != Way::socket) {
        replace_all(grants, "localhost", "127.0.0.%");
        here.config.options.erase("database.unix_socket");
        here.config.options["database.host"] = toml_text(far_address);
        here.config.options["database.port"] = here.server.value("SELECT @@port");
    }
    if (way == Way::tls) {
        replace_all(grants, "IDENTIFIED BY 'a password'", "IDENTIFIED BY 'a password' REQUIRE SSL");
        here.config.options["database.tls_ca_file"] = toml_text((certificates / "server.pem").string());
    }
    here.server.load_sql(grants, here.mautic.name());
    const std::string plugin = here.server.value("SELECT plugin FROM mysql.user WHERE User = 'mautic_gdprd'");
    CHECK(plugin == (ServerUnderTest::get().is_mysql() ? "caching_sha2_password" : "mysql_native_password"));
}

}  // namespace

TEST_CASE("a contact is erased whatever the server's settings are") {
    for (const Settings& settings : all_settings()) {
        CAPTURE(settings.name);
        const TemporaryDirectory certificates;
        PrivateServer server(options_of(settings, certificates));
        Installation here(server, "settings_here");
        here.add_opted_out(7);
        here.mautic.add_contact(70);
        let_daemon_in(here, settings.way, certificates);
        for (const std::string& statement : settings.statements) server.execute(statement);
        const auto run_it = [&](std::vector<std::string> arguments) {
            arguments.insert(arguments.end(), {"--config", here.config.write().string()});
            return run(std::move(arguments));
        };
        const Answer made = run_it({"init", "--ledger-only"});
        CAPTURE(made.text);
        CHECK(made.exit_code == 0);
        const Answer looked = run_it({"check"});
        CAPTURE(looked.text);
        CHECK(looked.exit_code == 0);
        const Answer answer = run_it({"erase", "--contact", "7"});
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 0);
        CHECK(here.erased(7));
        CHECK(here.untouched(70));
    }
}

TEST_CASE("where GTIDs forbid to change a table without transactions its contacts stay, and are told why") {
    if (!ServerUnderTest::get().is_mysql()) return;  // MariaDB's GTIDs forbid nothing
    PrivateServer::Options options;
    options.arguments = {"--log-bin=binlog", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"};
    PrivateServer server(options);
    Installation here(server, "without_transactions");
    here.add_opted_out(7);
    here.mautic.connection().change("ALTER TABLE audit_log ENGINE = MyISAM");
    const std::string before = here.mautic.dump();
    const std::string config = here.config.write().string();
    CHECK_THAT(run({"check", "--config", config}).text,
               ContainsSubstring("audit_log: its engine MyISAM has no transactions"));
    const Answer answer = run({"erase", "--contact", "7", "--config", config});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 1);
    CHECK_THAT(answer.text, ContainsSubstring("audit_log: change: with enforce_gtid_consistency"));
    CHECK(here.mautic.dump() == before);
}

TEST_CASE("where the binary log cannot record what an erasure does, check says so and nothing is changed") {
    PrivateServer::Options options;
    options.arguments = {"--log-bin=binlog"};
    PrivateServer server(options);
    Installation here(server, "statement_log");
    here.add_opted_out(7);
    server.execute("SET GLOBAL binlog_format = STATEMENT");
    const std::string before = here.mautic.dump();
    const std::string config = here.config.write().string();
    const Answer looked = run({"check", "--config", config});
    CHECK(looked.exit_code == 3);
    CHECK_THAT(looked.text, ContainsSubstring("binlog_format = STATEMENT"));
    CHECK(run({"erase", "--contact", "7", "--config", config}).exit_code != 0);
    CHECK(here.mautic.dump() == before);
    CHECK(database::classify(1665) == database::ErrorClass::connection);
}

// A value may have come while the server still took it. MySQL then makes an empty text of one of its JSON
// type.
TEST_CASE("a value that is longer than a packet is erased, or its contact is left as it is and named") {
    const bool mysql = ServerUnderTest::get().is_mysql();
    const std::string filler(3'000'000, 'x');
    const std::string marker = invented_person(7).marker;
    std::string numbers;  // which stay
    while (numbers.size() < filler.size()) numbers += "1,";
    const struct {
        const char* name;
        const char* table;
        MauticDatabase::Row row;
        bool is_erased;
    } cases[] = {
        {"a text that goes", "lead_notes", {{"text", filler + marker}}, true},
        {"a JSON value that goes",
         "lead_event_log",
         {{"properties", R"({"a":")" + filler + marker + "\"}"}},
         !mysql},
        {"a JSON value that stays in part and cannot be written",
         "lead_event_log",
         {{"properties", R"({"a":")" + marker + R"(","line":[)" + numbers + "1]}"}},
         false},
    };
    PrivateServer server;
    for (const auto& c : cases) {
        CAPTURE(c.name);
        server.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024");
        Installation here(server, "long_values");
        here.add_opted_out(7);
        MauticDatabase::Row row = c.row;
        row.emplace_back("lead_id", std::int64_t{7});
        here.mautic.insert(c.table, row);
        server.execute("SET GLOBAL max_allowed_packet = 1024 * 1024");
        const Answer answer = run({"erase", "--contact", "7", "--config", here.config.write().string()});
        CAPTURE(answer.text);
        CHECK((answer.exit_code == 0) == c.is_erased);
        if (c.is_erased) {
            CHECK(here.mautic.places_of(marker) == std::set<std::string>{});
            continue;
        }
        CHECK_THAT(answer.text, ContainsSubstring("max_allowed_packet"));
        CHECK(here.mautic.field(7, "email") == invented_person(7).email());
    }
}
