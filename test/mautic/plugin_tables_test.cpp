// Tables that plugins of Mautic make, as they were read from the plugins: without a map of theirs every one
// is named, and what leads from it to contacts.
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "discovery/unknown.h"
#include "fixture/mautic_database.h"
#include "fixture/schema_text.h"
#include "mautic/data_map.h"
#include "mautic/sampling.h"
#include "mautic/schema.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/skipped.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using gdprd::test::MauticDatabase;
using gdprd::test::PrivateServer;

namespace {

constexpr const char* prefix = "mtc_";

// A table as plugins.tsv tells of it, one line for some of its columns.
struct PluginTable {
    std::map<std::string, std::string> columns;  // name and SQL type
    std::map<std::string, std::string> keys;     // column and the table it refers to
    bool of_staff = true;                        // settings, a catalogue: nothing of it is a contact's
    bool all_kept = true;                        // nothing in it needs to go: flags, statistics, an opt-out
    bool as_another = false;                     // told as "like" another table
};

std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(separator); end != std::string::npos;
         end = text.find(separator, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + separator.size();
    }
    parts.push_back(text.substr(begin));
    return parts;
}

// "varchar191 NN", "bigint u", "longtext {json}", "numeric(20,6)", "varchar191/longtext", "by type".
std::string sql_type(const std::string& told) {
    static const std::regex sized("^(varchar|char)([0-9]+)"), plain("^[a-z]+(\\([0-9,]+\\))?( u\\b)?");
    std::smatch found;
    if (std::regex_search(told, found, sized)) return found[1].str() + '(' + found[2].str() + ')';
    static const std::set<std::string> types{"bigint", "int",  "longtext", "tinytext", "text",
                                             "json",   "date", "datetime", "double"};
    if (!std::regex_search(told, found, plain)) return "varchar(191)";
    const std::string type = found[0].str();
    const std::string name = type.substr(0, type.find_first_of(" ("));
    if (name == "numeric") return type;
    if (!types.contains(name)) return "varchar(191)";
    return name + (type.ends_with(" u") ? " unsigned" : "");
}

// Columns of plugins.tsv.
enum Cell { table_cell = 2, column_cell = 3, type_cell = 4, tie_cell = 5, action_cell = 8 };

// "badges", "form_doi_actions, form_doi_configs", "plugin_x (prefix twice)",
// "values_{int,text}[_secure]_xref".
std::vector<std::string> names_of(const std::string& cell) {
    const std::string text = cell.substr(0, cell.find(" ("));
    static const std::regex short_for("^(.*)\\{(.*)\\}\\[(.*)\\](.*)$");
    std::smatch parts;
    if (!std::regex_match(text, parts, short_for)) return split(text, ", ");
    std::vector<std::string> names;
    for (const std::string& one : split(parts[2], ",")) {
        names.push_back(parts[1].str() + one + parts[4].str());
        names.push_back(parts[1].str() + one + parts[3].str() + parts[4].str());
    }
    return names;
}

void add_line(std::map<std::string, PluginTable>& tables, const std::vector<std::string>& cells) {
    const std::string& tie = cells.at(tie_cell);
    static const std::regex identifier("^[A-Za-z_0-9]+$"), foreign_key("([a-z_]+) FK ([a-z_]+)");
    for (const std::string& name : names_of(cells[table_cell])) {
        PluginTable& table = tables[name];
        for (const std::string& column : split(cells[column_cell], ", ")) {
            if (std::regex_match(column, identifier)) table.columns[column] = sql_type(cells[type_cell]);
        }
        for (std::sregex_iterator at(tie.begin(), tie.end(), foreign_key), end; at != end; ++at) {
            table.keys[(*at)[1]] = (*at)[2];
        }
        table.of_staff = table.of_staff && tie.starts_with("none (");
        table.all_kept = table.all_kept && cells.at(action_cell).starts_with("keep");
        table.as_another = table.as_another || tie.starts_with("like ");
    }
}

std::map<std::string, PluginTable> read_tables(const std::filesystem::path& file) {
    std::map<std::string, PluginTable> tables;
    std::istringstream lines(test::read_file(file));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) add_line(tables, split(line, "\t"));
    return tables;
}

// In bytes as the referenced column is: a key refers to the very type.
std::string type_of_key(const std::string& table) {
    if (table == "leads") return "bigint unsigned";
    return table == "companies" ? "int" : "int unsigned";
}

void make(MauticDatabase& mautic, const std::string& name, const PluginTable& table) {
    std::string sql = "CREATE TABLE " + (prefix + name) + " (row_no INT PRIMARY KEY";
    for (const auto& [column, type] : table.columns) {
        if (!table.keys.contains(column)) sql += ", `" + column + "` " + type;
    }
    for (const auto& [column, referenced] : table.keys) {
        sql += ", `" + column + "` " + type_of_key(referenced) + ", FOREIGN KEY (`" + column +
               "`) REFERENCES " + prefix + referenced + " (id)";
    }
    mautic.connection().change(sql + ") ENGINE = InnoDB");
}

// Each statement in a line of its own.
std::string in_lines(const std::string& sql) {
    static const std::regex continued("\n +");
    return std::regex_replace(sql, continued, " ");
}

std::map<std::string, discovery::Unknown> by_table(const mautic::DataMap& map, const mautic::Schema& schema) {
    std::map<std::string, discovery::Unknown> unknown;
    for (auto& one : discovery::find_unknown(map, schema, {})) {
        CAPTURE(one.table, one.column);
        CHECK(unknown.emplace(one.table, one).second);
    }
    return unknown;
}

}  // namespace

TEST_CASE("every table of a plugin is named, and what leads from it to contacts") {
    const std::filesystem::path facts = test::needed_facts() / "plugins";
    if (!std::filesystem::exists(facts / "plugins.tsv")) test::skip_test_case();
    PrivateServer server;
    MauticDatabase mautic(server, "plugins", prefix);
    mautic.load_facts_schema("5.1.1");
    for (const auto& file : std::filesystem::directory_iterator(facts)) {
        if (file.path().extension() != ".sql") continue;
        const std::string sql = in_lines(test::read_file(file.path()));
        server.load_sql(test::with_table_prefix(sql, prefix), mautic.name());
    }
    const mautic::DataMap map =
        mautic::load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml");
    const auto tables = read_tables(facts / "plugins.tsv");
    const mautic::Schema before = mautic::read_schema(mautic.connection(), prefix);
    for (const auto& [name, table] : tables) {
        if (before.find(name) == nullptr && !table.as_another) make(mautic, name, table);
    }

    const mautic::Schema schema = mautic::read_schema(mautic.connection(), prefix);
    const auto unknown = by_table(map, schema);
    std::size_t of_plugins = 0;
    for (const auto& [name, table] : schema.tables) {
        CAPTURE(name);
        CHECK(unknown.contains(name) != map.knows_table(name));
        if (!map.knows_table(name)) ++of_plugins;
    }
    CHECK(of_plugins >= 100);
    CHECK(unknown.size() == of_plugins);
    std::size_t with_data = 0;
    for (const auto& [name, table] : tables) {
        if (map.knows_table(name) || table.as_another || table.of_staff || table.all_kept) continue;
        CAPTURE(name, unknown.at(name).reason);
        CHECK(unknown.at(name).leads_to_contacts);
        ++with_data;
    }
    CHECK(with_data >= 56);
    // The reasons of some that no key of their own ties to contacts.
    for (const auto& [name, reason] : std::map<std::string, std::string>{
             {"custom_item", "custom_item_xref_contact.custom_item_id refers to it"},
             {"custom_field_value_date", "foreign key custom_item_id to custom_item"},
             {"contactclient_file", "contactclient_queue.file_id refers to it"},
             {"recommender_event_log_property_value", "foreign key event_log_id to recommender_event_log"},
             {"mautomic_notes", "foreign key contact_id to leads; foreign key deal_id to mautomic_deals"},
             {"referrals", "foreign key lead_id to leads; foreign key referrer_id to leads"},
             {"meta_webhook_events", "free text: payload, last_error"},
             {"smr_delivery_log", "named like something of a person: recipient"}}) {
        CAPTURE(name);
        CHECK_THAT(unknown.at(name).reason, ContainsSubstring(reason));
    }
}

TEST_CASE("a sample counts what the names of columns do not tell, and reads no more than a bounded part") {
    PrivateServer server;
    MauticDatabase mautic(server, "samples", prefix);
    mautic.load_own_schema();
    auto& connection = mautic.connection();
    connection.change(
        "CREATE TABLE mtc_blocked (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(191), body "
        "LONGBLOB, data JSON, kind ENUM('a@example.org') DEFAULT 'a@example.org')");
    connection.change("CREATE TABLE mtc_no_key (name VARCHAR(191))");
    connection.change("CREATE TABLE elsewhere (id INT PRIMARY KEY, name VARCHAR(191))");
    connection.change("INSERT INTO mtc_blocked (name) VALUES ('old@example.org')");
    for (int i = 0; i < 98; ++i) connection.change("INSERT INTO mtc_blocked (name) VALUES ('@media print')");
    connection.change(
        "INSERT INTO mtc_blocked (name, body, data) VALUES ('Ann <ann@example.org>', 'to=ann%40example.org',"
        " '{\"to\":\"ann@example.org\"}'), (REPEAT('x', 100), CONCAT(REPEAT('x', 2000), 'a@example.org'), "
        "NULL)");
    connection.change("INSERT INTO mtc_no_key VALUES ('x@example.org')");
    connection.change("INSERT INTO elsewhere VALUES (1, 'y@example.org'), (2, 'none')");
    mautic.add_contact(7);
    mautic.insert("audit_log", {{"bundle", "lead"},
                                {"object", "doi"},
                                {"object_id", std::uint64_t{7}},
                                {"action", "confirm_doi"},
                                {"details", "a:0:{}"}});
    const mautic::DataMap map =
        mautic::load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml");
    mautic::Schema schema = mautic::read_schema(connection, prefix);
    const std::string digest = schema.digest;
    mautic::add_samples(connection, map, schema);
    CHECK(schema.digest == digest);
    const auto counted = [&](const std::string& table) {
        std::string text;
        for (const auto& column : schema.samples[table]) {
            text += column.column + ' ' + std::to_string(column.with_address) + '/' +
                    std::to_string(column.rows) + ' ';
        }
        return text;
    };
    CHECK(counted("mtc_blocked") == "name 1/100 body 1/100 data 1/100 ");
    CHECK(counted("mtc_no_key") == "name 1/1 ");
    CHECK(counted("elsewhere") == "name 1/2 ");
    CHECK_FALSE(schema.samples.contains("mtc_leads"));
    CHECK(schema.words.at("mtc_audit_log.object").contains("lead"));
    const auto unknown = by_table(map, schema);
    CHECK(unknown.at("blocked").leads_to_contacts);
    CHECK(unknown.at("elsewhere").leads_to_contacts);
    CHECK(unknown.at("audit_log").reason == "rows about what the data map does not name: doi");
    CHECK(unknown.size() == 4);

    // One that cannot be read is named as such, and keeps nobody from the others.
    connection.change("CREATE TABLE mtc_broken (id INT PRIMARY KEY, name VARCHAR(191))");
    connection.change("CREATE TABLE mtc_gone (id INT PRIMARY KEY, name VARCHAR(191))");
    schema = mautic::read_schema(connection, prefix);
    schema.tables.at("broken").columns.at(1).name = "dropped";
    connection.change("DROP TABLE mtc_gone");
    mautic::add_samples(connection, map, schema);
    const auto with_unread = by_table(map, schema);
    for (const char* name : {"broken", "gone"}) {
        CAPTURE(name);
        CHECK_THAT(with_unread.at(name).reason, ContainsSubstring("not looked into"));
        CHECK_FALSE(with_unread.at(name).leads_to_contacts);
    }
    CHECK(with_unread.at("blocked").leads_to_contacts);
}
