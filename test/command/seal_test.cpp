// `ledger seal-key`, `ledger seal`, `ledger verify`: what they answer, and to whom.
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// The account of the daemon has what `grants` gives and no more.
struct SealedSite : Site {
    explicit SealedSite(const std::string& name) : Site(name) {
        forget();
        here.server.execute("DROP DATABASE IF EXISTS " + seals());
        const Answer made = run({"ledger", "seal-key", key_file().string()});
        REQUIRE(made.exit_code == 0);
        options["seal.key_file"] = "\"" + key_file().string() + "\"";
        options["database.user"] = "\"mautic_gdprd\"";
        here.config.database_password = "a password that nobody prints";
        REQUIRE(run({"grants", "--apply", "--admin", "root"}).exit_code == 0);
        REQUIRE(run({"init", "--ledger-only"}).exit_code == 0);
        make_queue();
        here.add_opted_out(1);
        here.add_opted_out(2);
        REQUIRE(run({"erase", "--contact", "1", "--contact", "2"}).exit_code == 0);
    }
    ~SealedSite() {
        try {
            forget();
        } catch (const std::exception&) {
            // The server is gone, and the account with it.
        }
    }
    void forget() { here.server.execute("DROP USER IF EXISTS 'mautic_gdprd'@'localhost'"); }
    std::filesystem::path key_file() const { return here.directory / "a-seal-key"; }
    std::string seals() const { return "seals_of_" + here.ledger_database; }
    void change(const std::string& sql) { here.server.execute(sql, here.ledger_database); }

    nlohmann::json verify(int exit_code, std::vector<std::string> more = {}) {
        more.insert(more.begin(), {"ledger", "verify", "--json"});
        const Answer answer = run(more);
        INFO(answer.text);
        REQUIRE(answer.exit_code == exit_code);
        return nlohmann::json::parse(answer.text);
    }
};

std::string public_key_in(const std::string& text) {
    const std::string label = "public key";
    const auto at = text.find_first_not_of(' ', text.find(label) + label.size());
    return text.substr(at, 64);
}

}  // namespace

TEST_CASE("The key to seal with is made once, for its owner only, and its public half is printed") {
    Site site("seal_key");
    const auto file = site.here.directory / "key";
    const Answer made = site.run({"ledger", "seal-key", file.string()});
    REQUIRE(made.exit_code == 0);
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    const std::string pem = read_file(file);
    CHECK(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
    CHECK(made.text.find(pem.substr(28, 40)) == std::string::npos);
    const Answer again = site.run({"ledger", "seal-key", file.string()});
    CHECK(again.exit_code == 0);
    CHECK(public_key_in(again.text) == public_key_in(made.text));
    CHECK(read_file(file) == pem);
    std::ofstream(file) << "something else";
    CHECK(site.run({"ledger", "seal-key", file.string()}).exit_code == 2);
}

TEST_CASE("Without a key nothing is sealed, and check says so") {
    Site site("seal_no_key");
    site.make_ledger();
    const Answer sealed = site.run({"ledger", "seal"});
    CHECK(sealed.exit_code == 2);
    CHECK_THAT(sealed.text, ContainsSubstring("ledger seal-key"));
    CHECK(site.run({"ledger", "verify"}).exit_code == 2);
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("no key to sign with"));
    site.options["seal.key_file"] = "\"hash-key\"";
    CHECK_THAT(site.run({"ledger", "seal"}).text, ContainsSubstring("is no Ed25519 key in PEM"));
}

TEST_CASE("A forged ledger is told from the sealed one, by row and seal") {
    SealedSite site("seal_forged");
    const auto sealed = nlohmann::json::parse(site.run({"ledger", "seal", "--json"}).text);
    CHECK(sealed.at("seal").at("number") == 1);
    CHECK(sealed.at("sealed") ==
          site.here.ledger_rows() + std::stoull(site.here.server.value("SELECT COUNT(*) FROM erased_address",
                                                                       site.here.ledger_database)));
    auto report = site.verify(0);
    CHECK(report.at("agrees") == true);
    CHECK(report.at("unsealed") == 0);
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("seal 1 of"));

    site.change("UPDATE erasure SET opted_out_at = opted_out_at - INTERVAL 1 DAY WHERE contact_id = 2");
    report = site.verify(3);
    CHECK(report.at("findings_total") == 1);
    CHECK(report.at("findings").at(0).at("what") == "changed");
    CHECK(report.at("findings").at(0).at("table") == "erasure");
    CHECK(report.at("findings").at(0).at("key") == 2);
    CHECK(report.at("findings").at(0).at("seal") == 1);
    const Answer in_words = site.run({"ledger", "verify"});
    CHECK(in_words.exit_code == 3);
    CHECK_THAT(in_words.text, ContainsSubstring("changed since seal 1 of"));
    CHECK_THAT(in_words.text, ContainsSubstring("What this does not prove"));
    CHECK(site.run({"ledger", "seal"}).exit_code == 3);
    CHECK(site.verify(3).at("seals") == 2);
    CHECK(site.run({"ledger", "seal", "--accept"}).exit_code == 0);
    CHECK(site.verify(0).at("accepted_seals") == 1);
}

TEST_CASE("The last seal has to be of the key that was asked for, and in the copy outside") {
    SealedSite site("seal_trust");
    const auto copy = site.here.directory / "seals";
    site.options["seal.file"] = "\"" + copy.string() + "\"";
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    CHECK(site.verify(0).at("copies_compared") == 2);
    const std::string key = public_key_in(site.run({"ledger", "seal-key", site.key_file().string()}).text);
    CHECK(site.verify(0, {"--public-key", key}).at("agrees") == true);
    CHECK(site.verify(3, {"--public-key", std::string(64, 'a')}).at("findings").at(0).at("what") == "key");
    CHECK(site.run({"ledger", "verify", "--public-key", "secret"}).exit_code == 2);

    site.here.server.execute("DELETE FROM " + site.seals() + ".seal WHERE number = 2");
    site.change("UPDATE mark SET number = 1 WHERE name = 'sealed'");
    const auto report = site.verify(3);
    CHECK(report.at("findings").at(0).at("what") == "cut_off");
    CHECK(report.at("findings").at(0).at("seal") == 2);
    site.options["seal.file"] = "\"\"";
    CHECK(site.verify(0).at("agrees") == true);  // nobody can tell without the copy
    CHECK(site.verify(3, {"--seals", copy.string()}).at("findings").at(0).at("what") == "cut_off");
}

TEST_CASE("That all seals are gone is said by whatever knows of one") {
    SealedSite site("seal_gone");
    const auto copy = site.here.directory / "seals";
    site.options["seal.file"] = "\"" + copy.string() + "\"";
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    site.here.server.execute("DELETE FROM " + site.seals() + ".leaf");
    site.here.server.execute("DELETE FROM " + site.seals() + ".seal");
    const Answer by_copy = site.run({"ledger", "verify"});
    CHECK(by_copy.exit_code == 3);
    CHECK_THAT(by_copy.text, ContainsSubstring("0 seals.\n"));
    CHECK_THAT(by_copy.text, ContainsSubstring("seals were cut off at the end"));
    site.options["seal.file"] = "\"\"";
    CHECK(site.verify(3).at("findings").at(0).at("what") == "cut_off");
    site.here.server.execute("DROP DATABASE " + site.seals());
    const Answer by_ledger = site.run({"ledger", "verify"});
    CHECK(by_ledger.exit_code == 1);
    CHECK_THAT(by_ledger.text, ContainsSubstring("the ledger knows of some"));
    site.change("DELETE FROM mark WHERE name = 'sealed'");
    CHECK_THAT(site.run({"ledger", "verify"}).text, ContainsSubstring("the ledger has no seals"));
}

TEST_CASE("The daemon's account can add seals and neither change nor remove them") {
    SealedSite site("seal_rights");
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    auto login = site.here.server.options(site.seals());
    login.user = "mautic_gdprd";
    login.password = site.here.config.database_password;
    database::Connection connection(login);
    for (const char* statement :
         {"UPDATE seal SET root = ''", "DELETE FROM seal", "UPDATE leaf SET content = ''", "DELETE FROM leaf",
          "UPDATE signing_key SET public_key = ''", "TRUNCATE TABLE leaf", "DROP TABLE seal"}) {
        CAPTURE(statement);
        try {
            connection.change(statement);
            FAIL("accepted");
        } catch (const database::DatabaseError& error) {
            CHECK(error.error_class() == database::ErrorClass::privilege);
        }
    }
    CHECK(site.run({"check"}).text.find("more than sealing needs") == std::string::npos);
    std::string name = site.seals();
    for (auto at = name.find('_'); at != std::string::npos; at = name.find('_', at + 2))
        name.insert(at, "\\");
    site.here.server.execute("GRANT UPDATE ON `" + name + "`.* TO 'mautic_gdprd'@'localhost'");
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("more than sealing needs"));
    site.here.server.execute("REVOKE INSERT, UPDATE ON `" + name + "`.* FROM 'mautic_gdprd'@'localhost'");
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("the ledger is not sealed"));
    CHECK(site.run({"ledger", "seal"}).exit_code != 0);
    CHECK(site.run({"erase", "--contact", "1"}).exit_code == 0);  // that goes on
    site.here.server.execute("GRANT INSERT ON `" + name + "`.* TO 'mautic_gdprd'@'localhost'");
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    name.replace(0, std::string("seals").size(), "lookups");
    site.here.server.execute("REVOKE ALL PRIVILEGES ON `" + name + "`.* FROM 'mautic_gdprd'@'localhost'");
    CHECK_THAT(site.run({"ledger", "seal"}).text, ContainsSubstring("grants --missing --apply"));
}

TEST_CASE("What an import brings is sealed as imported") {
    SealedSite site("seal_import");
    const auto file = site.here.directory / "ledger.jsonl";
    site.change("UPDATE erasure SET erased_at = '2026-01-01', last_pass_at = '2026-01-01'");
    site.change("UPDATE erased_address SET noted_at = '2026-01-01'");
    REQUIRE(site.run({"ledger", "export", "--file", file.string()}).exit_code == 0);
    site.change("DELETE FROM erasure WHERE contact_id = 1");
    site.change("DELETE FROM erased_address WHERE contact_id = 1");
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    REQUIRE(site.run({"ledger", "import", file.string()}).exit_code == 0);
    const auto report = site.verify(0);
    CHECK(report.at("imported_seals") == 1);
    CHECK(report.at("unsealed") == 0);
    // Numbers of rows that somebody has accepted as gone may be given again.
    site.change("DELETE FROM erased_address");
    REQUIRE(site.run({"ledger", "seal", "--accept"}).exit_code == 0);
    site.change("ALTER TABLE erased_address AUTO_INCREMENT = 1");
    REQUIRE(site.run({"ledger", "addresses"}).exit_code == 0);
    CHECK(site.here.server.value("SELECT COUNT(*) FROM erased_address", site.here.ledger_database) != "0");
    CHECK(site.verify(0).at("imported_seals") == 2);
    // A ledger is brought back first, and sealed then.
    const auto other_copy = site.here.directory / "other-seals";
    std::ofstream(other_copy) << "no seal\n";
    site.options["seal.file"] = "\"" + other_copy.string() + "\"";
    const Answer refused = site.run({"ledger", "import", file.string()});
    CHECK(refused.exit_code == 0);
    CHECK_THAT(refused.text, ContainsSubstring("its last line is no seal"));
    site.options["seal.file"] = "\"\"";
    // Over a forged row nothing is sealed.
    site.change("UPDATE erasure SET rows_changed = rows_changed + 1 WHERE contact_id = 1");
    const Answer over_forged = site.run({"ledger", "import", file.string()});
    CHECK(over_forged.exit_code == 0);
    CHECK_THAT(over_forged.text, ContainsSubstring("Nothing of it is sealed"));
    CHECK(site.verify(3).at("findings_total") == 1);
}
