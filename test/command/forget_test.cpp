// `ledger forget` and `ledger forget-key`: what they ask, answer and change, and what can be answered after
// that.
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "policy/hash.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// Contacts 1 and 2 were erased, contact 1 four years ago.
std::string address_of(ContactId contact) { return invented_person(contact).email() + "\n"; }

struct OldSite : Site {
    explicit OldSite(const std::string& name) : Site(name) {
        make_ledger();
        make_queue();
        for (const ContactId id : {1, 2}) here.add_opted_out(id);
        REQUIRE(run({"erase", "--contact", "1", "--contact", "2"}).exit_code == 0);
        change("UPDATE erasure SET status = 'complete', completed_at = last_pass_at");
        change(
            "UPDATE erasure SET requested_at = requested_at - INTERVAL 4 YEAR, erased_at = erased_at -"
            " INTERVAL 4 YEAR, last_pass_at = last_pass_at - INTERVAL 4 YEAR WHERE contact_id = 1");
        change("UPDATE erased_address SET noted_at = noted_at - INTERVAL 4 YEAR WHERE contact_id = 1");
        mautic.connection().change("UPDATE " + mautic.real_name("lead_donotcontact") +
                                   " SET date_added = date_added - INTERVAL 4 YEAR WHERE lead_id = 1");
    }
    void change(const std::string& sql) { here.server.execute(sql, here.ledger_database); }

    nlohmann::json json(int exit_code, std::vector<std::string> arguments) {
        arguments.emplace_back("--json");
        const Answer answer = run(arguments);
        INFO(answer.text);
        REQUIRE(answer.exit_code == exit_code);
        return nlohmann::json::parse(answer.text);
    }
};

}  // namespace

TEST_CASE("Hashes that are old enough go after a question, and a dry run tells how many") {
    OldSite site("forget");
    CHECK_THAT(site.run({"ledger", "forget"}).text, ContainsSubstring("--older-than 3y"));
    CHECK(site.run({"ledger", "forget"}).exit_code == 2);
    CHECK(site.run({"ledger", "forget", "--older-than", "3 years"}).exit_code == 2);
    CHECK(site.run({"ledger", "forget", "--older-than", "7d"}).exit_code == 2);
    const auto would = site.json(0, {"ledger", "forget", "--older-than", "3y", "--dry-run"});
    CHECK(would.at("contacts") == 1);
    CHECK(would.at("columns").at("leads.email") == 1);
    CHECK(site.json(0, {"ledger", "forget", "--older-than", "3y", "--dry-run"}) == would);
    // Nobody is there to be asked.
    CHECK(site.run({"ledger", "forget", "--older-than", "3y"}).exit_code == 2);
    const auto done = site.json(0, {"ledger", "forget", "--older-than", "3y", "--yes"});
    CHECK(done.at("contacts") == 1);
    CHECK(done.at("hashes_removed") == would.at("hashes_removed"));
    CHECK(site.json(0, {"ledger", "forget", "--older-than", "3y", "--yes"}).at("contacts") == 0);
    CHECK_THAT(site.run({"ledger", "forget", "--older-than", "3y"}).text,
               ContainsSubstring("Nothing is to be forgotten."));
}

TEST_CASE("By an address a forgotten erasure is found no more, and lookup says so") {
    OldSite site("forget_lookup");
    const std::string address = address_of(1);
    REQUIRE(site.run({"lookup"}, address).exit_code == 0);
    REQUIRE(site.run({"ledger", "forget", "--older-than", "3y", "--yes"}).exit_code == 0);
    const Answer answer = site.run({"lookup"}, address);
    CHECK(answer.exit_code == 4);
    CHECK_THAT(answer.text, ContainsSubstring("Of 1 erasure, from "));
    CHECK_THAT(answer.text, ContainsSubstring("can no longer be told"));
    CHECK(site.run({"lookup"}, address_of(2)).exit_code == 0);
    // It counts as erased for the sweep, and for reapply after a restore.
    CHECK_THAT(site.run({"sweep", "--all", "--dry-run"}).text, ContainsSubstring("Nobody is to be erased"));
    site.mautic.connection().change("UPDATE " + site.mautic.real_name("leads") +
                                    " SET email = 'somebody@example.org' WHERE id = 1");
    CHECK_THAT(site.run({"reapply", "--dry-run"}).text,
               ContainsSubstring("Somebody with this id was erased"));
}

TEST_CASE("A key that is named wrongly forgets nobody") {
    OldSite site("forget_key");
    for (const char* key : {"MD5", "0123", "hmac-md5", "0123456789ABCDEF"}) {
        CHECK(site.run({"ledger", "forget-key", key, "--yes"}).exit_code == 2);
    }
    CHECK(site.json(0, {"ledger", "forget-key", "0123456789abcdef", "--yes"}).at("contacts") == 0);
    CHECK(site.json(0, {"ledger", "forget-key", "sha256", "--yes"}).at("contacts") == 0);
    const auto key = nlohmann::json::parse(site.run({"lookup", "--json"}, address_of(1)).text)
                         .at("contacts")
                         .at(0)
                         .at("erasure")
                         .at("key_id")
                         .get<std::string>();
    REQUIRE(key.size() == 16);
    CHECK_THAT(site.run({"ledger", "forget-key", key}).text,
               ContainsSubstring("which new erasures still use"));
    CHECK(site.json(0, {"ledger", "forget-key", key, "--yes"}).at("contacts") == 2);
    CHECK(site.run({"lookup"}, address_of(2)).exit_code == 4);
}

TEST_CASE("Hashes without a key are wrapped after a question, and lookup finds by them") {
    OldSite site("migrate");
    site.change("DELETE FROM erased_address");
    site.mautic.connection().change("UPDATE " + site.mautic.real_name("email_stats") +
                                    " SET email_address = ''");
    for (const ContactId id : {1, 2}) {
        const std::string md5 =
            policy::Hasher({}).hash(invented_person(id).email(), policy::Normalisation::email);
        const std::string of_contact = std::to_string(id);
        site.change("UPDATE erasure SET algorithm = 'md5', key_id = NULL, subject_hash = '" + md5 +
                    "' WHERE contact_id = " + of_contact);
        site.mautic.connection().change("UPDATE " + site.mautic.real_name("leads") + " SET email = '" + md5 +
                                        "' WHERE id = " + of_contact);
    }
    CHECK(site.run({"hash", "migrate", "--made-by", "MD5", "--yes"}).exit_code == 2);
    const auto would = site.json(0, {"hash", "migrate", "--dry-run"});
    CHECK(would.at("records") == 2);
    CHECK(would.at("columns").at("leads.email") == 2);
    CHECK(site.run({"hash", "migrate"}).exit_code == 2);
    const auto done = site.json(0, {"hash", "migrate", "--yes", "--batch", "1"});
    CHECK(done.at("records") == 2);
    CHECK_THAT(site.run({"hash", "migrate"}).text, ContainsSubstring("No hash is to be wrapped."));
    // What came back is known by its wrapped form, whether or not everything is filed.
    site.change("DELETE FROM mark WHERE name LIKE 'addresses_filed%'");
    CHECK(site.run({"hash", "migrate"}).exit_code == 2);
    CHECK(site.run({"hash", "migrate", "--again"}).exit_code == 0);
    const Answer answer = site.run({"lookup"}, address_of(1));
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("wrapped-md5, key "));
    // A key's end takes what was wrapped with it.
    const auto key = nlohmann::json::parse(site.run({"lookup", "--json"}, address_of(1)).text)
                         .at("contacts")
                         .at(0)
                         .at("erasure")
                         .at("key_id")
                         .get<std::string>();
    CHECK(site.json(0, {"ledger", "forget-key", key, "--yes"}).at("contacts") == 2);
}

TEST_CASE("An older export brings no hash back that was forgotten") {
    OldSite site("forget_import");
    const auto file = site.here.directory / "before.jsonl";
    REQUIRE(site.run({"ledger", "export", "--file", file.string()}).exit_code == 0);
    REQUIRE(site.run({"ledger", "forget", "--older-than", "3y", "--yes"}).exit_code == 0);
    REQUIRE(site.run({"ledger", "import", file.string()}).exit_code == 0);
    CHECK(site.run({"lookup"}, address_of(1)).exit_code == 4);
    const auto after = site.here.directory / "after.jsonl";
    REQUIRE(site.run({"ledger", "export", "--file", after.string()}).exit_code == 0);
    CHECK(site.run({"ledger", "import", after.string()}).exit_code == 0);
}
