// Columns of every type that a server has are read and changed on every path of an erasure.
#include <algorithm>

#include "erasure/tied_rows.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

struct TypedColumn {
    const char* name;
    const char* type;
    const char* literal;  // with {v} for an address where a text of any kind fits
    bool holds_text;
};

constexpr const char* address = "someone.zq7f7x@example.org";

std::vector<TypedColumn> columns_of_every_type() {
    std::vector<TypedColumn> columns = {
        {"c_char", "CHAR(60)", "'{v}'", true},
        {"c_varchar", "VARCHAR(60)", "'{v}'", true},
        {"c_tinytext", "TINYTEXT", "'{v}'", true},
        {"c_text", "TEXT", "'{v}'", true},
        {"c_mediumtext", "MEDIUMTEXT", "'{v}'", true},
        {"c_longtext", "LONGTEXT", "'{v}'", true},
        {"c_latin", "TEXT CHARACTER SET latin1", "'{v}'", true},
        {"c_utf16", "VARCHAR(60) CHARACTER SET utf16", "'{v}'", true},
        {"c_json", "JSON", "'{\"from\": \"{v}\"}'", true},
        {"c_binary", "BINARY(60)", "'{v}'", true},
        {"c_varbinary", "VARBINARY(60)", "'{v}'", true},
        {"c_tinyblob", "TINYBLOB", "'{v}'", true},
        {"c_blob", "BLOB", "'{v}'", true},
        {"c_mediumblob", "MEDIUMBLOB", "'{v}'", true},
        {"c_longblob", "LONGBLOB", "'{v}'", true},
        {"c_enum", "ENUM('a', 'b')", "'b'", false},
        {"c_set", "SET('a', 'b')", "'a,b'", false},
        {"c_tinyint", "TINYINT", "-5", false},
        {"c_smallint", "SMALLINT UNSIGNED", "5", false},
        {"c_mediumint", "MEDIUMINT", "-5", false},
        {"c_int", "INT UNSIGNED", "5", false},
        {"c_bigint", "BIGINT UNSIGNED", "18446744073709551615", false},
        {"c_decimal", "DECIMAL(20, 4)", "-12.5", false},
        {"c_float", "FLOAT", "1.5", false},
        {"c_double", "DOUBLE", "0.1234567890123456", false},
        {"c_bit", "BIT(8)", "b'101'", false},
        {"c_date", "DATE", "'2026-03-01'", false},
        {"c_time", "TIME(3)", "'-12:34:56.789'", false},
        {"c_datetime", "DATETIME(6)", "'2026-03-01 12:34:56.123456'", false},
        {"c_timestamp", "TIMESTAMP NULL", "'2026-03-01 12:34:56'", false},
        {"c_year", "YEAR", "2026", false},
        {"c_geometry", "GEOMETRY", "ST_GeomFromText('POINT(1 2)')", false},
        {"c_polygon", "POLYGON", "ST_GeomFromText('POLYGON((0 0, 0 1, 1 1, 0 0))')", false},
    };
    const std::string& server = ServerUnderTest::get().name();
    if (server == "mysql") columns.push_back({"c_vector", "VECTOR(2)", "STRING_TO_VECTOR('[1, 2]')", false});
    if (server == "mariadb-11.8")
        columns.push_back({"c_vector", "VECTOR(2)", "VEC_FromText('[1, 2]')", false});
    if (server != "mysql") {
        columns.push_back({"c_inet4", "INET6", "'::ffff:198.18.0.7'", false});
        columns.push_back({"c_uuid", "UUID", "'00000000-0000-0000-0000-000000000007'", false});
    }
    return columns;
}

// A plugin's table with one of each, and a row of the erased contact and of the other one.
void add_typed_table(World& world, const std::vector<TypedColumn>& columns,
                     const std::string& nullability = "") {
    std::string definitions, names, values;
    for (const TypedColumn& column : columns) {
        definitions += std::string(", ") + column.name + ' ' + column.type + nullability;
        names += std::string(", ") + column.name;
        std::string literal = column.literal;
        if (const auto at = literal.find("{v}"); at != std::string::npos) literal.replace(at, 3, address);
        values += ", " + literal;
    }
    auto& root = world.mautic.connection();
    root.change("CREATE TABLE plug (id INT PRIMARY KEY, lead_id INT, KEY (lead_id)" + definitions + ")");
    for (const ContactId contact : {erased, other}) {
        const std::string id = std::to_string(contact);
        root.change("INSERT INTO plug (id, lead_id" + names + ") VALUES (" + id + ", " + id + values + ")");
    }
}

void add_entry(World& world, const std::string& tie, const std::string& columns) {
    const auto parsed = mautic::parse_data_map(
        "format = 1\n[[table]]\nname = \"leads\"\nwhy = \"x\"\ntie = { kind = \"contact\", column = \"id\" "
        "}\n"
        "[[table]]\nname = \"plug\"\nwhy = \"x\"\ntie = " +
            tie + "\n[table.columns]\n" + columns,
        "own");
    world.map.entries.push_back(parsed.entries.back());
}

std::string all_columns(const std::vector<TypedColumn>& columns, const std::string& action) {
    std::string text;
    for (const TypedColumn& column : columns) {
        text += std::string(column.name) + " = { action = \"" + action + "\", why = \"x\" }\n";
    }
    return text;
}

// HEX() of every column of the other contact's row.
std::string bytes_of_other(World& world, const std::vector<TypedColumn>& columns) {
    std::string list;
    for (const TypedColumn& column : columns)
        list += std::string(list.empty() ? "" : ", ") + "HEX(" + column.name + ")";
    return world.mautic.value("SELECT CONCAT_WS('/', " + list + ") FROM plug WHERE id = 70");
}

constexpr const char* by_column = "{ kind = \"column\", column = \"lead_id\" }";

}  // namespace

TEST_CASE("columns of every type are emptied, and nobody else's changes") {
    const auto columns = columns_of_every_type();
    World world;
    add_people(world);
    add_typed_table(world, columns);
    add_entry(world, by_column, all_columns(columns, "delete"));
    const std::string before = bytes_of_other(world, columns);
    CHECK(world.erase(erased).findings.empty());
    for (const TypedColumn& column : columns) {
        CAPTURE(column.name);
        CHECK(world.mautic.value(std::string("SELECT ") + column.name + " IS NULL FROM plug WHERE id = 7") ==
              "1");
    }
    CHECK(bytes_of_other(world, columns) == before);
    CHECK(world.erase(erased, 1, false).status == Status::complete);
}

TEST_CASE("NOT NULL columns of every type with a neutral value are emptied once, alone and in a batch") {
    std::vector<TypedColumn> columns;
    for (TypedColumn column : columns_of_every_type()) {
        const std::string name = column.name;
        // An enum, a place and a vector have none, and the timestamp allows NULL.
        if (name == "c_enum" || name == "c_geometry" || name == "c_polygon" || name == "c_vector") continue;
        if (name == "c_timestamp") continue;
        columns.push_back(column);
    }
    if (ServerUnderTest::get().name() != "mysql") {
        columns.push_back({"c_short_address", "INET4", "'198.18.0.7'", false});
    }
    for (const bool in_batch : {false, true}) {
        CAPTURE(in_batch);
        World world;
        add_people(world);
        world.mautic.unsubscribe(other);
        add_typed_table(world, columns, " NOT NULL");
        add_entry(world, by_column, all_columns(columns, "delete"));
        const auto value_of = [&](const TypedColumn& column) {
            return world.mautic.value(std::string("SELECT ") + column.name + " FROM plug WHERE id = 7");
        };
        std::map<std::string, std::string> held;
        for (const TypedColumn& column : columns) held[column.name] = value_of(column);
        const std::string before = bytes_of_other(world, columns);
        const auto erase = [&](int pass) {
            std::vector<erasure::Request> requests;
            for (const ContactId contact : {erased, other}) {
                if (contact == other && !in_batch) continue;
                requests.push_back({contact, Origin::command, now(), pass, pass == 0});
            }
            return world.erase(requests);
        };
        for (const auto& result : erase(0)) CHECK(result.findings.empty());
        for (const TypedColumn& column : columns) {
            CAPTURE(column.name);
            CHECK(value_of(column) != held.at(column.name));
        }
        CHECK((bytes_of_other(world, columns) == before) != in_batch);
        const std::string once = bytes_of_other(world, columns);
        for (const auto& result : erase(1)) {
            CHECK(result.counts.unexpected() == 0);
            CHECK(result.status == Status::complete);
        }
        CHECK(bytes_of_other(world, columns) == once);
    }
}

TEST_CASE("the proof reads columns of every type that can hold a text") {
    const auto columns = columns_of_every_type();
    World world;
    add_people(world);
    world.mautic.connection().change("UPDATE leads SET email = '" + std::string(address) + "' WHERE id = 7");
    add_typed_table(world, columns);
    add_entry(world, by_column, all_columns(columns, "keep"));
    std::set<std::string> expected, found;
    for (const TypedColumn& column : columns) {
        if (column.holds_text) expected.insert(column.name);
    }
    for (const auto& finding : world.erase(erased).findings) {
        if (finding.table == "plug") found.insert(finding.column);
    }
    CHECK(found == expected);
}

TEST_CASE("rows are tied by the text of columns of every type") {
    const auto columns = columns_of_every_type();
    for (const TypedColumn& column : columns) {
        if (!column.holds_text) continue;
        CAPTURE(column.name);
        World world;
        add_people(world);
        world.mautic.connection().change("UPDATE leads SET email = '" + std::string(address) +
                                         "' WHERE id = 7");
        add_typed_table(world, {column});
        world.mautic.connection().change(std::string("UPDATE plug SET lead_id = NULL, ") + column.name +
                                         " = IF(id = 7, " + column.name + ", NULL)");
        add_entry(world, std::string("{ kind = \"text\", text_columns = [\"") + column.name + "\"] }",
                  all_columns({column}, "delete"));
        world.erase(erased);
        CHECK(world.mautic.value(std::string("SELECT COUNT(") + column.name + ") FROM plug") == "0");
    }
}

TEST_CASE("a JSON value of any size is rewritten as JSON, and again changes nothing") {
    for (const std::size_t length : {std::size_t{20}, std::size_t{300} * 1024}) {
        CAPTURE(length);
        World world;
        add_people(world);
        auto& root = world.mautic.connection();
        root.change(
            "CREATE TABLE plug (id INT PRIMARY KEY, lead_id INT, details JSON NOT NULL, KEY (lead_id))");
        const std::string value = "{\"kept\": \"" + std::string(length, 'x') +
                                  "\", \"name\": \"Somebody\", \"n\": [1, {\"a\": \"b\"}]}";
        for (const std::int64_t id : {7, 70}) {
            root.change("INSERT INTO plug VALUES (?, ?, CONVERT(? USING utf8mb4))",
                        std::vector<database::Value>{id, id, value});
        }
        add_entry(world, by_column,
                  "details = { action = \"rewrite\", keep_members = [\"kept\"], why = \"x\" }\n");
        const std::string other_before = world.mautic.value("SELECT details FROM plug WHERE id = 70");
        CHECK(world.erase(erased).findings.empty());
        const auto of = [&](const std::string& what) {
            return world.mautic.value("SELECT " + what + " FROM plug WHERE id = 7");
        };
        CHECK(of("JSON_TYPE(details)") == "OBJECT");
        CHECK(of("CHAR_LENGTH(JSON_UNQUOTE(JSON_EXTRACT(details, '$.kept')))") == std::to_string(length));
        CHECK(of("JSON_UNQUOTE(JSON_EXTRACT(details, '$.name'))") == "");
        CHECK(world.mautic.value("SELECT details FROM plug WHERE id = 70") == other_before);
        const std::string once = of("details");
        const auto second = world.erase(erased, 1, false);
        CHECK(second.status == Status::complete);
        CHECK(second.counts.unexpected() == 0);
        CHECK(of("details") == once);
    }
}

TEST_CASE("URLs are stripped in columns of every type that can hold one") {
    std::vector<TypedColumn> columns;
    for (TypedColumn column : columns_of_every_type()) {
        if (!column.holds_text || std::string(column.type) == "JSON") continue;
        column.literal = "'https://example.org/a?e=1'";
        columns.push_back(column);
    }
    World world;
    add_people(world);
    add_typed_table(world, columns);
    add_entry(world, by_column, all_columns(columns, "strip_query"));
    const std::string before = bytes_of_other(world, columns);
    world.erase(erased);
    for (const TypedColumn& column : columns) {
        CAPTURE(column.name);
        CHECK_THAT(world.mautic.value(std::string("SELECT ") + column.name + " FROM plug WHERE id = 7"),
                   Catch::Matchers::StartsWith("https://example.org/a") && !ContainsSubstring("e=1"));
    }
    CHECK(bytes_of_other(world, columns) == before);
    CHECK(world.erase(erased, 1, false).counts.unexpected() == 0);
}

TEST_CASE("a URL is not stripped in a JSON column, and the plan says so") {
    World world;
    add_people(world);
    world.mautic.connection().change(
        "CREATE TABLE plug (id INT PRIMARY KEY, lead_id INT, details JSON, KEY (lead_id))");
    add_entry(world, by_column, "details = { action = \"strip_query\", why = \"x\" }\n");
    world.prepare();
    const auto& unknown = world.plan().unknown;
    CHECK(std::any_of(unknown.begin(), unknown.end(), [](const discovery::Unknown& one) {
        return one.name() == "plug.details" &&
               one.reason.find("a URL is not valid JSON") != std::string::npos;
    }));
}
