// Every look-up is in the log before it is answered, and nobody who looks people up can change the log.
#include <fstream>
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* daemon_account = "'mautic_gdprd'@'localhost'";
constexpr const char* daemon_password = "a password that nobody prints";

// A site whose daemon has an account with the rights that `grants` gives.
struct GrantedSite : Site {
    explicit GrantedSite(const std::string& name) : Site(name) {
        forget();
        here.server.execute("DROP DATABASE IF EXISTS " + log());
        options["database.user"] = "\"mautic_gdprd\"";
        here.config.database_password = daemon_password;
        REQUIRE(run({"grants", "--apply", "--admin", "root"}).exit_code == 0);
        REQUIRE(run({"init", "--ledger-only"}).exit_code == 0);
    }
    ~GrantedSite() {
        try {
            forget();
        } catch (const std::exception&) {
            // The server is gone, and the account with it.
        }
    }
    void forget() { here.server.execute(std::string("DROP USER IF EXISTS ") + daemon_account); }
    std::string log() const { return "lookups_of_" + here.ledger_database; }
    std::string logged(const std::string& columns) {
        return here.server.value("SELECT CONCAT_WS('|', " + columns + ") FROM " + log() +
                                 ".lookup ORDER BY id DESC LIMIT 1");
    }
    std::uint64_t count() {
        return std::stoull(here.server.value("SELECT COUNT(*) FROM " + log() + ".lookup"));
    }
    database::Connection connect() {
        auto login = here.server.options(log());
        login.user = "mautic_gdprd";
        login.password = daemon_password;
        return database::Connection(login);
    }
};

nlohmann::json lookups_of(Site& site, std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"ledger", "lookups", "--json"});
    const Answer answer = site.run(arguments, input);
    return nlohmann::json::parse(answer.text).at("lookups");
}

}  // namespace

TEST_CASE("a look-up is logged with who, why and the outcome, and never with the address") {
    GrantedSite site("log_words");
    site.mautic.add_contact(7);
    const std::string address = invented_person(7).email();
    CHECK(site.run({"ledger", "lookups"}).exit_code == 4);
    REQUIRE(site.run({"lookup", "--officer", "D. P. Officer", "--case", "2026-17", "--reason", "Article 15"},
                     address)
                .exit_code == 0);
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);

    const auto all = lookups_of(site, {});
    REQUIRE(all.size() == 2);
    CHECK(all.at(0).at("found") == false);
    CHECK(all.at(0).at("officer").is_null());
    CHECK(all.at(0).at("contacts").empty());
    const auto& one = all.at(1);
    CHECK(one.at("officer") == "D. P. Officer");
    CHECK(one.at("case") == "2026-17");
    CHECK(one.at("reason") == "Article 15");
    CHECK(one.at("found") == true);
    CHECK(one.at("contacts") == nlohmann::json::array({7}));
    CHECK_FALSE(one.at("account").get<std::string>().empty());
    CHECK(one.at("asked").get<std::string>().size() == 64);
    CHECK(one.at("asked") != all.at(0).at("asked"));
    // The same address in another spelling is the same question.
    CHECK(lookups_of(site, {"--address"}, " " + address + " ").size() == 1);
    CHECK(lookups_of(site, {"--address"}, "other@example.org").empty());
    const Answer shown = site.run({"ledger", "lookups"});
    for (const char* part : {"4 look-ups", "D. P. Officer", "2026-17", "Article 15", "found: contact 7",
                             "not found", "this log only"}) {
        CHECK_THAT(shown.text, ContainsSubstring(part));
    }
    CHECK(!names_person(shown.text, 7));
    const std::string row = site.logged("account, officer, case_reference, reason, asked, contact_ids");
    CHECK(row.find('@') == std::string::npos);
}

TEST_CASE("what was asked is hashed with a key, also where the ledger's hashes have none") {
    GrantedSite site("log_key");
    site.options["hash.algorithm"] = "\"md5\"";
    site.options["hash.key_file"] = "\"\"";
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    const std::string first = site.logged("asked, key_id");
    CHECK(first.size() == 64 + 1 + 16);
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    CHECK(site.logged("asked, key_id") == first);
    std::filesystem::path key;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(site.config_file().parent_path())) {
        if (entry.path().filename() == "lookup-log-key") key = entry.path();
    }
    REQUIRE_FALSE(key.empty());
    CHECK((std::filesystem::status(key).permissions() & std::filesystem::perms::others_read) ==
          std::filesystem::perms::none);
}

TEST_CASE("the account that looks people up can add to the log and read it, and do nothing else to it") {
    GrantedSite site("log_rights");
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    auto connection = site.connect();
    for (const std::string& statement :
         {std::string("UPDATE lookup SET reason = 'another'"), std::string("DELETE FROM lookup"),
          std::string("TRUNCATE TABLE lookup"), std::string("DROP TABLE lookup"),
          std::string("ALTER TABLE lookup DROP COLUMN reason"), std::string("CREATE INDEX x ON lookup (at)"),
          std::string("RENAME TABLE lookup TO other"), "DROP DATABASE " + site.log()}) {
        CAPTURE(statement);
        try {
            connection.change(statement);
            FAIL("accepted");
        } catch (const database::DatabaseError& error) {
            CHECK(error.error_class() == database::ErrorClass::privilege);
        }
    }
    CHECK(site.count() == 1);
    CHECK_NOTHROW(connection.select("SELECT * FROM lookup"));
    const Answer check = site.run({"check"});
    CHECK(check.text.find(site.log()) == std::string::npos);

    site.here.server.execute("GRANT UPDATE, DELETE ON " + site.log() + ".lookup TO " + daemon_account);
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("the account has DELETE, UPDATE"));
}

TEST_CASE("a look-up that cannot be logged is not answered") {
    GrantedSite site("log_refused");
    site.mautic.add_contact(7);
    const std::string address = invented_person(7).email();
    REQUIRE(site.run({"lookup"}, address).exit_code == 0);
    const auto refused = [&] {
        const Answer answer = site.run({"lookup"}, address);
        CHECK(answer.exit_code == 1);
        CHECK_THAT(answer.text,
                   ContainsSubstring("there is no answer, because the look-up cannot be logged"));
        CHECK(answer.text.find("Contact 7") == std::string::npos);
    };
    SECTION("the right was taken away") {
        site.here.server.execute("REVOKE INSERT ON `lookups\\_of\\_gdprd\\_log\\_refused`.* FROM " +
                                 std::string(daemon_account));
        refused();
        CHECK_THAT(site.run({"check"}).text, ContainsSubstring("INSERT not granted"));
        CHECK_THAT(site.run({"grants", "--missing"}).text, ContainsSubstring("GRANT INSERT ON `lookups"));
    }
    SECTION("the log is not there, and may not be made") {
        site.here.server.execute("DROP DATABASE " + site.log());
        site.here.server.execute("REVOKE CREATE ON `lookups\\_of\\_gdprd\\_log\\_refused`.* FROM " +
                                 std::string(daemon_account));
        refused();
    }
    SECTION("the log was lost, and is made again") {
        site.here.server.execute("DROP DATABASE " + site.log());
        CHECK(site.run({"lookup"}, address).exit_code == 0);
        CHECK(site.count() == 1);
    }
}

TEST_CASE("a case can be required, and words that name a person are refused") {
    GrantedSite site("log_case");
    site.options["lookup.case_required"] = "true";
    Answer answer = site.run({"lookup"}, "nobody@example.org");
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("--case"));
    CHECK(site.count() == 0);
    CHECK(site.run({"lookup", "--case", "2026-17"}, "nobody@example.org").exit_code == 4);
    for (const char* option : {"--officer", "--reason"}) {
        CAPTURE(option);
        answer = site.run({"lookup", "--case", "1", option, std::string(300, 'x')}, "nobody@example.org");
        CHECK(answer.exit_code == 2);
        answer = site.run({"lookup", "--case", "1", option, "ann@example.org"}, "nobody@example.org");
        CHECK(answer.exit_code == 2);
        CHECK(answer.text.find("ann@example.org") == std::string::npos);
    }
    CHECK(site.count() == 1);
}

TEST_CASE("without a ledger there is no log, and no answer") {
    Site site("log_no_ledger");
    site.mautic.add_contact(7);
    const Answer answer = site.run({"lookup"}, invented_person(7).email());
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("init --ledger-only"));
    CHECK(answer.text.find("Contact 7") == std::string::npos);
}

TEST_CASE("a log that cannot be read is not taken for one without look-ups") {
    GrantedSite site("log_unread");
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    site.here.server.execute(
        "REVOKE SELECT, INSERT, CREATE ON `lookups\\_of\\_gdprd\\_log\\_unread`.* FROM " +
        std::string(daemon_account));
    const Answer answer = site.run({"ledger", "lookups"});
    CHECK(answer.exit_code != 4);
    CHECK(answer.text.find("No look-up was logged") == std::string::npos);
}

TEST_CASE("a log with another key's look-ups does not say that an address was never looked up") {
    GrantedSite site("log_keys");
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    REQUIRE(lookups_of(site, {"--address"}, "nobody@example.org").size() == 1);
    const auto first_key = site.options.at("hash.key_file");
    const auto key = site.here.directory / "another-key";
    std::ofstream(key) << std::string(64, 'a') << '\n';
    std::filesystem::permissions(key, std::filesystem::perms::owner_read);
    site.options["hash.key_file"] = '"' + key.string() + '"';
    const Answer answer = site.run({"ledger", "lookups", "--address"}, "nobody@example.org");
    CHECK(answer.exit_code == 3);
    CHECK(answer.text.find("No look-up was logged") == std::string::npos);
    CHECK_THAT(answer.text, ContainsSubstring("2 look-ups were logged with another key"));
    CHECK(lookups_of(site, {"--address", "--key-file", first_key.substr(1, first_key.size() - 2)},
                     "nobody@example.org")
              .size() == 3);
}

TEST_CASE("a case that is required has a name") {
    GrantedSite site("log_blank");
    site.options["lookup.case_required"] = "true";
    for (const char* blank : {" ", "\u00a0"}) {
        CHECK(site.run({"lookup", "--case", blank}, "nobody@example.org").exit_code == 2);
    }
    CHECK(site.count() == 0);
}

TEST_CASE("whoever asks the log about an address is in it, too") {
    GrantedSite site("log_asked");
    site.mautic.add_contact(7);
    const std::string address = invented_person(7).email();
    REQUIRE(site.run({"lookup"}, address).exit_code == 0);
    const Answer answer = site.run({"ledger", "lookups", "--address"}, address);
    REQUIRE_THAT(answer.text, ContainsSubstring("found: contact 7"));
    CHECK(site.count() == 2);
}

// A trigger there writes what it likes in place of what was asked.
TEST_CASE("check names every right that goes further than adding to the log") {
    GrantedSite site("log_beyond");
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    site.here.server.execute("GRANT TRIGGER ON " + site.log() + ".* TO " + daemon_account);
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("the account has TRIGGER"));
}

// Nobody can rename a database.
TEST_CASE("a ledger of the longest name that a database may have gets a log, too") {
    Site site("log_long_name");
    const std::string name(64, 'l');
    const std::string log =
        site.here.server.value("SELECT CONCAT('lookups_of_', LEFT(SHA2('" + name + "', 256), 32))");
    for (const std::string& one : {name, log}) site.here.server.execute("DROP DATABASE IF EXISTS " + one);
    site.options["ledger.database"] = '"' + name + '"';
    REQUIRE(site.run({"init", "--ledger-only"}).exit_code == 0);
    CHECK(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    CHECK(site.here.server.value("SELECT COUNT(*) FROM " + log + ".lookup") == "1");
    for (const std::string& one : {name, log}) site.here.server.execute("DROP DATABASE " + one);
}

TEST_CASE("a key of the log that is empty is named, and is made anew when it was removed") {
    GrantedSite site("log_half_key");
    site.options["hash.algorithm"] = "\"md5\"";
    site.options["hash.key_file"] = "\"\"";
    REQUIRE(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
    std::filesystem::path key;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(site.config_file().parent_path())) {
        if (!entry.path().filename().string().starts_with("lookup-log-key")) continue;
        CHECK(entry.path().filename() == "lookup-log-key");  // nothing is left of making it
        key = entry.path();
    }
    REQUIRE(std::filesystem::file_size(key) > 0);
    std::filesystem::resize_file(key, 0);
    const Answer answer = site.run({"lookup"}, "nobody@example.org");
    CHECK(answer.exit_code != 4);
    CHECK_THAT(answer.text, ContainsSubstring(key.string() + ": is empty"));
    CHECK_THAT(answer.text, ContainsSubstring("remove it"));
    std::filesystem::remove(key);
    CHECK(site.run({"lookup"}, "nobody@example.org").exit_code == 4);
}
