// Settings of a database server that an administrator may have chosen, one row each of the table in
// docs/operations.md, "The database server": the daemon's account has exactly the rights of grants.sql.
#include "command/program.h"
#include "fixture/grants.h"
#include "support/catch.h"
#include "support/free_ports.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

struct Settings {
    const char* name;
    std::vector<std::string> arguments;
    std::vector<std::string> statements;  // as root, before the daemon comes
    bool by_network = false;
};

std::vector<Settings> all_settings() {
    std::vector<Settings> all = {
        {"none but the defaults", {}, {}},
        {"by network", {}, {}, true},
        {"SQL modes", {"--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,NO_ZERO_DATE,ONLY_FULL_GROUP_BY"}, {}},
        {"updates of low priority", {"--low-priority-updates=1"}, {}},
        {"small packets", {"--max-allowed-packet=1M"}, {}},
        {"names in lower case", {"--lower-case-table-names=1"}, {}},
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

PrivateMariaDb::Options options_of(const Settings& settings) {
    PrivateMariaDb::Options options;
    options.arguments = settings.arguments;
    options.made_with_arguments = std::string(settings.name) == "names in lower case";
    if (settings.by_network) {
        options.arguments.insert(options.arguments.end(),
                                 {"--skip-networking=0", "--bind-address=127.0.0.1",
                                  "--port=" + std::to_string(free_ports(1).front())});
    }
    return options;
}

// As an administrator does: config/grants.sql, for the host that the daemon comes from.
void let_daemon_in(Installation& here, bool by_network) {
    std::string grants = grants_for(here.mautic, here.ledger_database);
    here.config.options["database.user"] = "\"mautic_gdprd\"";
    here.config.database_password = "a password";
    if (by_network) {
        replace_all(grants, "localhost", "127.0.0.1");
        here.config.options.erase("database.unix_socket");
        here.config.options["database.host"] = "\"127.0.0.1\"";
        here.config.options["database.port"] = here.server.value("SELECT @@port");
    }
    here.server.load_sql(grants, here.mautic.name());
}

}  // namespace

TEST_CASE("a contact is erased whatever the server's settings are") {
    for (const Settings& settings : all_settings()) {
        CAPTURE(settings.name);
        PrivateMariaDb server(options_of(settings));
        Installation here(server, "settings_here");
        here.add_opted_out(7);
        here.mautic.add_contact(70);
        let_daemon_in(here, settings.by_network);
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
