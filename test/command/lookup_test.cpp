#include <fstream>
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "policy/hash.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

nlohmann::json found_by(const Answer& answer) {
    return nlohmann::json::parse(answer.text).at("contacts").at(0).at("found_by");
}

bool has(const nlohmann::json& list, const char* text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

TEST_CASE("lookup tells a contact's story before and after the erasure") {
    Site site("lookup");
    site.make_ledger();
    const Person person = invented_person(7);
    site.mautic.add_contact(7);
    site.mautic.add_contact(8);

    const Answer before = site.run({"lookup", "--json"}, person.email() + "\n");
    REQUIRE(before.exit_code == 0);
    auto json = nlohmann::json::parse(before.text);
    REQUIRE(json.at("contacts").size() == 1);
    CHECK(json.at("contacts").at(0).at("contact") == 7);
    CHECK(json.at("contacts").at(0).at("erasure").is_null());
    CHECK(json.at("contacts").at(0).at("do_not_contact").empty());
    CHECK(json.at("has_ledger") == true);
    CHECK(has(found_by(before), "contact_address"));
    CHECK(!names_person(before.text, 7));

    site.mautic.unsubscribe(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    // Another spelling of the same address.
    std::string shouted = "  " + person.email() + " ";
    for (char& c : shouted) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const Answer after = site.run({"lookup", "--json", "--history"}, shouted);
    REQUIRE(after.exit_code == 0);
    json = nlohmann::json::parse(after.text).at("contacts").at(0);
    CHECK(json.at("contact") == 7);
    for (const char* trace : {"ledger", "contact_hash", "mail_hash"}) CHECK(has(found_by(after), trace));
    CHECK(!has(found_by(after), "contact_address"));
    CHECK(json.at("first_seen") == "2024-12-24T10:00:00.000Z");
    CHECK(json.at("mails").at("sent") == 3);
    CHECK(json.at("mails").at("first") == "2025-01-01T07:00:00.000Z");
    CHECK(json.at("mails").at("last") == "2025-03-01T07:00:00.000Z");
    CHECK(json.at("do_not_contact").at(0).at("reason") == 1);
    CHECK(json.at("erasure").at("status") == "settling");
    CHECK(json.at("erasure").at("origin") == "command");
    CHECK(json.at("erasure").at("algorithm") == "hmac-sha256");
    CHECK(json.at("erasure").at("policy_digest").get<std::string>().size() == 64);
    CHECK(!names_person(after.text, 7));

    const Answer text = site.run({"lookup"}, person.email());
    CHECK(text.exit_code == 0);
    for (const char* part :
         {"Contact 7", "first seen", "2024-12-24 10:00:00 UTC", "mails sent", "3, first 2025-01-01",
          "do-not-contact", "email, unsubscribed", "erased", "settling", "policy"}) {
        CHECK_THAT(text.text, ContainsSubstring(part));
    }
    CHECK(!names_person(text.text, 7));
}

TEST_CASE("a do-not-contact row without a date is told as that") {
    Site site("lookup_zero_date");
    site.mautic.add_contact(7);
    site.mautic.unsubscribe(7);
    site.here.server.load_sql(
        "SET sql_mode = ''; UPDATE lead_donotcontact SET date_added = '0000-00-00 00:00:00';",
        "lookup_zero_date");
    site.make_ledger();
    const std::string address = invented_person(7).email();
    const Answer text = site.run({"lookup"}, address);
    CHECK_THAT(text.text, ContainsSubstring("email, unsubscribed, since unknown"));
    CHECK(text.text.find("1970") == std::string::npos);
    const auto json = nlohmann::json::parse(site.run({"lookup", "--json"}, address).text);
    CHECK(json.at("contacts").at(0).at("do_not_contact").at(0).at("since").is_null());
}

TEST_CASE("lookup finds an address a contact had before") {
    Site site("lookup_old");
    const Person person = invented_person(7);
    site.here.add_opted_out(7);
    site.make_ledger();
    CHECK(has(found_by(site.run({"lookup", "--json", "--history"}, person.old_email)), "mail_address"));
    CHECK(site.run({"lookup"}, person.old_email).exit_code == 4);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    const Answer answer = site.run({"lookup", "--json"}, person.old_email);
    CHECK(answer.exit_code == 0);
    CHECK(found_by(answer) == nlohmann::json::array({"former_address"}));
    auto json = nlohmann::json::parse(answer.text);
    CHECK(json.at("history_searched") == false);
    CHECK(json.at("contacts").at(0).at("erasure").at("address_was") == "former");
    const Answer text = site.run({"lookup"}, person.old_email);
    CHECK_THAT(text.text, ContainsSubstring("the contact had the address before"));
    CHECK_THAT(text.text, ContainsSubstring("--history does"));
    CHECK(found_by(site.run({"lookup", "--json", "--history"}, person.old_email)) ==
          nlohmann::json::array({"former_address", "mail_hash"}));

    // Somebody else has it now, and may be the one who asks.
    site.mautic.add_contact(8);
    site.mautic.connection().change("UPDATE leads SET email = '" + person.old_email + "' WHERE id = 8");
    json = nlohmann::json::parse(site.run({"lookup", "--json"}, person.old_email).text);
    CHECK(json.at("contacts").at(0).at("address_used_now_by") == nlohmann::json::array({8}));
    CHECK(json.at("contacts").at(1).at("address_used_now_by").empty());
    const Answer told = site.run({"lookup"}, person.old_email);
    CHECK_THAT(told.text, ContainsSubstring("Contact 8 has the address now"));
    CHECK(!names_person(told.text, 7));
}

TEST_CASE("addresses of erasures by former versions are searched in all mails until they are filed") {
    Site site("lookup_filing");
    const Person person = invented_person(7);
    for (const ContactId contact : {7, 8, 9}) site.here.add_opted_out(contact);
    REQUIRE(site.run({"erase", "--contact", "7", "8", "9"}).exit_code == 0);
    // Contact 9 is deleted in Mautic, which leaves its mails.
    site.mautic.connection().change("UPDATE email_stats SET lead_id = NULL WHERE lead_id = 9");
    const auto& ledger = site.here.ledger_database;
    site.here.server.execute("DELETE FROM erased_address", ledger);
    site.here.server.execute("DELETE FROM mark WHERE name = 'addresses_filed'", ledger);

    Answer answer = site.run({"lookup", "--json"}, person.old_email);
    CHECK(found_by(answer) == nlohmann::json::array({"mail_hash"}));
    CHECK(nlohmann::json::parse(answer.text).at("history_searched") == true);
    answer = site.run({"lookup", "--fast"}, person.old_email);
    CHECK(answer.exit_code == 4);
    CHECK_THAT(answer.text, ContainsSubstring("`mautic-gdprd ledger addresses` files them"));

    const auto counts = [&](const std::vector<std::string>& arguments) {
        const Answer filed = site.run(arguments);
        REQUIRE(filed.exit_code == 0);
        return nlohmann::json::parse(filed.text);
    };
    auto json = counts({"ledger", "addresses", "--dry-run", "--json"});
    CHECK(json.at("contacts") == 3);
    CHECK(json.at("addresses").at("current") == 3);
    // Two of contacts; of mails without one, that which no record has.
    CHECK(json.at("addresses").at("seen") == 3);
    CHECK(site.here.server.value("SELECT COUNT(*) FROM " + ledger + ".erased_address") == "0");
#ifdef GDPRD_FAULT_POINTS
    // Killed after the contacts: they stay filed, nothing is taken for done, and the same command goes on.
    const Answer killed = run({"ledger", "addresses", "--config", site.config_file().string()}, "",
                              {{"MAUTIC_GDPRD_FAULT", "addresses-filed"}});
    CHECK(killed.exit_code != 0);
    CHECK(site.here.server.value("SELECT COUNT(*) FROM " + ledger + ".erased_address") == "5");
    CHECK(
        nlohmann::json::parse(site.run({"lookup", "--json"}, person.old_email).text).at("history_searched") ==
        true);
    CHECK(counts({"ledger", "addresses", "--json"}).at("contacts") == 0);
#else
    CHECK(counts({"ledger", "addresses", "--json"}).at("addresses") == json.at("addresses"));
#endif
    CHECK(site.here.server.value("SELECT COUNT(*) FROM " + ledger + ".erased_address") == "6");
    json = counts({"ledger", "addresses", "--json"});
    CHECK(json.at("addresses").at("current") == 0);
    CHECK(json.at("addresses").at("seen") == 0);

    answer = site.run({"lookup", "--json"}, person.old_email);
    CHECK(found_by(answer) == nlohmann::json::array({"seen_address"}));
    json = nlohmann::json::parse(answer.text);
    CHECK(json.at("history_searched") == false);
    CHECK(json.at("contacts").at(0).at("erasure").at("address_was") == "seen");
    CHECK(nlohmann::json::parse(site.run({"lookup", "--json"}, invented_person(9).old_email).text)
              .at("deleted_contact_erased_at")
              .is_string());
}

TEST_CASE("lookup answers for every address that an id was ever erased with") {
    Site site("lookup_former");
    const Person person = invented_person(7);
    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    site.mautic.resubscribe(7);
    site.mautic.connection().change("UPDATE leads SET email = 'second@example.org' WHERE id = 7");
    site.mautic.unsubscribe(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    for (const bool first : {true, false}) {
        CAPTURE(first);
        const std::string address = first ? person.email() : "second@example.org";
        const Answer answer = site.run({"lookup", "--json", "--fast"}, address);
        REQUIRE(answer.exit_code == 0);
        const auto contact = nlohmann::json::parse(answer.text).at("contacts").at(0);
        CHECK(contact.at("contact") == 7);
        CHECK(has(found_by(answer), "ledger"));
        CHECK(contact.at("erasure").at("of_this_address") == !first);
        REQUIRE(contact.at("former_erasures").size() == 1);
        const auto& former = contact.at("former_erasures").at(0);
        CHECK(former.at("of_this_address") == first);
        CHECK(former.at("erased_at") < contact.at("erasure").at("erased_at"));
        CHECK(former.at("passes") == 1);
        const Answer text = site.run({"lookup", "--fast"}, address);
        CHECK_THAT(text.text, ContainsSubstring("An earlier erasure of contact 7"));
        CHECK_THAT(text.text, ContainsSubstring("this address"));
        CHECK_THAT(text.text, ContainsSubstring("another address"));
    }
}

TEST_CASE("lookup claims of no record that it is about another address where nobody can tell") {
    Site site("lookup_untold");
    const Person person = invented_person(7);
    site.here.add_opted_out(7);
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    // Somebody fills in another address, and later the one of the erasure.
    site.mautic.connection().change("UPDATE leads SET email = 'second@example.org' WHERE id = 7");
    CHECK_THAT(site.run({"lookup"}, "second@example.org").text, ContainsSubstring("another address"));
    site.mautic.connection().change("UPDATE leads SET email = '" + person.email() + "' WHERE id = 7");
    std::ofstream(site.here.directory / "new-key")
        << "another key, which is as long as it has to be 0123456789\n";
    site.options["hash.key_file"] = "\"" + (site.here.directory / "new-key").string() + "\"";
    const auto of_this_address = [&](const char* address) {
        const Answer answer = site.run({"lookup", "--json"}, address);
        return nlohmann::json::parse(answer.text).at("contacts").at(0).at("erasure").at("of_this_address");
    };
    CHECK(of_this_address(person.email().c_str()).is_null());
    std::string text = site.run({"lookup"}, person.email()).text;
    CHECK_THAT(text, ContainsSubstring("an address hashed with a key that was not given"));
    CHECK(text.find("another address") == std::string::npos);
    site.here.server.execute(
        "UPDATE erasure SET subject_hash = NULL, key_id = NULL, hash_marks = '', salt = NULL,"
        " forgotten_at = UTC_TIMESTAMP(3)",
        site.here.ledger_database);
    CHECK(of_this_address(person.email().c_str()).is_null());
    text = site.run({"lookup"}, person.email()).text;
    CHECK_THAT(text, ContainsSubstring("an address that is forgotten"));
    CHECK(text.find("another address") == std::string::npos);
}

TEST_CASE("not found is an answer") {
    Site site("lookup_none");
    site.make_ledger();
    site.mautic.add_contact(7);
    const Answer text = site.run({"lookup"}, "nobody@example.org\n");
    CHECK(text.exit_code == 4);
    CHECK_THAT(text.text, ContainsSubstring("Not found."));
    CHECK(text.text.find("nobody") == std::string::npos);
    const Answer json = site.run({"lookup", "--json"}, "nobody@example.org\n");
    CHECK(json.exit_code == 4);
    CHECK(nlohmann::json::parse(json.text).at("found") == false);
}

TEST_CASE("an address that only the collation takes for the same is another one") {
    Site site("lookup_umlaut");
    site.make_ledger();
    site.mautic.add_contact(7);
    site.mautic.connection().change("UPDATE leads SET email = 'müller@example.org' WHERE id = 7");
    site.mautic.connection().change(
        "UPDATE email_stats SET email_address = 'müller@example.org' WHERE lead_id = 7");
    CHECK(site.run({"lookup"}, "muller@example.org").exit_code == 4);
    CHECK(site.run({"lookup"}, "müller@example.org").exit_code == 0);
}

TEST_CASE("lookup finds an erased person by any spelling that Mautic takes for the address") {
    Site site("lookup_spellings");
    site.here.add_opted_out(7);
    site.mautic.connection().change("UPDATE leads SET email = 'Jörg@Bücher.example' WHERE id = 7");
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    for (const char* spelling : {"jörg@bücher.example", "JÖRG@BÜCHER.EXAMPLE",
                                 "jo\xcc\x88rg@bu\xcc\x88"
                                 "cher.example",
                                 "jörg@xn--bcher-kva.example", "\xef\xbb\xbfjörg@bücher.example\xc2\xa0"}) {
        CAPTURE(spelling);
        const Answer answer = site.run({"lookup", "--json"}, spelling);
        CHECK(answer.exit_code == 0);
        CHECK(has(found_by(answer), "ledger"));
        CHECK(has(found_by(answer), "contact_hash"));
    }
    CHECK(site.run({"lookup"}, "jorg@bucher.example").exit_code == 4);
}

TEST_CASE("lookup finds what a former version hashed of an address beyond ASCII") {
    Site site("lookup_former_spelling");
    site.here.add_opted_out(7);
    site.mautic.connection().change("UPDATE leads SET email = 'Jörg@Bücher.example' WHERE id = 7");
    site.options["hash.algorithm"] = "\"md5\"";
    site.options["hash.key_file"] = "\"\"";
    REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
    // It lower-cased ASCII letters only, and left the domain as it was.
    const policy::Hasher md5({policy::Algorithm::md5, "", true});
    site.here.server.execute("UPDATE erasure SET subject_hash = '" +
                                 md5.hash("jörg@bücher.example", policy::Normalisation::plain) + "'",
                             site.here.ledger_database);
    const Answer answer = site.run({"lookup", "--json", "--fast"}, "JÖRG@xn--bcher-kva.example");
    CHECK(answer.exit_code == 0);
    CHECK(has(found_by(answer), "ledger"));
}

TEST_CASE("mails outlive a contact that was deleted in Mautic") {
    Site site("lookup_deleted");
    site.make_ledger();
    site.mautic.insert(
        "email_stats",
        {{"lead_id", nullptr}, {"email_address", "gone@example.org"}, {"date_sent", "2025-05-05 05:00:00"}});
    const Answer answer = site.run({"lookup", "--history"}, "gone@example.org");
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("whose contact was deleted in Mautic: 1, first 2025-05-05"));
}

TEST_CASE("hashes of older settings are found, or the key they need is named") {
    Site site("lookup_settings");
    const Person person = invented_person(7);
    site.here.add_opted_out(7);
    const std::string former_key = site.options["hash.key_file"];

    SECTION("MD5 without a key") {
        site.options["hash.algorithm"] = "\"md5\"";
        site.options["hash.key_file"] = "\"\"";
        REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
        site.options["hash.algorithm"] = "\"sha256\"";
        site.options["hash.key_file"] = former_key;
        const Answer answer = site.run({"lookup", "--json", "--fast"}, person.email());
        CHECK(answer.exit_code == 0);
        CHECK(has(found_by(answer), "ledger"));
    }
    SECTION("another key") {
        REQUIRE(site.run({"erase", "--contact", "7"}).exit_code == 0);
        site.options["hash.key_file"] =
            toml_text(site.here.directory.write("new-key", "another key of the tests\n").string());
        const Answer without = site.run({"lookup"}, person.email());
        CHECK(without.exit_code == 3);
        CHECK_THAT(site.run({"check"}).text, ContainsSubstring("1 erasure is recorded with key "));
        CHECK_THAT(without.text, ContainsSubstring("1 erasure was recorded with hmac-sha256, key "));
        CHECK_THAT(without.text, ContainsSubstring("the key of that time"));
        const auto json = nlohmann::json::parse(site.run({"lookup", "--json"}, person.email()).text);
        CHECK(json.at("missing_keys").at(0).at("key_id").get<std::string>().size() == 16);

        const Answer with = site.run(
            {"lookup", "--json", "--key-file", (site.here.directory / "hash-key").string()}, person.email());
        CHECK(with.exit_code == 0);
        CHECK(has(found_by(with), "ledger"));
        CHECK(nlohmann::json::parse(with.text).at("missing_keys").empty());
    }
}

TEST_CASE("what is no address is bad usage and is not repeated") {
    Site site("lookup_bad");
    const std::pair<const char*, std::string> cases[] = {
        {"nothing", ""},
        {"an empty line", "\nsomeone@example.org\n"},
        {"no @", "someone\n"},
        {"two addresses", "someone@example.org\nanother.one@example.org\n"},
        {"too long", std::string(800, 'x') + "@example.org\n"},
        {"endless", std::string(1'000'000, '@')},
        {"control characters", "some\tone@example.org\n"},
        {"a name beside it", "Someone <someone@example.org>\n"},
        {"a comma behind it", "someone@example.org,\n"},
        {"a dot behind it", "someone@example.org.\n"},
        {"a link", "mailto:someone@example.org\n"},
        {"two on one line", "someone@example.org another.one@example.org\n"},
        {"no UTF-8", "someone\xe9@example.org\n"},
    };
    for (const auto& [what, input] : cases) {
        CAPTURE(what);
        const Answer answer = site.run({"lookup"}, input);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("standard input"));
        CHECK(answer.text.find("one@") == std::string::npos);
        CHECK(answer.text.find("someone") == std::string::npos);
    }
}

TEST_CASE("not found says that mails of deleted contacts were not searched") {
    Site site("lookup_unsearched");
    site.make_ledger();
    site.mautic.add_contact(7);
    site.mautic.connection().change("UPDATE email_stats SET lead_id = NULL WHERE lead_id = 7");
    site.mautic.connection().change("DELETE FROM leads WHERE id = 7");
    const std::string address = invented_person(7).email();
    REQUIRE_THAT(site.run({"lookup", "--history"}, address).text, ContainsSubstring("was deleted in Mautic"));
    const Answer answer = site.run({"lookup"}, address);
    REQUIRE_THAT(answer.text, ContainsSubstring("Not found."));
    CHECK_THAT(answer.text, ContainsSubstring("deleted"));
}

// What names a deleted contact by its id is filed under that id, and there is no record of it.
TEST_CASE("of a deleted contact whose traces were erased lookup says when") {
    Site site("lookup_deleted");
    site.make_ledger();
    const std::string hash = policy::Hasher({policy::Algorithm::md5, "", true})
                                 .hash("gone@example.org", policy::Normalisation::email);
    site.here.server.execute(
        "INSERT INTO erased_address (contact_id, address_hash, algorithm, key_id, kind,"
        " noted_at) VALUES (7, '" +
            hash + "', 'md5', '', 'former', '2026-05-04 03:02:01')",
        site.here.ledger_database);
    Answer text = site.run({"lookup"}, "gone@example.org");
    CHECK(text.exit_code == 0);
    CHECK_THAT(text.text, ContainsSubstring("2026-05-04"));
    CHECK(text.text.find("no record of it") == std::string::npos);
    CHECK_THAT(site.run({"lookup", "--json"}, "gone@example.org").text, ContainsSubstring("2026-05-04"));

    // The id is somebody else's since, as after a restore. None of their data is the answer.
    site.mautic.add_contact(7);
    site.mautic.unsubscribe(7);
    text = site.run({"lookup"}, "gone@example.org");
    for (const char* of_another : {"2024-12-24", "3, first", "email, unsubscribed"}) {
        CHECK(text.text.find(of_another) == std::string::npos);
    }
}
