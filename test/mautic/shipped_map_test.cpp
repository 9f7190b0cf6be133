// config/contact-data.toml knows everything that the recorded facts and schemas of Mautic have.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "mautic/data_map.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::mautic;

namespace {

DataMap shipped_map() { return load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml"); }

bool knows(const DataMap& map, const std::string& table, const std::string& column) {
    return std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& entry) {
        if (!entry.is_about(table)) return false;
        return entry.delete_rows || entry.is_about_nobody() || entry.tie.column == column ||
               entry.rule_for(column) != nullptr;
    });
}

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

// Columns of a CREATE TABLE, with their types, from a schema that has one statement a line.
std::map<std::string, std::string> columns_of(const std::string& statement) {
    std::map<std::string, std::string> columns;
    static const std::regex column(R"([(,] ?`?(\w+)`? ([A-Z]+)\b)");
    const std::set<std::string> other{"INDEX", "UNIQUE", "PRIMARY", "CONSTRAINT", "KEY"};
    for (std::sregex_iterator at(statement.begin(), statement.end(), column), end; at != end; ++at) {
        if (!other.contains((*at)[1])) columns.emplace((*at)[1], (*at)[2]);
    }
    return columns;
}

bool may_hold_text(const std::string& type) {
    return type.ends_with("CHAR") || type.ends_with("TEXT") || type.ends_with("BLOB") || type == "JSON" ||
           type.ends_with("BINARY");
}

// The tables of the SQL file that the map does not know, and their columns that may hold text.
std::size_t check_schema(const DataMap& map, const std::filesystem::path& file) {
    std::size_t columns = 0;
    std::istringstream stream(test::read_file(file));
    static const std::regex create(R"(^CREATE TABLE (?:IF NOT EXISTS )?(\w+) )");
    for (std::string line; std::getline(stream, line);) {
        std::smatch name;
        if (!std::regex_search(line, name, create)) continue;
        CAPTURE(file.filename(), name[1].str());
        CHECK(map.knows_table(name[1].str()));
        for (const auto& [column, type] : columns_of(line)) {
            if (!may_hold_text(type)) continue;
            CAPTURE(column, type);
            CHECK(knows(map, name[1], column));
            ++columns;
        }
    }
    return columns;
}

}  // namespace

TEST_CASE("the shipped map has every table and column of the facts") {
    const auto facts = test::facts_directory();
    if (!facts) return;
    const DataMap map = shipped_map();
    std::istringstream stream(test::read_file(*facts / "contact-data-map.tsv"));
    std::string line;
    std::getline(stream, line);
    std::size_t rows = 0;
    for (; std::getline(stream, line); ++rows) {
        const auto cells = split(line, '\t');
        const std::string table = cells.at(0).substr(0, cells[0].find('#'));
        CAPTURE(table, cells.at(1));
        CHECK(knows(map, table, cells[1]));
    }
    CHECK(rows > 250);
}

TEST_CASE("the shipped map has every column of every version that may hold text") {
    const auto facts = test::facts_directory();
    if (!facts) return;
    const DataMap map = shipped_map();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*facts / "schema")) {
        if (!entry.path().filename().string().starts_with("schema-")) continue;
        CHECK(check_schema(map, entry.path()) > 350);
        ++files;
    }
    CHECK(files >= 8);
    CHECK(check_schema(map, *facts / "dynamic-tables.sql") > 3);
}

TEST_CASE("the shipped map knows every table that a deleted contact leaves rows in") {
    const auto facts = test::facts_directory();
    if (!facts) return;
    const DataMap map = shipped_map();
    static const std::regex key(R"(ALTER TABLE (\w+) ADD CONSTRAINT \w+ FOREIGN KEY \(lead_id\) )"
                                R"(REFERENCES leads \(id\) ON DELETE (SET NULL|CASCADE))");
    std::size_t tables = 0;
    for (const auto& file : std::filesystem::directory_iterator(*facts / "schema")) {
        const std::string sql = test::read_file(file.path());
        for (std::sregex_iterator at(sql.begin(), sql.end(), key), end; at != end; ++at) {
            const TableEntry* entry = map.find((*at)[1].str());
            CAPTURE((*at)[0].str());
            REQUIRE(entry != nullptr);
            CHECK((entry->tie.leftovers != Leftovers::none) == ((*at)[2] == "SET NULL"));
            ++tables;
        }
    }
    CHECK(tables > 100);
}

TEST_CASE("the shipped map knows which rows a merge of contacts leaves behind like a deletion") {
    const DataMap map = shipped_map();
    for (const char* table : {"sms_message_stats", "push_ids", "push_notification_stats", "focus_stats"}) {
        CAPTURE(table);
        CHECK(map.find(table)->tie.leftovers == Leftovers::also_merged);
    }
    CHECK(map.find("email_stats")->tie.leftovers == Leftovers::lost_contact);
}

TEST_CASE("the shipped map keeps what an opt-out and Mautic itself depend on") {
    const DataMap map = shipped_map();
    for (const char* table :
         {"lead_donotcontact", "email_stats", "lead_devices", "campaign_leads", "campaign_lead_event_log",
          "page_hits", "form_submissions", "lead_categories"}) {
        CAPTURE(table);
        CHECK_FALSE(map.find(table)->delete_rows);
    }
    CHECK(map.find("leads")->rule_for("date_identified")->action == Action::keep);
    CHECK(map.find("lead_devices")->rule_for("tracking_id")->action == Action::new_random);
    for (const TableEntry& entry : map.entries) {
        if (entry.table != "lead_donotcontact") continue;
        CHECK(entry.rule_for("reason")->action == Action::keep);
        CHECK(entry.rule_for("channel")->action == Action::keep);
    }
}

TEST_CASE("the shipped map shares an address with whoever else uses it") {
    const DataMap map = shipped_map();
    // Every column that refers to an address is emptied by its own entry first.
    for (const EntryColumn& source : map.find("ip_addresses")->tie.through) {
        CAPTURE(source.entry);
        const TableEntry* entry = map.find(source.entry);
        REQUIRE(entry != nullptr);
        if (!entry->delete_rows) CHECK(entry->rule_for(source.column)->action == Action::anonymous_ip);
    }
    for (const TableEntry& entry : map.entries) {
        const ColumnRule* rule = entry.rule_for("ip_id");
        if (rule == nullptr || rule->action != Action::anonymous_ip || entry.part == "visitors") continue;
        CAPTURE(entry.key());
        const auto& through = map.find("ip_addresses")->tie.through;
        CHECK(std::any_of(through.begin(), through.end(),
                          [&](const EntryColumn& source) { return source.entry == entry.key(); }));
    }
}
