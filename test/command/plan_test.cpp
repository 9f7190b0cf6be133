#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd::test;

TEST_CASE("plan says what happens and why, and changes nothing") {
    Site site("plan");
    site.here.add_opted_out(7);
    const std::string before = site.mautic.dump();

    const Answer plain = site.run({"plan"});
    CAPTURE(plain.text);
    CHECK(plain.exit_code == 0);
    for (const char* part :
         {"leads: the contact's own row", "hash", "email_stats: rows where lead_id is the contact's id",
          "Direct identifier.", "keep", "lead_notes", "delete_row", "Digests",
          "webhook_logs: of the newest 1000 rows those that quote the contact in note",
          "ip_addresses: rows that rows of the contact referred to and nobody refers to any more"}) {
        CHECK_THAT(plain.text, ContainsSubstring(part));
    }
    CHECK(plain.text.find("of this contact") == std::string::npos);

    const Answer counted = site.run({"plan", "--contact", "7"});
    CHECK(counted.exit_code == 0);
    CHECK_THAT(counted.text, ContainsSubstring("3 rows of this contact, 3 would change"));
    CHECK(!names_person(counted.text, 7));
    CHECK(site.mautic.dump() == before);

    const Answer nobody = site.run({"plan", "--contact", "8"});
    CHECK(nobody.exit_code == 3);
    CHECK_THAT(nobody.text, ContainsSubstring("there is no contact 8"));
}

TEST_CASE("plan for programs") {
    Site site("plan_json");
    site.here.add_opted_out(7);
    const Answer answer = site.run({"plan", "--json", "--contact", "7"});
    REQUIRE(answer.exit_code == 0);
    const auto json = nlohmann::json::parse(answer.text);
    CHECK(json.at("contact") == 7);
    CHECK(json.at("policy_digest").get<std::string>().size() == 64);
    bool seen = false;
    for (const auto& step : json.at("steps")) {
        if (step.at("table") != "email_stats" || step.at("part") != "") continue;
        seen = true;
        CHECK(step.at("tie").at("kind") == "column");
        CHECK(step.at("rows") == 3);
        CHECK(step.at("rows_to_change") == 3);
        CHECK(!step.at("columns").at(0).at("why").get<std::string>().empty());
    }
    CHECK(seen);
    CHECK(!names_person(answer.text, 7));
}

TEST_CASE("plan refuses a policy that does not fit") {
    Site site("plan_policy");
    site.options["policy.fields.points"] = "\"hash\"";
    site.options["policy.fields.emial"] = "\"delete\"";
    const Answer answer = site.run({"plan"});
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("points"));
    CHECK_THAT(answer.text, ContainsSubstring("email"));
}

TEST_CASE("plan without a database") {
    Site site("plan_nowhere");
    site.options["database.unix_socket"] = "\"/nonexistent/socket\"";
    const Answer answer = site.run({"plan"});
    CHECK(answer.exit_code == 1);
    CHECK_THAT(answer.text, ContainsSubstring("error 2002"));
}
