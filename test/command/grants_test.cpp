// `grants` as an administrator runs it, from a server without the daemon's account on.
#include <sstream>

#include "command/program.h"
#include "command/terminal.h"
#include "lookup/action_log.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* account = "'mautic_gdprd'@'localhost'";
constexpr const char* password = "a password that nobody prints";

// A site whose configuration names an account that is not there.
struct NewSite : Site {
    explicit NewSite(const std::string& name) : Site(name) {
        forget();
        options["database.user"] = "\"mautic_gdprd\"";
        here.config.database_password = password;
    }
    ~NewSite() {
        try {
            forget();
        } catch (const std::exception&) {
            // The server is gone, and the account with it.
        }
    }
    void forget() { here.server.execute(std::string("DROP USER IF EXISTS ") + account); }
    bool has_account() {
        return here.server.value("SELECT COUNT(*) FROM mysql.user WHERE User = 'mautic_gdprd'") != "0";
    }
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with("--")) lines.push_back(line);
    }
    return lines;
}

}  // namespace

TEST_CASE("one command takes a server without the account to one that check is content with") {
    NewSite site("grants_new");
    const Answer refused = site.run({"grants"});
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("does not let mautic_gdprd in"));
    CHECK_THAT(refused.text, ContainsSubstring("--admin root"));

    const Answer printed = site.run({"grants", "--admin", "root"});
    CAPTURE(printed.text);
    CHECK(printed.exit_code == 0);
    CHECK_THAT(printed.text, ContainsSubstring(std::string("CREATE USER IF NOT EXISTS ") + account +
                                               " IDENTIFIED BY {password};"));
    CHECK_THAT(printed.text, ContainsSubstring("GRANT SELECT ON `grants\\_new`.* TO"));
    CHECK(printed.text.find(password) == std::string::npos);
    CHECK_FALSE(site.has_account());

    const Answer applied = site.run({"grants", "--apply", "--admin", "root"});
    CAPTURE(applied.text);
    CHECK(applied.exit_code == 0);
    CHECK_THAT(applied.text, ContainsSubstring("Nothing is missing now."));
    CHECK(applied.text.find(password) == std::string::npos);
    for (const std::string& line : lines_of(printed.text)) {
        CHECK_THAT(applied.text, ContainsSubstring("done    " + line));
    }
    site.make_ledger();
    const Answer check = site.run({"check"});
    CAPTURE(check.text);
    CHECK(check.exit_code == 0);
    CHECK_THAT(site.run({"grants", "--missing"}).text, ContainsSubstring("-- Nothing is missing."));
    // Again is harmless, and the account may now ask for itself.
    CHECK(site.run({"grants", "--apply", "--admin", "root"}).exit_code == 0);
    CHECK(lines_of(site.run({"grants"}).text).front().starts_with("GRANT SELECT"));
}

TEST_CASE("grants gives a new form's table, and what an option wants, and nothing else") {
    NewSite site("grants_form");
    REQUIRE(site.run({"grants", "--apply", "--admin", "root"}).exit_code == 0);
    site.make_ledger();
    site.here.server.execute(
        "CREATE TABLE grants_form.form_results_9_news (submission_id INT PRIMARY KEY, form_id INT, email "
        "TEXT)");
    const std::string form =
        std::string("GRANT UPDATE ON `grants_form`.`form_results_9_news` TO ") + account + ';';
    const Answer check = site.run({"check"});
    CHECK(check.exit_code == 3);
    CHECK_THAT(check.text, ContainsSubstring("mautic-gdprd grants --missing --apply --admin root"));
    CHECK(lines_of(site.run({"grants", "--missing"}).text) == std::vector<std::string>{form});

    const std::string opt_out =
        std::string("GRANT INSERT ON `grants_form`.`lead_donotcontact` TO ") + account + ';';
    CHECK(lines_of(site.run({"grants", "--missing", "--reapply"}).text) ==
          std::vector<std::string>{form, opt_out});
    site.options["suppression.mode"] = "\"do-not-contact\"";
    const Answer applied = site.run({"grants", "--missing", "--apply", "--admin", "root"});
    CHECK(applied.exit_code == 0);
    CHECK(lines_of(applied.text) ==
          std::vector<std::string>{"done    " + form, "done    " + opt_out, "Nothing is missing now."});
    CHECK(site.run({"check"}).exit_code == 0);
}

TEST_CASE("grants leaves an account with another password as it is") {
    NewSite site("grants_other");
    site.here.server.execute(std::string("CREATE USER ") + account + " IDENTIFIED BY 'another password'");
    const Answer applied = site.run({"grants", "--apply", "--admin", "root"});
    CHECK(applied.exit_code == 3);
    CHECK_THAT(applied.text, ContainsSubstring("with another password than [database] password_file"));
    auto options = site.here.server.options();
    options.user = "mautic_gdprd";
    options.password = "another password";
    CHECK_NOTHROW(database::Connection(options));
}

TEST_CASE("a statement that fails is told and keeps no other one back") {
    NewSite site("grants_limited");
    PrivateServer& server = site.here.server;
    server.execute("DROP USER IF EXISTS limited@localhost");
    server.execute("CREATE USER limited@localhost IDENTIFIED BY 'the limited one'");
    server.execute("GRANT CREATE USER ON *.* TO limited@localhost");
    server.execute("GRANT SELECT, DELETE ON *.* TO limited@localhost WITH GRANT OPTION");
    const auto file = site.here.directory.write("limited-password", "the limited one\n");
    const std::vector<std::string> arguments{
        "grants", "--apply", "--admin", "limited", "--admin-password-file", file.string()};
    const Answer answer = site.run(arguments);
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("done    GRANT SELECT ON `grants\\_limited`.* TO"));
    CHECK_THAT(answer.text, ContainsSubstring("failed  GRANT UPDATE ON `grants_limited`.`leads` TO"));
    CHECK_THAT(answer.text, ContainsSubstring("done    GRANT DELETE ON `grants_limited`.`lead_notes` TO"));
    CHECK_THAT(answer.text, ContainsSubstring("Still missing:\n  GRANT UPDATE ON"));
    CHECK(answer.text.find("the limited one") == std::string::npos);

    SECTION("without an account nothing is granted, which would make one without a password") {
        server.execute("REVOKE CREATE USER ON *.* FROM limited@localhost");
        site.forget();
        const Answer none = site.run(arguments);
        CHECK(none.exit_code == 3);
        CHECK_THAT(none.text, ContainsSubstring("failed  CREATE USER"));
        CHECK_THAT(none.text, ContainsSubstring("The statements after it were not run."));
        CHECK_FALSE(site.has_account());
    }
    server.execute("DROP USER limited@localhost");
}

TEST_CASE("grants runs nothing before all statements are known") {
    NewSite site("grants_misfit");
    site.options["policy.fields.no_such_field"] = "\"hash\"";
    const Answer answer = site.run({"grants", "--apply", "--admin", "root"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 2);
    CHECK_FALSE(site.has_account());
}

TEST_CASE("grants makes no account without a password") {
    NewSite site("grants_bare");
    site.here.config.database_password.clear();
    const Answer answer = site.run({"grants", "--apply", "--admin", "root"});
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("the configuration has no password for it"));
    CHECK_FALSE(site.has_account());
}

TEST_CASE("the administrator's password comes from a file or a terminal, and is not shown") {
    NewSite site("grants_admin");
    PrivateServer& server = site.here.server;
    server.execute("DROP USER IF EXISTS chief@localhost");
    server.execute("CREATE USER chief@localhost IDENTIFIED BY 'the chief''s word'");
    server.execute("GRANT ALL ON *.* TO chief@localhost WITH GRANT OPTION");
    const std::vector<std::string> arguments{"grants", "--apply", "--admin", "chief"};

    const Answer nobody = site.run(arguments);
    CHECK(nobody.exit_code == 2);
    CHECK_THAT(nobody.text, ContainsSubstring("no terminal to ask for a password"));
    CHECK_THAT(nobody.text, ContainsSubstring("--admin-password-file"));

    auto with_file = arguments;
    with_file.insert(with_file.end(),
                     {"--admin-password-file", site.here.directory.write("wrong", "not that\n").string()});
    const Answer wrong = site.run(with_file);
    CHECK(wrong.exit_code == 2);
    CHECK_THAT(wrong.text, ContainsSubstring("refuses chief"));
    CHECK_FALSE(site.has_account());

    auto command = arguments;
    command.insert(command.begin(), daemon_program().string());
    command.insert(command.end(), {"--config", site.here.config.write().string()});
    const Answer typed =
        run_at_terminal(command, {{"Password of the database's chief: ", "the chief's word\n"}});
    CAPTURE(typed.text);
    CHECK(typed.exit_code == 0);
    CHECK_THAT(typed.text, ContainsSubstring("Nothing is missing now."));
    CHECK(typed.text.find("the chief's word") == std::string::npos);
    server.execute("DROP USER chief@localhost");
}

TEST_CASE("the desk's account reads, adds to the logs, and can change nothing") {
    NewSite site("grants_desk");
    constexpr const char* desk = "'mautic_gdprd_desk'@'localhost'";
    const std::string drop = std::string("DROP USER IF EXISTS ") + desk;
    site.here.server.execute(drop);
    const auto password_file = site.here.directory.write("desk-password", "what only the desk knows\n");
    site.options["desk.database_password_file"] = '"' + password_file.string() + '"';
    CHECK(site.run({"grants", "--apply", "--admin", "root"}).exit_code == 0);
    site.make_ledger();
    // The daemon's account knows enough to print them.
    const Answer printed = site.run({"grants", "--desk"});
    CAPTURE(printed.text);
    CHECK(printed.exit_code == 0);
    CHECK(lines_of(printed.text).size() == 5);
    CHECK_THAT(printed.text, ContainsSubstring(std::string("CREATE USER IF NOT EXISTS ") + desk));
    CHECK(printed.text.find("what only the desk knows") == std::string::npos);
    CHECK(site.run({"desk", "check"}).exit_code == 1);
    const Answer applied = site.run({"grants", "--desk", "--apply", "--admin", "root"});
    CAPTURE(applied.text);
    CHECK(applied.exit_code == 0);
    CHECK_THAT(applied.text, ContainsSubstring("Nothing is missing now."));
    CHECK_THAT(site.run({"grants", "--desk", "--missing"}).text, ContainsSubstring("-- Nothing is missing."));

    // As the server has it, statement by statement.
    database::ConnectionOptions login = site.here.server.options("grants_desk");
    login.user = "mautic_gdprd_desk";
    login.password = "what only the desk knows";
    database::Connection connection(login);
    const std::string ledger = "`" + site.here.ledger_database + "`";
    const std::string lookups = "`lookups_of_" + site.here.ledger_database + "`";
    CHECK_NOTHROW(connection.select("SELECT COUNT(*) FROM leads"));
    CHECK_NOTHROW(connection.select("SELECT COUNT(*) FROM " + ledger + ".erasure"));
    for (const std::string& change :
         {std::string("UPDATE leads SET points = points + 1"), std::string("DELETE FROM leads"),
          std::string("INSERT INTO lead_tags (tag) VALUES ('x')"), std::string("CREATE TABLE x (a INT)"),
          "UPDATE " + ledger + ".erasure SET passes = 1", "DELETE FROM " + ledger + ".erasure",
          "CREATE TABLE " + ledger + ".x (a INT)"}) {
        CAPTURE(change);
        CHECK_THROWS_AS(connection.change(change), database::DatabaseError);
    }
    lookup::ActionLog log(connection, site.here.ledger_database);
    log.create();
    log.add({0, now(), lookup::ActionKind::sign_in, "anna", "192.0.2.7", ""});
    CHECK(log.newest(10).size() == 1);
    for (const char* change : {"UPDATE {}.desk_action SET account = 'bert'", "DELETE FROM {}.desk_action",
                               "DROP TABLE {}.desk_action", "TRUNCATE {}.desk_action"}) {
        std::string sql = change;
        sql.replace(sql.find("{}"), 2, lookups);
        CAPTURE(sql);
        CHECK_THROWS_AS(connection.change(sql), database::DatabaseError);
    }

    // What it has too much is named, wherever it is given.
    struct TooMuch {
        std::string grant;
        std::string named;
    };
    const std::string lookups_name = "lookups_of_" + site.here.ledger_database;
    for (const TooMuch& one : {TooMuch{"UPDATE ON `grants\\_desk`.*", "UPDATE on grants_desk"},
                               {"UPDATE ON grants_desk.leads", "UPDATE on grants_desk.leads"},
                               {"UPDATE (email) ON grants_desk.leads", "UPDATE on grants_desk.leads"},
                               {"DELETE ON " + lookups_name + ".desk_action", "DELETE on " + lookups_name},
                               {"UPDATE, DROP ON " + lookups_name + ".*", "DROP on " + lookups_name},
                               {"FILE ON *.*", "FILE on *.*"},
                               {"SELECT ON mysql.*", "SELECT on mysql"},
                               {"TRIGGER ON grants_desk.*", "TRIGGER on grants_desk"}}) {
        CAPTURE(one.grant);
        site.here.server.execute("GRANT " + one.grant + " TO " + desk);
        const Answer check = site.run({"desk", "check"});
        CAPTURE(check.text);
        CHECK(check.exit_code == 3);
        CHECK_THAT(check.text, ContainsSubstring("has " + one.named));
        CHECK_THAT(check.text, ContainsSubstring("which the desk must not have"));
        CHECK_THAT(check.text, ContainsSubstring("there is no account"));
        site.here.server.execute("REVOKE " + one.grant + " FROM " + desk);
    }
    site.here.server.execute(drop);
}
