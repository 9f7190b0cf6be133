// What the loader of the data map understands.
#include <filesystem>
#include <string>
#include <vector>

#include "base/hex.h"
#include "mautic/data_map.h"
#include "mautic/map_text.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::mautic;
using gdprd::test::contact_table;
using gdprd::test::table;

namespace {

// One of each kind.
const std::string rich_map =
    contact_table +
    "[table.columns]\nemail = { action = \"field\", why = \"x\", identifies = true, normalise = \"email\" "
    "}\n" +
    table("notes",
          "kind = \"parent\", column = \"object_id\", parent = \"hits\", parent_column = \"id\", "
          "where = { object = [\"note\", \"text\"], lead_id = \"NULL\" }, except = { bundle = \"x\" }",
          "part = \"late\"\nswitch = \"ip_links\"\n[table.columns]\n"
          "\"*\" = { action = \"delete\", why = \"x\" }\n"
          "a = { action = \"rewrite\", why = \"x\", keep_members = [\"line\"], format = \"json_zlib\", "
          "search = \"strong\", switch = \"own_company\" }\n") +
    table("hits", "kind = \"column\", column = \"lead_id\", leftovers = \"after_a_day\", row_date = \"d\"",
          "rows = \"delete\"\n") +
    table("form_results_*", "kind = \"text\", text_columns = [\"*\"], orphans_of = \"forms\"") +
    table("form_results_*",
          "kind = \"parent\", column = \"submission_id\", parent = \"hits\", parent_column = \"id\", "
          "form_column = \"form_id\", row_date = \"made\", parent_date = \"d\"",
          "part = \"typed\"\n") +
    table("notices", "kind = \"text\", text_columns = [\"a\", \"b\"], mentions = [\"/view/{id}\"]",
          "without_prefix = true\n") +
    table("ips",
          "kind = \"shared\", column = \"id\", through = [\"hits.ip_id\", \"notes#late.ip_id\"], "
          "except = { address = \"*.*.*.*\" }") +
    table("notes", "kind = \"text\", text_columns = [\"text\"]",
          "same_columns_as = \"notes#late\"\n[table.columns]\na = { action = \"keep\", why = \"y\" }\n") +
    table("queue", "kind = \"text\", text_columns = [\"a\"], messages = \"own_mails\"") +
    table("hooks", "kind = \"text\", text_columns = [\"a\"], messages = \"own_webhooks\"") +
    table("failed", "kind = \"text\", text_columns = [\"a\"], messages = \"no_mails_to_others\"") +
    table("views", "kind = \"text\", text_columns = [\"a\"], visitors = \"lead_id\", clicks = true") +
    table("all_ips", "kind = \"shared\", column = \"id\", through = [\"views.ip_id\"]") +
    table("users", "kind = \"none\"");

}  // namespace

TEST_CASE("every kind of tie can be said") {
    const DataMap map = parse_data_map(rich_map, "map.toml");
    CHECK(map.digest == sha256_hex(rich_map));
    REQUIRE(map.entries.size() == 14);
    const TableEntry* notes = map.find("notes#late");
    REQUIRE(notes != nullptr);
    REQUIRE(notes->tie.conditions.size() == 2);
    CHECK(notes->tie.conditions[0].is_null);  // TOML tables are sorted by key: lead_id first
    CHECK(notes->tie.conditions[1].values == std::vector<std::string>{"note", "text"});
    CHECK(notes->tie.exceptions.size() == 1);
    CHECK(notes->switch_name == "ip_links");
    CHECK(notes->has_prefix);

    CHECK(map.find("hits")->tie.leftovers == Leftovers::after_a_day);
    CHECK(map.find("hits")->tie.row_date == "d");
    CHECK(notes->tie.leftovers == Leftovers::none);

    CHECK(map.knows_table("form_results_1_newsletter"));
    CHECK_FALSE(map.knows_table("form_result"));
    CHECK(map.knows_table("users"));
    CHECK_FALSE(map.knows_table("notes2"));
    CHECK(map.find("form_results_*")->tie.orphans_of == "forms");
    CHECK(map.find("form_results_*#typed")->tie.form_column == "form_id");
    CHECK(map.find("form_results_*#typed")->tie.row_date == "made");
    CHECK(map.find("form_results_*#typed")->tie.parent_date == "d");
    const TableEntry* notices = map.find("notices");
    CHECK_FALSE(notices->has_prefix);
    CHECK(notices->tie.text_columns == std::vector<std::string>{"a", "b"});
    CHECK(notices->tie.mentions == std::vector<std::string>{"/view/{id}"});
    const TableEntry* ips = map.find("ips");
    REQUIRE(ips->tie.through.size() == 2);
    CHECK(ips->tie.through[1].entry == "notes#late");
    CHECK(ips->tie.through[1].column == "ip_id");
    CHECK(map.find("queue")->tie.messages == Messages::own_mails);
    CHECK(map.find("failed")->tie.messages == Messages::no_mails_to_others);
    CHECK(map.find("hooks")->tie.messages == Messages::own_webhooks);
    CHECK(notices->tie.messages == Messages::all);
    CHECK(map.find("views")->tie.visitors == "lead_id");
    CHECK(map.find("views")->tie.clicks);
    CHECK_FALSE(notices->tie.clicks);
    CHECK(map.find("all_ips")->tie.through[0].entry == "views");
}

TEST_CASE("every rule of a column can be said, and taken over from another entry") {
    const DataMap map = parse_data_map(rich_map, "map.toml");
    CHECK(map.entries[0].rule_for("email")->normalisation == policy::Normalisation::email);
    CHECK(map.entries[0].rule_for("email")->identifies);
    CHECK(map.entries[0].rule_for("phone") == nullptr);
    const TableEntry* notes = map.find("notes#late");
    CHECK(notes->rule_for("a")->keep_members == std::vector<std::string>{"line"});
    CHECK(notes->rule_for("a")->format == "json_zlib");
    CHECK(notes->rule_for("a")->search == Search::strong);
    CHECK(notes->rule_for("a")->switch_name == "own_company");
    CHECK(notes->rule_for("anything else")->action == Action::remove);
    const TableEntry* taken_over = map.find("notes");
    CHECK(taken_over->rule_for("a")->action == Action::keep);  // its own
    CHECK(taken_over->rule_for("anything else")->action == Action::remove);
}

TEST_CASE("entries of the operator are added behind the map and may hang on it") {
    const test::TemporaryDirectory directory;
    const auto shipped = directory.write("shipped.toml", rich_map);
    const std::string own_table =
        "format = 1\n" + table("loyalty", "kind = \"column\", column = \"contact\"") +
        table("loyalty_visits",
              "kind = \"parent\", column = \"card\", parent = \"loyalty\", parent_column = \"id\"");
    const std::vector<std::filesystem::path> own_maps{directory.write("own.toml", own_table)};
    const DataMap map = load_data_map(shipped, own_maps);
    CHECK(map.entries.size() == 16);
    CHECK(map.find("loyalty_visits") != nullptr);
    CHECK(map.digest != sha256_hex(rich_map));
    CHECK(load_data_map(shipped).digest == sha256_hex(rich_map));

    const std::string again = "format = 1\n" + table("hits", "kind = \"none\"");
    const std::vector<std::filesystem::path> repeating{directory.write("again.toml", again)};
    CHECK_THROWS_WITH(load_data_map(shipped, repeating),
                      ContainsSubstring("again.toml") && ContainsSubstring("is in the map twice"));
    const std::vector<std::filesystem::path> missing{"/nowhere/own.toml"};
    CHECK_THROWS_WITH(load_data_map(shipped, missing), ContainsSubstring("/nowhere/own.toml"));
}
