// `certificate` and `certificate verify` as an officer runs them: what they write is what the database has,
// nobody who is not erased is called so, and nothing tells more than it should.
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "lookup/log.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using nlohmann::json;

namespace {

constexpr const char* languages[] = {"en", "hu", "de"};

struct CertifyingSite : Site {
    explicit CertifyingSite(const std::string& name, const std::string& version = "") : Site(name, version) {
        for (const char* side : {"seals_of_", "lookups_of_"}) {
            here.server.execute(std::string("DROP DATABASE IF EXISTS ") + side + here.ledger_database);
        }
        REQUIRE(test::run({"ledger", "seal-key", key_file().string()}).exit_code == 0);
        options["seal.key_file"] = "\"" + key_file().string() + "\"";
        options["worker.settle"] = "[\"1s\"]";
    }
    std::filesystem::path key_file() const { return here.directory / "a-seal-key"; }
    std::string public_key() {
        const std::string text = test::run({"ledger", "seal-key", key_file().string()}).text;
        const std::string label = "public key";
        return text.substr(text.find_first_not_of(' ', text.find(label) + label.size()), 64);
    }
    void change(const std::string& sql) { here.server.execute(sql, here.ledger_database); }

    // Erased by the daemon, with its later pass.
    void erase_completely(ContactId contact) {
        here.add_opted_out(contact);
        here.start();
        REQUIRE(here.announce(contact) == 204);
        here.wait_for_ledger(contact, "complete");
        here.stop();
    }

    Answer certify(std::vector<std::string> arguments, std::string_view input = "") {
        arguments.insert(arguments.begin(), "certificate");
        return run(arguments, input);
    }
    // The statement of the JSON that it writes.
    json statement(std::vector<std::string> arguments, int exit_code, std::string_view input = "") {
        arguments.insert(arguments.end(), {"--format", "json", "--output", new_file().string()});
        const Answer answer = certify(arguments, input);
        INFO(answer.text);
        REQUIRE(answer.exit_code == exit_code);
        return json::parse(read_file(file)).at("statement");
    }
    // The text of the PDF that it writes.
    std::string pdf_text(std::vector<std::string> arguments, int exit_code, std::string_view input = "") {
        arguments.insert(arguments.end(), {"--output", new_file().string()});
        const Answer answer = certify(arguments, input);
        INFO(answer.text);
        REQUIRE(answer.exit_code == exit_code);
        return run_program({"pdftotext", "-layout", file.string(), "-"});
    }
    std::filesystem::path new_file() {
        return file = here.directory / ("certificate-" + std::to_string(++files));
    }
    std::string newest_lookup(const std::string& column) {
        return here.server.value("SELECT " + column + " FROM " +
                                 lookup::lookup_log_database(here.ledger_database) +
                                 ".lookup ORDER BY id DESC LIMIT 1");
    }

    std::filesystem::path file;
    int files = 0;
};

// For whoever wants to look at it: the test's directory is gone with the test.
void keep(const std::filesystem::path& file, const std::string& name) {
    const char* directory = std::getenv("GDPRD_KEEP_CERTIFICATES");
    if (directory == nullptr) return;
    std::filesystem::copy_file(file, std::filesystem::path(directory) / name,
                               std::filesystem::copy_options::overwrite_existing);
}

std::string verdict(const json& statement) { return statement.at("words").at("verdict"); }

// As PDF's text has it: in the language's form, without its blanks that cannot be broken.
std::string plain(std::string text) {
    const std::string no_break = "\u00a0";
    for (auto at = text.find(no_break); at != std::string::npos; at = text.find(no_break))
        text.replace(at, 2, " ");
    return text;
}

}  // namespace

TEST_CASE("Every figure of a certificate is the database's, in PDF and JSON, in three languages") {
    CertifyingSite site("certificate_figures");
    site.erase_completely(7);
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    const auto ledger = [&](const std::string& column) { return site.here.ledger(7, column); };
    const json statement = site.statement({"--contact", "7"}, 0);
    keep(site.file, "en.json");
    CHECK(statement.at("conclusion") == "erased");
    const json& erasure = statement.at("erasure");
    for (const char* column :
         {"passes", "rows_changed", "rows_deleted", "rows_late", "files_removed", "values_emptied"}) {
        CAPTURE(column);
        CHECK(std::to_string(erasure.at(column).get<std::uint64_t>()) == ledger(column));
    }
    for (const char* column : {"opted_out_at", "requested_at", "erased_at", "last_pass_at", "completed_at"}) {
        std::string time = erasure.at(column).get<std::string>();
        time[10] = ' ';
        time.pop_back();
        CHECK(time == ledger(column));
    }
    for (const char* column :
         {"policy_digest", "map_digest", "schema_digest", "status", "reason", "origin", "channel"}) {
        CHECK(erasure.at(column) == ledger(column));
    }
    CHECK(erasure.at("hash").at("key_id") == ledger("key_id"));
    const auto milliseconds = "TIMESTAMPDIFF(MICROSECOND, opted_out_at, erased_at) DIV 1000";
    CHECK(std::to_string(statement.at("from_opt_out_to_erasure").at("milliseconds").get<std::int64_t>()) ==
          ledger(milliseconds));
    CHECK(statement.at("from_opt_out_to_erasure").at("month") == "within");
    CHECK(statement.at("now").at("rows_pending") == 0);
    CHECK(statement.at("rules").at("of") == "the_pass");

    const std::string seals = "seals_of_" + site.here.ledger_database + ".seal";
    CHECK(statement.at("seal").at("state") == "good");
    CHECK(statement.at("seal").at("root") ==
          site.here.server.value("SELECT root FROM " + seals + " WHERE number = " +
                                 std::to_string(statement.at("seal").at("number").get<int>())));

    for (const char* language : languages) {
        CAPTURE(language);
        const std::string text = plain(site.pdf_text({"--contact", "7", "--language", language}, 0));
        for (const char* column :
             {"erased_at", "completed_at", "opted_out_at", "requested_at", "last_pass_at"}) {
            CHECK_THAT(text,
                       ContainsSubstring(ledger("DATE_FORMAT(" + std::string(column) + ", '%H:%i:%s')")));
        }
        CHECK_THAT(text, ContainsSubstring(ledger("DATE_FORMAT(erased_at, '%Y')")));
        for (const char* digest : {"policy_digest", "map_digest", "schema_digest"}) {
            CHECK_THAT(text, ContainsSubstring(ledger(digest)));
        }
        CHECK_THAT(text, ContainsSubstring(statement.at("seal").at("root").get<std::string>()));
        CHECK_THAT(text, ContainsSubstring(site.public_key()));
        CHECK_THAT(text, ContainsSubstring("lead_donotcontact"));
        CHECK(!names_person(text, 7));
        CHECK(text.find(ledger("subject_hash")) == std::string::npos);
        const Answer verified =
            test::run({"certificate", "verify", site.file.string(), "--public-key", site.public_key()});
        CHECK(verified.exit_code == 0);
        CHECK_THAT(verified.text, ContainsSubstring("Authentic"));
        keep(site.file, std::string(language) + ".pdf");
    }
    const std::string german = plain(site.pdf_text({"--contact", "7", "--language", "de"}, 0));
    CHECK_THAT(german, ContainsSubstring("Gelöscht"));
    CHECK_THAT(german, ContainsSubstring("Artikel 12 Absatz 3 DSGVO"));
    const std::string hungarian = plain(site.pdf_text({"--contact", "7", "--language", "hu"}, 0));
    CHECK_THAT(hungarian, ContainsSubstring("Törölve"));
    CHECK_THAT(hungarian, ContainsSubstring("12. cikk (3) bekezdés"));
    CHECK_THAT(hungarian, ContainsSubstring("őrzött"));
    CHECK_THAT(hungarian, ContainsSubstring("Elküldött e-mailek"));
}

TEST_CASE("An erasure in the database of a real Mautic, old or new, is certified") {
    const auto versions = MauticDatabase::facts_versions();
    if (versions.empty()) return;
    for (const std::string& version : {versions.front(), versions.back()}) {
        CAPTURE(version);
        CertifyingSite site("certificate_version", version);
        site.erase_completely(7);
        const json statement = site.statement({"--contact", "7"}, 0);
        CHECK(statement.at("conclusion") == "erased");
        CHECK(statement.at("now").at("rows_pending") == 0);
        CHECK(statement.at("rules").at("tables").size() > 40);
    }
}

TEST_CASE("Whoever is not erased is never certified to be") {
    CertifyingSite site("certificate_words");
    site.make_ledger();
    site.mautic.add_contact(5);
    CHECK(site.statement({"--contact", "5"}, 3).at("conclusion") == "not_erased");
    site.mautic.unsubscribe(5);
    CHECK(site.statement({"--contact", "5"}, 3).at("conclusion") == "due");
    CHECK(site.statement({"--contact", "999"}, 4).at("conclusion") == "nothing_known");

    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    CHECK(site.statement({"--contact", "7"}, 3).at("conclusion") == "settling");
    const auto with_status = [&](const std::string& assignments) {
        site.change("UPDATE erasure SET " + assignments + " WHERE contact_id = 7");
        return site.statement({"--contact", "7"}, 3).at("conclusion");
    };
    CHECK(with_status("status = 'partial'") == "partial");
    CHECK(with_status("status = 'superseded'") == "due");  // opted out again, as the list says
    CHECK(with_status("status = 'erasing'") == "unfinished");
    CHECK(with_status("status = 'held'") == "held");
    const std::string complete = "status = 'complete', completed_at = '2026-03-01 12:00:00'";
    CHECK(with_status(complete + ", erased_at = NULL") == "settling");
    site.change("UPDATE erasure SET erased_at = last_pass_at WHERE contact_id = 7");

    // Somebody fills the contact in again, a field at first.
    site.mautic.connection().change("UPDATE leads SET city = 'Somewhere' WHERE id = 7");
    json statement = site.statement({"--contact", "7"}, 3);
    CHECK(statement.at("conclusion") == "found_again");
    CHECK(statement.at("now").at("rows_pending").get<int>() > 0);
    site.mautic.connection().change("UPDATE leads SET email = 'again@example.org' WHERE id = 7");
    statement = site.statement({"--contact", "7"}, 3);
    CHECK(statement.at("conclusion") == "found_again");
    CHECK(statement.at("now").at("address_in_clear") == true);
    CHECK(statement.dump().find("again@") == std::string::npos);
    for (const char* language : languages) {
        const std::string text = site.pdf_text({"--contact", "7", "--language", language}, 3);
        CHECK(text.find("again@") == std::string::npos);
    }
}

TEST_CASE("A hold is written down as what it is") {
    CertifyingSite site("certificate_hold");
    site.here.add_opted_out(7);
    site.options["hold.segments"] = "[\"keep\"]";
    const auto segment = site.mautic.insert("lead_lists", {{"name", "keep"}, {"alias", "keep"}});
    site.mautic.insert(
        "lead_lists_leads",
        {{"leadlist_id", segment}, {"lead_id", std::int64_t{7}}, {"manually_removed", std::int64_t{0}}});
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 3);
    REQUIRE(site.here.ledger(7) == "held");
    for (const bool by_address : {false, true}) {
        const json statement = by_address ? site.statement({}, 3, invented_person(7).email())
                                          : site.statement({"--contact", "7"}, 3);
        CHECK(statement.at("conclusion") == "held");
        CHECK(verdict(statement) == "On hold: nothing is erased");
        CHECK(statement.at("erasure").at("erased_at").is_null());
    }
}

TEST_CASE("By address a certificate is about that person, and about nobody who has the number since") {
    CertifyingSite site("certificate_address");
    const Person person = invented_person(7);
    site.erase_completely(7);
    json statement = site.statement({"--language", "hu"}, 0, person.email() + "\n");
    CHECK(statement.at("conclusion") == "erased");
    CHECK(statement.at("contact") == 7);
    CHECK(statement.at("asked_by") == "address");
    CHECK(statement.at("address").is_null());
    CHECK(statement.at("address_was") == "current");
    CHECK(!names_person(statement.dump(), 7));
    CHECK(site.statement({}, 0, person.old_email).at("address_was") == "former");
    CHECK(site.statement({}, 4, "nobody@example.org").at("conclusion") == "nothing_known");

    // The officer may want it.
    CHECK(site.statement({"--with-address"}, 0, person.email()).at("address") == person.email());
    const std::string text = site.pdf_text({"--with-address"}, 0, person.email());
    CHECK_THAT(text, ContainsSubstring(person.email()));
    CHECK(site.certify({"--contact", "7", "--with-address"}).exit_code == 2);

    // Both must lead to one.
    site.mautic.add_contact(8);
    CHECK(site.statement({"--contact", "7", "--address"}, 0, person.email()).at("contact") == 7);
    const Answer other = site.certify({"--contact", "8", "--address", "--format", "json"}, person.email());
    CHECK(other.exit_code == 2);
    CHECK_THAT(other.text, ContainsSubstring("does not lead to contact 8"));
    CHECK(!names_person(other.text, 7));

    // Somebody else has the address now: of whom it is must be said.
    site.mautic.connection().change("UPDATE leads SET email = '" + person.email() + "' WHERE id = 8");
    const Answer several = site.certify({"--format", "json"}, person.email());
    CHECK(several.exit_code == 2);
    CHECK_THAT(several.text, ContainsSubstring("several contacts: 7, 8"));
    const Answer warned =
        site.certify({"--contact", "7", "--address", "--output", site.new_file().string()}, person.email());
    CHECK(warned.exit_code == 3);
    CHECK_THAT(warned.text, ContainsSubstring("contact 8 has the address now"));
    CHECK_THAT(warned.text, ContainsSubstring("The address is still in Mautic"));
    statement = site.statement({"--contact", "7", "--address"}, 3, person.email());
    CHECK(statement.at("conclusion") == "elsewhere");
    CHECK(statement.at("address_elsewhere").at("contacts") == 1);
    CHECK(statement.at("address_elsewhere").at("mails_of_deleted_contacts").is_null());
    CHECK(site.statement({"--contact", "8", "--address"}, 3, person.email()).at("conclusion") ==
          "not_erased");

    // The number is somebody else's.
    site.mautic.connection().change("UPDATE leads SET email = 'new@example.org' WHERE id = 7");
    CHECK(site.statement({"--contact", "7", "--address"}, 3, person.email()).at("conclusion") ==
          "found_again");
    statement = site.statement({}, 3, "new@example.org");
    CHECK(statement.at("conclusion") == "due");
    CHECK(statement.at("erasure").is_null());
    CHECK(statement.at("records_of_other_addresses") == 1);
}

TEST_CASE("Nobody is certified to be erased whose address stands in mails of nobody") {
    CertifyingSite site("certificate_mails");
    const Person person = invented_person(7);
    site.erase_completely(7);
    json statement = site.statement({"--history"}, 0, person.email());
    CHECK(statement.at("address_elsewhere").at("mails_of_deleted_contacts") == 0);
    site.mautic.insert("email_stats",
                       {{"email_address", person.email()}, {"date_sent", "2026-01-02 03:04:05"}});
    // Where the addresses of all erasures are filed, the mails are searched only if that is wanted.
    REQUIRE(site.run({"ledger", "addresses"}).exit_code == 0);
    CHECK(site.statement({}, 0, person.email())
              .at("address_elsewhere")
              .at("mails_of_deleted_contacts")
              .is_null());
    CHECK_THAT(plain(site.pdf_text({}, 0, person.email())), ContainsSubstring("not searched"));
    statement = site.statement({"--history"}, 3, person.email());
    CHECK(statement.at("conclusion") == "elsewhere");
    CHECK(statement.at("address_elsewhere").at("mails_of_deleted_contacts") == 1);
    CHECK(site.newest_lookup("searched") == "history");
    CHECK(!names_person(statement.dump(), 7));
    CHECK_THAT(site.run({"lookup", "--history"}, person.email()).text,
               ContainsSubstring("1 of them have it in clear"));
    CHECK(site.certify({"--contact", "7", "--history", "--format", "json"}).exit_code == 2);
    // Nobody was erased with it.
    site.mautic.insert("email_stats", {{"email_address", "nobody@example.org"}});
    CHECK(site.statement({"--history"}, 3, "nobody@example.org").at("conclusion") == "elsewhere");
}

TEST_CASE("A request after a mail came back has its month, whatever the record tells of") {
    CertifyingSite site("certificate_bounced");
    for (const ContactId contact : {7, 8}) {
        site.mautic.add_contact(contact);
        site.mautic.unsubscribe(contact, 2);
    }
    site.mautic.unsubscribe(7, 1);
    site.mautic.connection().change(
        "UPDATE lead_donotcontact SET date_added = IF(reason = 2, '2026-01-10 08:00:00', '2026-02-20 "
        "08:00:00')");
    site.make_ledger();
    REQUIRE(site.run({"erase", "--contact", "7", "--contact", "8"}).exit_code == 0);
    REQUIRE(site.here.ledger(7, "reason") == "bounced");
    json statement = site.statement({"--contact", "7"}, 3);
    CHECK(statement.at("request").at("first_at") == "2026-02-20T08:00:00.000Z");
    CHECK(statement.at("request").at("to_erasure").at("month") == "exceeded");
    const std::string text = plain(site.pdf_text({"--contact", "7"}, 3));
    CHECK_THAT(text, ContainsSubstring("later than one month"));
    CHECK(text.find("no request") == std::string::npos);
    statement = site.statement({"--contact", "8"}, 3);
    CHECK(statement.at("request").at("none") == true);
    // One that came after the erasure asks for nothing that was not done.
    site.mautic.unsubscribe(8, 1);
    // Mautic's dates have whole seconds: within the second of the erasure it would be one before it.
    site.mautic.connection().change(
        "UPDATE lead_donotcontact SET date_added = UTC_TIMESTAMP() + INTERVAL 2 SECOND WHERE lead_id = 8"
        " AND date_added > '2026-06-01'");
    CHECK(site.statement({"--contact", "8"}, 3).at("request").at("none") == true);
    site.mautic.connection().change("DELETE FROM lead_donotcontact");
    site.mautic.connection().change("DELETE FROM leads WHERE id = 8");
    CHECK(site.statement({"--contact", "8"}, 3).at("request").at("none") == false);
}

TEST_CASE("An opt-out that was withdrawn after the erasure does not make it one that ended early") {
    CertifyingSite site("certificate_withdrawn");
    site.erase_completely(7);
    site.mautic.resubscribe(7);
    site.mautic.connection().change(
        "UPDATE leads SET date_modified = UTC_TIMESTAMP() + INTERVAL 1 MINUTE WHERE id = 7");
    site.run({"erase", "--contact", "7"});
    REQUIRE(site.here.ledger(7) == "superseded");
    const json statement = site.statement({"--contact", "7"}, 3);
    CHECK(statement.at("conclusion") == "withdrawn");
    CHECK(verdict(statement) == "The contact may be written to again");
}

TEST_CASE("Where hashes are forgotten, a certificate does not say that nothing is known") {
    CertifyingSite site("certificate_forgotten");
    const Person person = invented_person(7);
    site.erase_completely(7);
    for (const char* column : {"requested_at", "erased_at", "last_pass_at", "completed_at"}) {
        site.change("UPDATE erasure SET " + std::string(column) + " = " + column + " - INTERVAL 4 YEAR");
    }
    site.change("UPDATE erased_address SET noted_at = noted_at - INTERVAL 4 YEAR");
    CHECK(site.statement({}, 0, person.email()).at("forgotten_erasures").at("count") == 0);
    REQUIRE(site.run({"ledger", "forget", "--older-than", "3y", "--yes"}).exit_code == 0);

    json statement = site.statement({}, 3, person.email());
    CHECK(statement.at("conclusion") == "untold");
    CHECK(statement.at("forgotten_erasures").at("count") == 1);
    for (const char* language : languages) {
        const std::string text = plain(site.pdf_text({"--language", language}, 3, person.email()));
        keep(site.file, std::string("untold.") + language + ".pdf");
        CHECK_THAT(text, ContainsSubstring(site.here.ledger(7, "DATE_FORMAT(erased_at, '%H:%i:%s')")));
    }
    // By number it is told when, and that the hash is gone.
    statement = site.statement({"--contact", "7"}, 0);
    CHECK(!statement.at("erasure").at("forgotten_at").is_null());
    CHECK(statement.at("erasure").at("hash").is_null());

    // Somebody fills the address in again: whose erasure it was cannot be told, not even that it was
    // another's.
    site.mautic.connection().change("DELETE FROM lead_donotcontact");
    site.mautic.connection().change("UPDATE leads SET email = '" + person.email() + "' WHERE id = 7");
    statement = site.statement({}, 3, person.email());
    CHECK(statement.at("conclusion") == "untold");
    CHECK(statement.at("contact") == 7);
    CHECK(statement.at("erasure").is_null());
    CHECK(statement.at("records_of_other_addresses") == 0);
    CHECK(statement.at("records_that_cannot_be_told") == 1);
    CHECK(statement.at("now").at("address_in_clear") == true);
    CHECK(plain(site.pdf_text({}, 3, person.email())).find("about another address") == std::string::npos);
    CHECK(site.run({"lookup"}, person.email()).text.find("another address") == std::string::npos);
}

TEST_CASE("An address in a record of a former key is not called unknown") {
    CertifyingSite site("certificate_key");
    site.erase_completely(7);
    site.mautic.connection().change("DELETE FROM leads WHERE id = 7");
    std::ofstream(site.here.directory / "new-key")
        << "another key, which is as long as it has to be 0123456789\n";
    site.options["hash.key_file"] = "\"" + (site.here.directory / "new-key").string() + "\"";
    const Answer refused = site.certify({"--format", "json"}, invented_person(7).email());
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.text, ContainsSubstring("--key-file"));
    const json statement = site.statement({"--key-file", (site.here.directory / "hash-key").string()}, 0,
                                          invented_person(7).email());
    CHECK(statement.at("contact") == 7);
}

TEST_CASE("A certificate is a look-up, and without a line in the log there is none") {
    CertifyingSite site("certificate_log");
    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    const std::vector<std::string> words{"--officer", "Ő. Tűz",   "--case",
                                         "2026-17",   "--reason", "Article 15"};
    auto arguments = words;
    arguments.insert(arguments.end(), {"--contact", "7"});
    json statement = site.statement(arguments, 3);
    CHECK(statement.at("officer") == "Ő. Tűz");
    CHECK(statement.at("case") == "2026-17");
    CHECK(site.newest_lookup("officer") == "Ő. Tűz");
    CHECK(site.newest_lookup("case_reference") == "2026-17");
    CHECK(site.newest_lookup("reason") == "Article 15");
    CHECK(site.newest_lookup("contact_ids") == "7");
    CHECK(site.newest_lookup("outcome") == "found");
    site.statement({"--contact", "999"}, 4);
    CHECK(site.newest_lookup("outcome") == "not_found");
    site.statement({}, 3, invented_person(7).email());
    CHECK(site.newest_lookup("contact_ids") == "7");
    // What is refused after it was found is an answer, too.
    site.certify({"--contact", "8", "--address", "--case", "refused"}, invented_person(7).email());
    CHECK(site.newest_lookup("case_reference") == "refused");

    site.options["lookup.case_required"] = "true";
    CHECK(site.certify({"--contact", "7", "--output", site.new_file().string()}).exit_code == 2);
    CHECK(!std::filesystem::exists(site.file));
    site.options.erase("lookup.case_required");
    site.here.server.execute("DROP DATABASE lookups_of_" + site.here.ledger_database);
    site.here.server.execute("CREATE DATABASE lookups_of_" + site.here.ledger_database);
    site.here.server.execute("CREATE TABLE lookups_of_" + site.here.ledger_database + ".lookup (id INT)");
    CHECK(site.certify({"--contact", "7", "--output", site.new_file().string()}).exit_code == 1);
    CHECK(!std::filesystem::exists(site.file));
}

TEST_CASE(
    "A certificate is for its owner only, and never in place of another file unless that is asked for") {
    CertifyingSite site("certificate_file");
    site.make_ledger();
    const auto file = site.here.directory / "there";
    std::ofstream(file) << "something";
    const Answer refused = site.certify({"--contact", "7", "--output", file.string()});
    CHECK(refused.exit_code == 2);
    CHECK(read_file(file) == "something");
    CHECK(site.certify({"--contact", "7", "--output", file.string(), "--force"}).exit_code == 4);
    CHECK(read_file(file).starts_with("%PDF-"));
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(!std::filesystem::exists(file.string() + ".part"));
    CHECK(site.certify({"--contact", "7", "--output", "/no/such/directory/file"}).exit_code == 1);
    CHECK(site.certify({"--contact", "7", "--language", "fr"}).exit_code == 2);
    CHECK(site.certify({"--contact", "7", "--format", "txt"}).exit_code == 2);
    site.options.erase("seal.key_file");
    const Answer unsigned_one = site.certify({"--contact", "7", "--format", "json"});
    CHECK(unsigned_one.exit_code == 2);
    CHECK_THAT(unsigned_one.text, ContainsSubstring("ledger seal-key"));
}

TEST_CASE("A certificate is verified with the public key alone, and a forged one is told") {
    CertifyingSite site("certificate_verify");
    site.make_ledger();
    site.statement({"--contact", "7"}, 4);
    const std::string key = site.public_key();
    const auto key_file = site.here.directory / "written-down";
    std::ofstream(key_file) << "public key  " << key << "\n";
    const auto verify = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"certificate", "verify"});
        return test::run(arguments);
    };
    std::string upper = key;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
    CHECK(site.run({"ledger", "verify", "--public-key", upper}).exit_code ==
          site.run({"ledger", "verify", "--public-key", key}).exit_code);
    for (const std::string& given : {key, upper, key_file.string()}) {
        const Answer answer = verify({site.file.string(), "--public-key", given});
        CHECK(answer.exit_code == 0);
        CHECK_THAT(answer.text, ContainsSubstring("It says: Nothing known."));
    }
    CHECK(json::parse(verify({site.file.string(), "--public-key", key, "--json"}).text).at("authentic") ==
          true);
    const Answer keyless = verify({site.file.string()});
    CHECK(keyless.exit_code == 3);
    CHECK_THAT(keyless.text, ContainsSubstring("Whose key that is was not asked"));
    CHECK_THAT(verify({site.file.string(), "--public-key", std::string(64, 'a')}).text,
               ContainsSubstring("another key"));
    CHECK(verify({site.file.string(), "--public-key", "no-such-file"}).exit_code == 2);
    CHECK(verify({"no-such-file"}).exit_code == 2);
    CHECK(verify({site.here.directory.path().string(), "--public-key", key}).exit_code == 2);

    std::string text = read_file(site.file);
    const auto at = text.find("nothing_known");
    text.replace(at, 13, "erased_______");
    const auto forged = site.here.directory / "forged";
    std::ofstream(forged) << text;
    const Answer answer = verify({forged.string(), "--public-key", key});
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("NOT AUTHENTIC: the file was changed"));
    CHECK(answer.text.find("It says") == std::string::npos);
}

TEST_CASE("The seal on a certificate is the record's, and one that was tampered with is none") {
    CertifyingSite site("certificate_seal");
    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    const auto state = [&] { return site.statement({"--contact", "7"}, 3).at("seal").at("state"); };
    CHECK(state() == "none");
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    REQUIRE(site.run({"ledger", "seal"}).exit_code == 0);
    const json seal = site.statement({"--contact", "7"}, 3).at("seal");
    CHECK(seal.at("state") == "good");
    CHECK(seal.at("number") == 1);
    site.change("UPDATE erasure SET rows_changed = rows_changed + 1 WHERE contact_id = 7");
    CHECK(state() == "changed");
    site.change("UPDATE erasure SET rows_changed = rows_changed - 1 WHERE contact_id = 7");
    CHECK(state() == "good");
    const std::string seals = "seals_of_" + site.here.ledger_database;
    site.here.server.execute("UPDATE " + seals + ".leaf SET state = 'closed' WHERE table_name = 'erasure'");
    CHECK(state() == "broken");
    site.here.server.execute("DELETE FROM " + seals + ".seal WHERE number = 1");
    CHECK(state() == "broken");
}

TEST_CASE("Tables that nobody has decided about are named, whatever they are called") {
    CertifyingSite site("certificate_tables");
    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    const std::string odd = "plugin ő\"<b>`` %n{1}";
    site.mautic.connection().change("CREATE TABLE `" + odd +
                                    "` (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, note TEXT,"
                                    " FOREIGN KEY (lead_id) REFERENCES leads (id))");
    const std::string shown = "plugin ő\"<b>` %n{1}";
    const json statement = site.statement({"--contact", "7"}, 3);
    CHECK(statement.at("undecided_now") == json::array({shown}));
    CHECK(statement.at("rules").at("of") == "the_pass_but_schema");
    CHECK_THAT(site.pdf_text({"--contact", "7"}, 3), ContainsSubstring(shown));
}

TEST_CASE("A certificate for a database with very many tables has them all") {
    CertifyingSite site("certificate_many");
    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    constexpr int tables = 300;
    for (int i = 1; i <= tables; ++i) {
        site.mautic.connection().change("CREATE TABLE form_results_" + std::to_string(1000 + i) +
                                        "_f (submission_id INT NOT NULL, form_id INT NOT NULL, f_text TEXT,"
                                        " PRIMARY KEY (submission_id))");
    }
    const std::string text = site.pdf_text({"--contact", "7"}, 3);
    for (int i = 1; i <= tables; ++i) {
        REQUIRE_THAT(text, ContainsSubstring("form_results_" + std::to_string(1000 + i) + "_f"));
    }
}
