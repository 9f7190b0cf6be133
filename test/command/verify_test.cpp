#include <nlohmann/json.hpp>
#include <thread>

#include "command/program.h"
#include "daemon/command/terminal/progress_bar.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

nlohmann::json verify(Site& site, const std::string& input, int exit_code,
                      const std::vector<std::string>& options = {}) {
    std::vector<std::string> arguments{"verify", "--json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Answer answer = site.run(arguments, input);
    CAPTURE(answer.text);
    REQUIRE(answer.exit_code == exit_code);
    return nlohmann::json::parse(answer.text);
}

std::set<std::string> places(const nlohmann::json& answer) {
    std::set<std::string> names;
    for (const auto& hit : answer.at("hits")) {
        names.insert(hit.at("table").get<std::string>() + '.' + hit.at("column").get<std::string>());
    }
    return names;
}

void wait_until_a_statement_waits_for(Site& site, const std::string& table) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    const std::string waiting =
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for table%' AND INFO "
        "LIKE '%" +
        table + "%'";
    while (site.here.server.value(waiting) == "0") {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

}  // namespace

TEST_CASE("verify finds a contact everywhere, and tells no value") {
    Site site("verify");
    const Person person = invented_person(7);
    site.mautic.add_contact(7);
    site.mautic.add_contact(8);
    const std::string values = person.email() + "\n\n  " + person.old_email + "  \n";
    const auto json = verify(site, values, 3);
    CHECK(json.at("found") == true);
    CHECK(json.at("complete") == true);
    CHECK(json.at("interrupted") == false);
    CHECK(json.at("logs").is_null());
    CHECK(json.at("not_searched").empty());
    for (const char* place : {"leads.email", "email_stats.email_address"})
        CHECK(places(json).contains(place));
    CHECK(!names_person(json.dump(), 7));

    const Answer text = site.run({"verify", "--strong-only"}, values);
    CHECK(text.exit_code == 3);
    CHECK_THAT(text.text, ContainsSubstring("verify.leads.email"));
    CHECK_THAT(text.text, ContainsSubstring("1 row"));
    CHECK_THAT(text.text, ContainsSubstring("Searched"));
    // Standard error is no terminal here.
    CHECK(text.text.find('\r') == std::string::npos);
    CHECK(!names_person(text.text, 7));
}

TEST_CASE("nothing found is the answer an officer wants") {
    Site site("verify_none");
    site.mautic.add_contact(7);
    site.make_ledger();
    const auto json = verify(site, "nobody@example.com\n", 0);
    CHECK(json.at("found") == false);
    CHECK(json.at("complete") == true);
    CHECK(json.at("hits").empty());
    CHECK(json.at("rows") > 10);
    const Answer text = site.run({"verify"}, "nobody@example.com\n");
    CHECK(text.exit_code == 0);
    CHECK_THAT(text.text, ContainsSubstring("Nothing found."));
    CHECK(text.text.find("nobody") == std::string::npos);
}

TEST_CASE("verify searches tables that Mautic does not know, and the ledger") {
    Site site("verify_tables");
    site.make_ledger();
    site.mautic.connection().change("CREATE TABLE plugin_things (id INT PRIMARY KEY, x JSON)");
    site.mautic.connection().change("INSERT INTO plugin_things VALUES (1, '[\"ann\\\\u0040example.org\"]')");
    const std::string ledger = site.here.ledger_database;
    site.mautic.connection().change("CREATE TABLE " + ledger + ".notes (id INT PRIMARY KEY, x TEXT)");
    site.mautic.connection().change("INSERT INTO " + ledger + ".notes VALUES (1, 'ann@example.org')");
    CHECK(places(verify(site, "ann@example.org\n", 3)) ==
          std::set<std::string>{"plugin_things.x", "notes.x"});
}

TEST_CASE("what could be somebody else is said to be so") {
    Site site("verify_doubtful");
    site.mautic.connection().change("CREATE TABLE notes (id INT PRIMARY KEY, x TEXT)");
    site.mautic.connection().change("INSERT INTO notes VALUES (1, 'Dear Annabella')");
    const auto json = verify(site, "Annabella\nannabella@example.com\n", 3);
    CHECK(json.at("hits").at(0).at("rows") == 0);
    CHECK(json.at("hits").at(0).at("rows_doubtful") == 1);
    verify(site, "Annabella\nannabella@example.com\n", 0, {"--strong-only"});
    const Answer text = site.run({"verify"}, "Annabella\n");
    CHECK_THAT(text.text, ContainsSubstring("1 row that could be somebody else"));
    const Answer refused = site.run({"verify", "--strong-only"}, "Annabella\n");
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("--strong-only"));
}

TEST_CASE("verify searches Mautic's log files when asked to") {
    Site site("verify_logs");
    const auto installed = site.here.directory / "mautic";
    std::filesystem::create_directories(installed / "var/logs");
    site.here.directory.write("mautic/var/logs/mautic_prod.php", "x\n550 <ann%40example.org>\nannexample\n");
    const Answer unset = site.run({"verify", "--logs"}, "ann@example.org\n");
    CHECK(unset.exit_code == 2);
    CHECK_THAT(unset.text, ContainsSubstring("directory"));

    site.options["mautic.directory"] = toml_text(installed.string());
    const auto json = verify(site, "ann@example.org\n", 3, {"--logs"});
    REQUIRE(json.at("logs").at("hits").size() == 1);
    CHECK(json.at("logs").at("hits").at(0).at("file") == "var/logs/mautic_prod.php");
    CHECK(json.at("logs").at("hits").at(0).at("lines") == 1);
    CHECK(json.at("complete") == true);

    site.here.directory.write("mautic/var/logs/old.gz", "?");
    CHECK(verify(site, "nobody@example.com\n", 1, {"--logs"}).at("complete") == false);
}

TEST_CASE("an account that sees only a part cannot find nothing") {
    Site site("verify_part");
    auto& root = site.mautic.connection();
    root.change("CREATE USER verify_part@localhost IDENTIFIED BY 'a password'");
    root.change("GRANT SELECT ON verify_part.emails TO verify_part@localhost");
    site.options["database.user"] = "\"verify_part\"";
    site.here.config.database_password = "a password";
    const auto json = verify(site, "nobody@example.com\n", 1);
    CHECK(json.at("found") == false);
    CHECK(json.at("complete") == false);
    CHECK(json.at("not_searched").size() >= 1);
}

TEST_CASE("Ctrl-C ends a search with what was found until then") {
    Site site("verify_interrupted");
    auto& root = site.mautic.connection();
    root.change("CREATE TABLE a_first (id INT PRIMARY KEY, x TEXT)");
    root.change("INSERT INTO a_first VALUES (1, 'ann@example.org')");
    root.change("CREATE TABLE a_second (id INT PRIMARY KEY, x TEXT)");
    root.change("INSERT INTO a_second VALUES (1, 'ann@example.org')");
    root.change("LOCK TABLES a_second WRITE");
    const TemporaryDirectory directory;
    ChildProcessOptions options;
    options.arguments = {daemon_program().string(), "verify", "--json", "--config",
                         site.here.config.write().string()};
    options.input = directory.write("input", "ann@example.org\n");
    options.output = directory / "output";
    ChildProcess process(options);
    wait_until_a_statement_waits_for(site, "a_second");
    process.send_signal(SIGINT);
    root.change("UNLOCK TABLES");
    const auto exit_code = process.wait_for_exit(std::chrono::minutes(1));
    const std::string output = read_file(directory / "output");
    CAPTURE(output);
    CHECK(exit_code == 1);
    const auto json = nlohmann::json::parse(output);
    CHECK(json.at("interrupted") == true);
    CHECK(json.at("complete") == false);
    CHECK(places(json).contains("a_first.x"));
    CHECK(json.at("tables") == 2);
}

TEST_CASE("what cannot be searched for is bad usage and is not repeated") {
    Site site("verify_bad");
    std::string many;
    for (int i = 0; i < 201; ++i) many += "someone" + std::to_string(i) + "\n";
    const std::pair<const char*, std::string> cases[] = {
        {"nothing", ""},
        {"empty lines", "\n \n\n"},
        {"one letter", "someone@example.org\nx\n"},
        {"no letter", "----\n"},
        {"too long", std::string(2'000, 'x') + "@example.org\n"},
        {"endless", std::string(1'000'000, '@')},
        {"endless blanks", std::string(1'000'000, ' ')},
        {"control characters", "some\tone@example.org\n"},
        {"too many", many},
    };
    for (const auto& [what, input] : cases) {
        CAPTURE(what);
        const Answer answer = site.run({"verify"}, input);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("verify: "));
        CHECK(answer.text.find("one@") == std::string::npos);
        CHECK(answer.text.find("someone") == std::string::npos);
    }
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"verify", "someone"}, {"verify", "--value=someone@example.org"}}) {
        const Answer answer = run(arguments);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("no value on the command line"));
        CHECK(answer.text.find("someone") == std::string::npos);
    }
}

TEST_CASE("the progress bar tells how far it is and how long it takes") {
    using namespace std::chrono_literals;
    using command::progress_line;
    CHECK(progress_line({0, 0, "rows", "leads"}, 0ms, 100) ==
          "[>                       ]    0%  0 rows  leads");
    CHECK(progress_line({0.5, 120'000, "rows", "page_hits"}, 60s, 100) ==
          "[============>           ]   50%  120000 rows  2000/s  1 min 0 s left  page_hits");
    CHECK(progress_line({1, 120'000, "rows", "page_hits"}, 60s, 100) ==
          "[========================]  100%  120000 rows  2000/s  0 s left  page_hits");
    CHECK_THAT(progress_line({0.001, 10, "rows", "x"}, 60s, 100), !ContainsSubstring("left"));
    CHECK_THAT(progress_line({0.5, 10, "rows", "x"}, 1s, 100), !ContainsSubstring("left"));
    CHECK_THAT(progress_line({0.01, 10, "rows", "x"}, 100s, 100), ContainsSubstring("2 h 45 min left"));
    CHECK_THAT(progress_line({7, 10, "rows", "x"}, 100s, 100), ContainsSubstring(" 100%"));
    CHECK(progress_line({0.5, 10, "rows", "x"}, 1s, 20).size() == 20);
}
