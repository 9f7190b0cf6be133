// Which maps of plugins a database calls for, and what a shared row's parts are to its references.
#include <sstream>

#include "mautic/plugin_maps.h"
#include "plan/coverage.h"
#include "plan/fixture.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// A card of the contact, and purchases that hang on it.
const std::string cards_map =
    "format = 1\n[plugin]\nname = \"Cards\"\nsource = \"x\"\nmarks = [\"cards.number\", \"buys.card_id\"]\n" +
    entry(rule("number", "delete"), "cards") +
    entry(rule("what", "delete"), "buys",
          "kind = \"parent\", column = \"card_id\", parent = \"cards\", parent_column = \"id\"") +
    "[[table]]\nname = \"notes\"\npart = \"cards\"\nwhy = \"x\"\ntie = { kind = \"parent\", column = \"id\", "
    "parent = \"cards\", parent_column = \"note_id\" }\n";

struct Site {
    Site() {
        directory.write("core.toml", input.map_text);
        std::filesystem::create_directory(directory.path() / "plugins");
        write_plugin("cards.toml", cards_map);
        auto& tables = input.schema.tables;
        tables["cards"] = table(
            "cards",
            {{"id", "int not null"}, {"lead_id", "bigint"}, {"note_id", "int"}, {"number", "varchar(64)"}});
        tables["buys"] = table("buys", {{"id", "int not null"}, {"card_id", "int"}, {"what", "longtext"}});
    }
    void write_plugin(const std::string& name, const std::string& text) {
        directory.write("plugins/" + name, text);
    }
    mautic::DataMap load(const std::string& own = "") {
        std::vector<std::filesystem::path> own_maps;
        if (!own.empty()) own_maps.push_back(directory.write("own.toml", "format = 1\n" + own));
        return mautic::load_data_map(directory.path() / "core.toml", own_maps, directory.path() / "plugins");
    }
    // "cards, buys, notes#cards", or why not.
    std::string used(const std::string& own = "") {
        const mautic::DataMap map = mautic::map_in_use(load(own), input.schema);
        std::string text;
        for (const auto& one : map.entries) {
            if (one.origin == mautic::TableEntry::Origin::plugin) text += one.key() + ' ';
        }
        for (const auto& why : map.plugins_set_aside) text += why;
        return text;
    }

    TemporaryDirectory directory;
    PlanInput input;
};

}  // namespace

TEST_CASE("a plugin's map is used where the plugin is, and silent where it is not") {
    Site site;
    CHECK(site.used() == "cards buys notes#cards ");
    const mautic::DataMap once = mautic::map_in_use(site.load(), site.input.schema);
    const mautic::DataMap twice = mautic::map_in_use(once, site.input.schema);
    CHECK(twice.entries.size() == once.entries.size());
    CHECK(twice.digest == once.digest);
    CHECK(once.plugins_in_use.size() == 1);
    CHECK(once.digest != site.load().digest);
    site.input.schema.tables.erase("cards");
    site.input.schema.tables.erase("buys");
    CHECK(site.used() == "");
    CHECK(mautic::map_in_use(site.load(), site.input.schema).digest == site.load().digest);
}

TEST_CASE("another program's table of the same name is not taken for a plugin's") {
    Site site;
    SECTION("a mark is missing") {
        site.input.schema.tables["buys"] = table("buys", {{"id", "int not null"}, {"card", "int"}});
        CHECK(site.used() == "Cards (cards.toml): this database has no column buys.card_id");
    }
    SECTION("a table is missing") {
        site.input.schema.tables.erase("buys");
        CHECK(site.used() == "Cards (cards.toml): this database has no table buys");
    }
    SECTION("the column of the tie is missing") {
        site.input.schema.tables["cards"] =
            table("cards", {{"id", "int not null"}, {"number", "varchar(64)"}});
        CHECK(site.used() == "Cards (cards.toml): this database has no column cards.lead_id");
    }
    SECTION("its key says that the numbers are somebody else's") {
        site.input.schema.tables["cards"].foreign_keys = {{"lead_id", "staff", "id"}};
        CHECK(site.used() == "Cards (cards.toml): cards.lead_id does not refer to contacts");
    }
    SECTION("a number and a text: it is reported, and stops nobody") {
        site.input.schema.tables["cards"].columns[1] = column("lead_id", "varchar(20)");
        CHECK(site.used() == "cards buys notes#cards ");
        const plan::Plan plan = plan::build_plan(site.load(), {}, policy::Hasher({}), site.input.schema);
        CHECK(step_of(plan, "cards") == nullptr);
        CHECK(step_of(plan, "buys") == nullptr);
        REQUIRE(plan.unknown.size() == 3);
        CHECK_THAT(plan.unknown.front().reason, ContainsSubstring("the map of its plugin does not fit"));
        return;
    }
    // What is set aside is undecided, and said of the plan.
    const plan::Plan plan = plan::build_plan(site.load(), {}, policy::Hasher({}), site.input.schema);
    CHECK(step_of(plan, "cards") == nullptr);
    CHECK(plan.unknown.size() == site.input.schema.tables.size() - 2);
    CHECK(std::any_of(plan.warnings.begin(), plan.warnings.end(), [](const std::string& warning) {
        return warning.find("cards.toml") != std::string::npos;
    }));
    CHECK(plan::coverage_of(site.load(), {}, plan, site.input.schema).plugins_set_aside.size() == 1);
}

TEST_CASE("the operator's own map decides about all tables of a plugin of which it describes one") {
    Site site;
    const std::string own = "[[table]]\nname = \"buys\"\nwhy = \"x\"\ntie = { kind = \"none\" }\n";
    CHECK(site.used(own) == "Cards (cards.toml): a data map of your own describes buys");
    const plan::Plan plan = plan::build_plan(site.load(own), {}, policy::Hasher({}), site.input.schema);
    REQUIRE(plan.unknown.size() == 1);
    CHECK(plan.unknown.front().table == "cards");
    // Of a table of Mautic only the same part is a conflict.
    CHECK(site.used(entry("", "notes", "kind = \"column\", column = \"lead_id\"")
                        .insert(25, "part = \"mine\"\n")) == "cards buys notes#cards ");
}

TEST_CASE("a plugin that puts the prefix in front itself is found under both names") {
    Site site;
    std::string text;
    std::istringstream lines(cards_map);
    for (std::string line; std::getline(lines, line);) {
        text += line + '\n';
        if (line.starts_with("name = ") && line != "name = \"Cards\"") text += "prefix_twice = true\n";
    }
    site.write_plugin("cards.toml", text);
    CHECK(site.used() == "cards buys notes#cards ");
    auto& tables = site.input.schema.tables;
    for (const char* name : {"cards", "buys"}) {
        auto moved = tables.extract(name);
        moved.key() = std::string("m_") + name;
        moved.mapped().name = moved.key();
        tables.insert(std::move(moved));
    }
    CHECK(site.used() == "m_cards m_buys notes#cards ");
    // What names such a table elsewhere in the map is found, too.
    const plan::Plan plan = plan::build_plan(site.load(), {}, policy::Hasher({}), site.input.schema);
    const plan::Step* buys = step_of(plan, "m_buys");
    REQUIRE(buys != nullptr);
    CHECK(buys->tie.parent == "m_cards");
    REQUIRE(buys->chains.size() == 1);
    CHECK(buys->chains.front().front().entry == "m_cards");
    CHECK(step_of(plan, "m_cards") != nullptr);
}

TEST_CASE("shared rows and their parts are found under a prefix that stands twice") {
    Site site;
    auto& tables = site.input.schema.tables;
    tables["m_links"] = table("m_links", {{"id", "int not null"}, {"lead_id", "bigint"}, {"item_id", "int"}});
    tables["m_items"] = table("m_items", {{"id", "int not null"}, {"name", "varchar(64)"}});
    tables["m_firms"] = table("m_firms", {{"id", "int not null"}, {"item_id", "int"}});
    tables["m_words"] = table("m_words", {{"id", "int not null"}, {"item_id", "int"}, {"word", "longtext"}});
    const auto twice = [](std::string text) {
        return text.insert(text.find("why ="), "prefix_twice = true\n");
    };
    site.write_plugin(
        "items.toml",
        "format = 1\n[plugin]\nname = \"Items\"\nsource = \"x\"\nmarks = [\"links.item_id\"]\n" +
            twice(entry("", "links", "kind = \"column\", column = \"lead_id\"")) +
            twice(entry("", "firms", "kind = \"none\"")) +
            twice(entry(rule("name", "delete"), "items",
                        "kind = \"shared\", column = \"id\", through = [\"links.item_id\"], "
                        "others = [\"firms.item_id\"]")) +
            twice(entry(rule("word", "delete"), "words",
                        "kind = \"part\", column = \"item_id\", parent = \"items\"")));
    const plan::Plan plan = plan::build_plan(site.load(), {}, policy::Hasher({}), site.input.schema);
    const plan::Step* items = step_of(plan, "m_items");
    REQUIRE(items != nullptr);
    CHECK(items->chains.size() == 1);
    CHECK(items->references.size() == 2);
    CHECK(plan.parts_of(*items).size() == 1);
}

TEST_CASE("two maps of plugins about one table are refused") {
    Site site;
    site.write_plugin("second.toml",
                      "format = 1\n[plugin]\nname = \"Second\"\nsource = \"x\"\nmarks = "
                      "[\"buys.id\"]\n" +
                          entry("", "buys"));
    CHECK_THROWS_WITH(site.load(), ContainsSubstring("cards.toml") && ContainsSubstring("second.toml") &&
                                       ContainsSubstring("buys"));
}

TEST_CASE("the head of a plugin's map is checked") {
    Site site;
    for (const auto& [head, what] : std::vector<std::pair<std::string, std::string>>{
             {"", "[plugin] is missing"},
             {"[plugin]\nname = \"x\"\nsource = \"x\"\n", "'marks' is missing"},
             {"[plugin]\nname = \"x\"\nmarks = [\"a.b\"]\n", "'source' is missing"},
             {"[plugin]\nname = \"x\"\nsource = \"x\"\nmarks = [\"a\"]\n", "'marks': 'a'"},
             {"[plugin]\nnane = \"x\"\n", "'name' is missing"}}) {
        CAPTURE(head);
        site.write_plugin("cards.toml", "format = 1\n" + head + entry("", "cards"));
        CHECK_THROWS_WITH(site.load(), ContainsSubstring("cards.toml") && ContainsSubstring(what));
    }
    // No other file has one.
    CHECK_THROWS_WITH(site.load("[plugin]\nname = \"x\"\n"),
                      ContainsSubstring("[plugin]") || ContainsSubstring("plugin"));
    CHECK_THROWS_WITH(mautic::load_data_map(site.directory.path() / "core.toml", {}, "/nowhere/plugins"),
                      ContainsSubstring("/nowhere/plugins"));
}

namespace {

// contact <- links -> items <- texts, and others who refer to items.
PlanInput shared_site(const std::string& item_rows = "") {
    PlanInput input;
    auto& tables = input.schema.tables;
    tables["links"] = table("links", {{"item_id", "int not null"}, {"lead_id", "bigint not null"}});
    tables["links"].primary_key = {"item_id", "lead_id"};
    tables["links"].foreign_keys = {{"item_id", "items", "id"}, {"lead_id", "leads", "id"}};
    tables["items"] = table("items", {{"id", "int not null"}, {"name", "varchar(64) not null"}});
    tables["texts"] =
        table("texts", {{"field_id", "int not null"}, {"item_id", "int not null"}, {"text", "longtext"}});
    tables["texts"].primary_key = {"field_id", "item_id"};
    tables["texts"].foreign_keys = {{"item_id", "items", "id"}};
    tables["firms"] = table("firms", {{"id", "int not null"}, {"item_id", "int not null"}});
    tables["firms"].foreign_keys = {{"item_id", "items", "id"}};
    input.map_text +=
        "[[table]]\nname = \"links\"\nwhy = \"x\"\ntie = { kind = \"column\", column = \"lead_id\" }\nrows = "
        "\"delete\"\n"
        "[[table]]\nname = \"items\"\nwhy = \"x\"\ntie = { kind = \"shared\", column = \"id\", through = "
        "[\"links.item_id\"], others = [\"firms.item_id\"] }\n" +
        (item_rows.empty() ? "[table.columns]\n" + rule("name", "delete") : item_rows) +
        "[[table]]\nname = \"texts\"\nwhy = \"x\"\ntie = { kind = \"part\", column = \"item_id\", parent = "
        "\"items\" }\nrows = \"delete\"\n"
        "[[table]]\nname = \"firms\"\nwhy = \"x\"\ntie = { kind = \"none\" }\n";
    return input;
}

std::set<std::string> references_of(const plan::Plan& plan, const std::string& key) {
    std::set<std::string> references;
    for (const auto& reference : step_of(plan, key)->references) {
        references.insert(reference.real_table + '.' + reference.column);
    }
    return references;
}

}  // namespace

TEST_CASE("what is a part of a shared row goes with it, and is nobody who needs it") {
    for (const std::string rows : {"", "rows = \"delete\"\n"}) {
        const plan::Plan plan = shared_site(rows).build();
        CAPTURE(rows);
        CHECK(plan.unknown.empty());
        CHECK(plan.limitations.empty());
        CHECK(references_of(plan, "items") == std::set<std::string>{"m_links.item_id", "m_firms.item_id"});
        const plan::Step* texts = step_of(plan, "texts");
        REQUIRE(texts != nullptr);
        CHECK(texts->primary_key.empty());
        CHECK(texts->row_key == "item_id");
        CHECK(texts->key_is_number);
        REQUIRE(texts->chains.size() == 1);
        CHECK(texts->chains.front().size() == 2);
        REQUIRE(plan.parts_of(*step_of(plan, "items")).size() == 1);
        CHECK(plan.parts_of(*step_of(plan, "items")).front() == texts);
    }
}

TEST_CASE("a key that writes the column's name in another case refers to the row all the same") {
    PlanInput input = shared_site();
    input.schema.tables["shops"] = table("shops", {{"id", "int not null"}, {"item_id", "int not null"}});
    input.schema.tables["shops"].foreign_keys = {{"item_id", "items", "ID"}};
    CHECK(references_of(input.build(), "items").contains("m_shops.item_id"));
}

TEST_CASE("a part that stays keeps the row that it is a part of") {
    PlanInput input = shared_site("rows = \"delete\"\n");
    const auto at = input.map_text.find("rows = \"delete\"\n", input.map_text.find("\"texts\""));
    input.map_text.replace(at, 16, "[table.columns]\n" + rule("text", "delete"));
    CHECK(references_of(input.build(), "items").contains("m_texts.item_id"));
    // A row that stays itself is as it was without its parts.
    input = shared_site();
    input.map_text.replace(input.map_text.find("rows = \"delete\"\n", input.map_text.find("\"texts\"")), 16,
                           "[table.columns]\n" + rule("text", "delete"));
    CHECK_FALSE(references_of(input.build(), "items").contains("m_texts.item_id"));
}

TEST_CASE("parts are left with a shared row that cannot be changed") {
    PlanInput input = shared_site();
    input.schema.tables["items"].primary_key = {"id", "name"};
    const plan::Plan plan = input.build();
    CHECK(step_of(plan, "items") == nullptr);
    CHECK(step_of(plan, "texts") == nullptr);
    std::set<std::string> left;
    for (const plan::Step& step : plan.left) left.insert(step.key());
    // The links stay, too: without them nothing would count the items any more.
    CHECK(step_of(plan, "links") == nullptr);
    CHECK(left == std::set<std::string>{"items", "links", "texts"});
    CHECK(plan.limitations.size() == 3);
}

TEST_CASE("links stay with parts that cannot be changed, and so does the shared row that has them") {
    for (const std::string rows : {"", "rows = \"delete\"\n"}) {
        CAPTURE(rows);
        PlanInput input = shared_site(rows);
        input.schema.tables["texts"].engine = "ARCHIVE";
        const plan::Plan plan = input.build();
        CHECK(step_of(plan, "links") == nullptr);
        CHECK(step_of(plan, "items") == nullptr);
        CHECK(plan.left.size() == 3);
        CHECK(plan.limitations.size() == 3);
    }
}

TEST_CASE("a column that leads to rows that cannot be changed stays with them") {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("copy_id", "int"));
    input.schema.tables["copies"] = table("copies", {{"id", "int not null"}, {"body", "longtext"}});
    input.map_text = small_map_text + entry(rule("text", "delete") + rule("copy_id", "delete")) +
                     entry(rule("body", "delete"), "copies",
                           "kind = \"shared\", column = \"id\", through = [\"notes.copy_id\"]");
    CHECK(action_in(input.build(), "notes", "copy_id") == "delete");
    input.schema.tables["copies"].engine = "ARCHIVE";
    const plan::Plan plan = input.build();
    CHECK(action_in(plan, "notes", "text") == "delete");
    CHECK(change_of(plan, "notes", "copy_id") == nullptr);
    CHECK(step_of(plan, "notes")->left_columns == std::vector<std::string>{"copy_id"});
}

TEST_CASE("what ties rows to others stays while rows that cannot be changed are found over both") {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("code", "int"));
    input.schema.tables["cards"] =
        table("cards", {{"id", "int not null"}, {"code", "int"}, {"number", "int"}});
    input.schema.tables["uses"] =
        table("uses", {{"id", "int not null"}, {"number", "int"}, {"text", "longtext"}});
    input.map_text =
        small_map_text + entry(rule("text", "delete") + rule("code", "keep")) +
        entry(rule("code", "delete") + rule("number", "delete"), "cards",
              "kind = \"parent\", column = \"code\", parent = \"notes\", parent_column = \"code\"") +
        entry(rule("text", "delete"), "uses",
              "kind = \"parent\", column = \"number\", parent = \"cards\", parent_column = \"number\"");
    CHECK(action_in(input.build(), "cards", "code") == "delete");
    input.schema.tables["uses"].engine = "ARCHIVE";
    const plan::Plan plan = input.build();
    CHECK(step_of(plan, "cards")->left_columns == std::vector<std::string>{"code", "number"});
}

TEST_CASE("the parts of a row are found by a number") {
    PlanInput input = shared_site();
    input.schema.tables["items"].columns[0] = column("id", "varchar(20) not null");
    input.schema.tables["texts"].columns[1] = column("item_id", "varchar(20) not null");
    input.schema.tables["links"].columns[0] = column("item_id", "varchar(20) not null");
    CHECK_THAT(input.problems(), ContainsSubstring("parts of a shared row are found by a number"));
}

TEST_CASE("a part needs a shared row") {
    PlanInput input;
    input.map_text +=
        "[[table]]\nname = \"texts\"\nwhy = \"x\"\ntie = { kind = \"part\", column = \"item_id\", "
        "parent = \"notes\" }\n";
    CHECK_THAT(input.problems(), ContainsSubstring("has no tie of kind shared"));
    input.map_text.replace(input.map_text.rfind("notes"), 5, "nobody");
    CHECK_THAT(input.problems(), ContainsSubstring("is not in the map"));
}

TEST_CASE("rows that hang on others may have a primary key of several columns") {
    PlanInput input;
    input.schema.tables["lines"] =
        table("lines", {{"note_id", "int not null"}, {"line", "int not null"}, {"text", "longtext"}});
    input.schema.tables["lines"].primary_key = {"note_id", "line"};
    input.map_text +=
        entry(rule("text", "delete"), "lines",
              "kind = \"parent\", column = \"note_id\", parent = \"notes\", parent_column = \"id\"");
    CHECK(action_in(input.build(), "lines", "text") == "delete");
    CHECK(step_of(input.build(), "lines")->row_key == "note_id");
    // The column that names the rows is not theirs to change.
    input.map_text += rule("note_id", "delete");
    CHECK_THAT(input.problems(), ContainsSubstring("lines.note_id"));
}

TEST_CASE("what a map cannot say is reported") {
    PlanInput input;
    input.schema.tables["raw"] =
        table("raw", {{"id", "int not null"}, {"lead_id", "bigint"}, {"text", "longtext"}});
    input.map_text +=
        "[[table]]\nname = \"raw\"\nwhy = \"Nothing says whose.\"\ntie = { kind = \"undecided\" }\n";
    REQUIRE(input.build().unknown.size() == 1);
    CHECK(input.build().unknown.front().reason == "Nothing says whose.");
    CHECK(input.build().undecided_count() == 1);
    input.map_text =
        small_map_text + entry(rule("text", "delete")) + entry(rule("text", "delete"), "raw") +
        "[[table]]\nname = \"raw\"\npart = \"rest\"\nwhy = \"Nothing says whose.\"\ntie = { kind = "
        "\"undecided\", where = { lead_id = \"NULL\" } }\n";
    REQUIRE(input.build().unknown.size() == 1);
    CHECK(input.build().unknown.front().name() == "raw.lead_id");
    CHECK_THAT(input.build().advice_for(input.build().unknown.front()), ContainsSubstring("own_data_maps"));
    CHECK(action_in(input.build(), "raw", "text") == "delete");
    input.map_text += "rows = \"delete\"\n";
    CHECK_THAT(input.problems(), ContainsSubstring("undecided nothing is changed"));
}
