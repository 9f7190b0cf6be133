// `coverage`, with the example of docs/guide/plugin-tables.md carried out as it stands there.
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd::test;

namespace {

// What stands in the page between "```kind" and "```".
std::string block(const std::string& kind) {
    const std::string page =
        read_file(std::filesystem::path(GDPRD_SOURCE_DIR) / "docs/guide/plugin-tables.md");
    const std::string begin = "```" + kind + "\n";
    const std::size_t at = page.find(begin);
    REQUIRE(at != std::string::npos);
    const std::size_t end = page.find("```\n", at + begin.size());
    return page.substr(at + begin.size(), end - at - begin.size());
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

// MySQL shows no display width of whole numbers, and its columns of text are narrower for it; MariaDB's JSON
// is a text.
std::string on_any_server(const std::string& text) {
    static const std::regex width("int\\([0-9]+\\)"), json("longtext"), blanks(" +");
    const std::string types = std::regex_replace(std::regex_replace(text, width, "int"), json, "json");
    return std::regex_replace(types, blanks, " ");
}

void check_shown(const Answer& answer, const std::string& kind) {
    const std::string shown = on_any_server(answer.text);
    const std::string page = block(kind);
    CHECK(lines_of(page).size() > 3);
    for (const std::string& line : lines_of(page)) {
        CAPTURE(line);
        CHECK_THAT(shown, ContainsSubstring(on_any_server(line) + '\n'));
    }
}

}  // namespace

TEST_CASE("coverage of Mautic's own tables knows everything and changes nothing") {
    Site site("coverage");
    site.here.add_opted_out(7);
    const std::string before = site.mautic.dump();
    const Answer answer = site.run({"coverage"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring(" 0 unknown"));
    CHECK(answer.text.find("Unknown") == std::string::npos);
    CHECK_THAT(answer.text, ContainsSubstring("Direct identifier."));
    CHECK(!names_person(answer.text, 7));
    CHECK(site.mautic.dump() == before);
}

TEST_CASE("coverage for programs") {
    Site site("coverage_json");
    site.mautic.connection().change("CREATE TABLE club (id INT PRIMARY KEY, lead_id INT, nickname TEXT)");
    const Answer answer = site.run({"coverage", "--json"});
    CHECK(answer.exit_code == 3);
    const auto json = nlohmann::json::parse(answer.text);
    CHECK(json.at("columns").at("unknown") == 3);
    CHECK(json.at("columns").at("hashed") > 0);
    bool seen = false;
    for (const auto& table : json.at("tables")) {
        if (table.at("table") != "club") continue;
        seen = true;
        REQUIRE(table.at("columns").size() == 3);
        const auto& nickname = table.at("columns").at(2);
        CHECK(nickname.at("column") == "nickname");
        CHECK(nickname.at("type") == "text");
        CHECK(nickname.at("handling") == "unknown");
        CHECK(nickname.at("treatments").at(0).at("why") ==
              "a column named lead_id, which may be another program's");
    }
    CHECK(seen);
}

TEST_CASE("what nobody knows is emptied when the configuration says so") {
    Site site("coverage_empty");
    site.mautic.connection().change(
        "CREATE TABLE club (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, nickname TEXT,"
        " FOREIGN KEY (lead_id) REFERENCES leads (id))");
    site.options["policy.unknown"] = "\"delete\"";
    const Answer answer = site.run({"coverage"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    CHECK_THAT(answer.text, ContainsSubstring("unknown = \"delete\""));
    // What is not emptied is named, with advice that can be followed.
    site.mautic.connection().change("ALTER TABLE club ADD COLUMN referrer_id INT");
    const Answer in_part = site.run({"coverage"});
    CAPTURE(in_part.text);
    CHECK(in_part.exit_code == 3);
    CHECK_THAT(in_part.text, ContainsSubstring("emptied in rows that are one contact's"));
    CHECK(in_part.text.find("empties what") == std::string::npos);
}

TEST_CASE("the example of a plugin's tables works as it is documented") {
    Site site("coverage_plugin");
    site.here.server.load_sql(block("sql"), site.mautic.name());
    const Answer before = site.run({"coverage"});
    CAPTURE(before.text);
    CHECK(before.exit_code == 3);
    check_shown(before, "text before");

    site.here.directory.write("loyalty.toml", block("toml"));
    site.options["mautic.own_data_maps"] = "[\"loyalty.toml\"]";
    const Answer after = site.run({"coverage"});
    CAPTURE(after.text);
    CHECK(after.exit_code == 0);
    check_shown(after, "text after");
}

TEST_CASE("a contact's rows in a plugin's tables are erased once they are described") {
    Site site("coverage_erase");
    site.here.server.load_sql(block("sql"), site.mautic.name());
    site.here.directory.write("loyalty.toml", block("toml"));
    site.options["mautic.own_data_maps"] = "[\"loyalty.toml\"]";
    site.make_ledger();
    site.here.add_opted_out(7);
    site.mautic.add_contact(8);
    for (const char* id : {"7", "8"}) {
        const std::string number(id);
        auto& root = site.mautic.connection();
        root.change("INSERT INTO loyalty_cards VALUES (" + number + ", " + number + ", 'card-" + number +
                    "', '{\"answered_at\":\"2026-01-02\",\"pet\":\"a cat named Plum\"}', 12)");
        root.change("INSERT INTO loyalty_purchases VALUES (NULL, " + number +
                    ", 'shop', 'asked for Plum', 3.50)");
        root.change("INSERT INTO loyalty_visits VALUES (NULL, " + number + ", '/plum', NOW())");
    }
    const Answer answer = site.run({"erase", "--contact", "7"});
    CAPTURE(answer.text);
    CHECK(answer.exit_code == 0);
    const auto of = [&](const std::string& what, const char* id) {
        return site.mautic.value("SELECT " + what + (std::string(" = ") + id));
    };
    CHECK(nlohmann::json::parse(of("answers FROM loyalty_cards WHERE id", "7")) ==
          nlohmann::json{{"answered_at", "2026-01-02"}, {"pet", ""}});
    CHECK(of("points FROM loyalty_cards WHERE id", "7") == "12");
    CHECK(of("number FROM loyalty_cards WHERE id", "7") != "card-7");
    CHECK(of("remark FROM loyalty_purchases WHERE card_id", "7") == "NULL");
    CHECK(of("total FROM loyalty_purchases WHERE card_id", "7") == "3.50");
    CHECK(of("page FROM loyalty_visits WHERE lead_id", "7") == "no row");
    CHECK(of("number FROM loyalty_cards WHERE id", "8") == "card-8");
    CHECK(of("remark FROM loyalty_purchases WHERE card_id", "8") == "asked for Plum");
    CHECK(of("page FROM loyalty_visits WHERE lead_id", "8") == "/plum");
}
