// What the commands say of contacts on hold and of Mautic's files.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

void hold(Site& site, ContactId contact) {
    site.options["hold.tags"] = "[\"legal claim\"]";
    site.mautic.insert("lead_tags", {{"id", std::uint64_t{1}}, {"tag", std::string("legal claim")}});
    site.mautic.insert("lead_tags_xref", {{"lead_id", contact}, {"tag_id", std::uint64_t{1}}});
}

nlohmann::json first_contact(const Answer& answer) {
    return nlohmann::json::parse(answer.text).at("contacts").at(0);
}

}  // namespace

TEST_CASE("erase leaves a contact on hold and says which rule holds it") {
    Site site("erase_held");
    site.here.add_opted_out(1);
    hold(site, 1);
    const Answer dry = site.run({"erase", "--dry-run", "--json", "--contact", "1"});
    CHECK(dry.exit_code == 3);
    CHECK(first_contact(dry).at("outcome") == "held");
    CHECK(first_contact(dry).at("hold").at("rule") == "tag");

    const Answer answer = site.run({"erase", "--contact", "1"});
    CHECK(answer.exit_code == 3);
    CHECK_THAT(answer.text, ContainsSubstring("contact 1: held by [hold] tags number 1, \"legal claim\""));
    CHECK(site.here.untouched(1));
    const auto json = first_contact(site.run({"erase", "--json", "--contact", "1"}));
    CHECK(json.at("outcome") == "held");
    CHECK(json.at("hold").at("number") == 1);
    CHECK(!json.contains("rows_changed"));

    const std::string address = invented_person(1).email();
    const Answer found = site.run({"lookup"}, address);
    CHECK_THAT(found.text, ContainsSubstring("held: a rule of [hold]"));
    const auto erasure = first_contact(site.run({"lookup", "--json"}, address)).at("erasure");
    CHECK(erasure.at("status") == "held");
    CHECK(erasure.at("erased_at").is_null());

    site.mautic.connection().change("DELETE FROM lead_tags_xref");
    CHECK(site.run({"erase", "--contact", "1"}).exit_code == 0);
    CHECK(site.here.erased(1));
    CHECK(site.here.ledger(1) == "settling");
}

TEST_CASE("what became of files is told in plain words") {
    Site site("erase_files");
    for (const ContactId contact : {1, 2, 3}) site.here.add_opted_out(contact);
    const std::string not_covered = "files not covered: [mautic] directory was not set";
    CHECK_THAT(site.run({"erase", "--contact", "1"}).text, ContainsSubstring(not_covered));
    CHECK_THAT(site.run({"lookup"}, invented_person(1).email()).text, ContainsSubstring(not_covered));
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("not covered: [mautic] directory is not set"));

    const auto avatars = site.here.directory / "mautic/media/images/lead_avatars";
    std::filesystem::create_directories(avatars);
    site.here.directory.write("mautic/media/images/lead_avatars/avatar2", "picture");
    site.options["mautic.directory"] = toml_text((site.here.directory / "mautic").string());
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("avatars and uploads can be removed"));
    const auto json = first_contact(site.run({"erase", "--json", "--contact", "2"}));
    CHECK(json.at("files_removed") == 1);
    CHECK(json.at("not_covered").empty());
    CHECK_THAT(site.run({"lookup"}, invented_person(2).email()).text, ContainsSubstring("1 removed"));

    std::filesystem::remove_all(site.here.directory / "mautic/media");
    const Answer refused = site.run({"erase", "--contact", "3"});
    CHECK(refused.exit_code == 1);
    CHECK_THAT(refused.text, ContainsSubstring("failed: files: media and docroot/media"));
    CHECK(site.here.untouched(3));
    CHECK_THAT(site.run({"check"}).text, ContainsSubstring("ENOENT"));
}

TEST_CASE("check warns about a hold that holds nobody") {
    Site site("check_hold");
    site.here.add_opted_out(1);
    hold(site, 1);
    site.mautic.add_field("unpaid", "boolean", "TINYINT(1)");
    site.options["hold.fields.unpaid"] = "\"1\"";
    CHECK_THAT(site.run({"check"}).text,
               ContainsSubstring("1 tag, 0 segments, 1 field; looked at again after 1h"));
    site.options["hold.tags"] = "[\"legal claims\"]";
    site.options["hold.segments"] = "[\"nowhere\"]";
    site.options["hold.fields.unpiad"] = "[\"1\", \"2\"]";
    const Answer answer = site.run({"check"});
    CHECK_THAT(answer.text,
               ContainsSubstring("[hold] tags number 1, \"legal claims\": there is no such tag"));
    CHECK_THAT(answer.text, ContainsSubstring("Did you mean 'legal claim'?"));
    CHECK_THAT(answer.text, ContainsSubstring("\"nowhere\": there is no such segment"));
    CHECK_THAT(answer.text, ContainsSubstring("[hold.fields] unpiad: there is no such field"));
    CHECK_THAT(answer.text, ContainsSubstring("Did you mean 'unpaid'?"));
}

TEST_CASE("check names values that can never hold, and what a hold has named under another name") {
    Site site("check_hold_values");
    site.here.add_opted_out(1);
    hold(site, 1);
    site.mautic.add_field("unpaid", "boolean", "TINYINT(1)");
    site.mautic.add_field("claims", "multiselect", "TEXT");
    site.mautic.connection().change(
        "UPDATE lead_fields SET properties = 'a:1:{s:4:\"list\";s:13:\"invoice|court\";}'"
        " WHERE alias = 'claims'");
    site.options["hold.fields.Unpaid"] = "[\"1\", \"yes\"]";
    site.options["hold.fields.claims"] = "[\"court\", \"lawyer\"]";
    CHECK(site.run({"erase", "--contact", "1"}).exit_code == 3);
    site.mautic.connection().change("UPDATE lead_tags SET tag = 'legal claims'");
    CHECK(site.run({"erase", "--contact", "1"}).exit_code == 3);
    const std::string text = site.run({"check"}).text;
    CHECK_THAT(text, ContainsSubstring("[hold.fields] Unpaid, value number 2: it can never stand there"));
    CHECK_THAT(text, ContainsSubstring("[hold.fields] claims, value number 2: it can never stand there"));
    CHECK_THAT(text, !ContainsSubstring("value number 1: it"));
    CHECK_THAT(text, ContainsSubstring("the tag with the id 1 had this name once"));
}

TEST_CASE("lookup refuses a ledger of another format and says what to do") {
    Site site("lookup_format");
    site.make_ledger();
    site.here.server.execute("DELETE FROM ledger_format WHERE version > 1", site.here.ledger_database);
    const Answer answer = site.run({"lookup"}, "ann@example.org");
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("has format 1"));
    CHECK_THAT(answer.text, ContainsSubstring("init --ledger-only"));
}
