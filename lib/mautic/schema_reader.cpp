#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "base/hex.h"
#include "base/text.h"
#include "database/server_traits.h"
#include "database/unusable.h"
#include "mautic/schema.h"

namespace gdprd::mautic {

namespace {

using database::Connection;
using database::Rows;

// Everything the digest covers, in the order it was read.
class Digest {
  public:
    void add(std::string_view part) {
        text_ += part;
        text_ += '\x1f';
    }
    std::string value() const { return sha256_hex(text_); }

  private:
    std::string text_;
};

// Nothing for a table nobody has read the columns of (a view).
Table* find_table(Schema& schema, const std::string& real_name) {
    auto& tables = real_name.starts_with(schema.prefix) ? schema.tables : schema.other_tables;
    const bool prefixed = &tables == &schema.tables;
    const auto found = tables.find(prefixed ? real_name.substr(schema.prefix.size()) : real_name);
    return found == tables.end() ? nullptr : &found->second;
}

Column read_column(const Rows& rows) {
    Column column;
    column.name = rows.text(1);
    column.data_type = to_lower(rows.text(2));
    column.column_type = to_lower(rows.text(3));
    if (!rows.is_null(4)) column.characters_max = rows.number(4);
    column.nullable = rows.text(5) == "YES";
    const std::string extra = to_lower(rows.text(6));
    column.generated = extra.find("generated") != std::string::npos && extra.find("default_generated") != 0;
    column.invisible = extra.find("invisible") != std::string::npos;
    column.collation = rows.text(8);
    const std::string comment = rows.text(7);
    column.json = column.data_type == "json" || comment.find("(DC2Type:json") != std::string::npos;
    column.php_array = comment.find("(DC2Type:array)") != std::string::npos;
    return column;
}

struct TableKind {
    std::string type;  // information_schema's TABLE_TYPE
    std::string engine;
    bool partitioned = false;
};
using TableKinds = std::map<std::string, TableKind>;  // by real name

TableKinds read_kinds(Connection& connection, Digest& digest) {
    TableKinds kinds;
    Rows rows = connection.select(
        "SELECT TABLE_NAME, TABLE_TYPE, COALESCE(ENGINE, ''), COALESCE(CREATE_OPTIONS, '')"
        " FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME",
        {}, "read the live tables");
    while (rows.next()) {
        const bool partitioned = to_lower(rows.text(3)).find("partitioned") != std::string::npos;
        for (std::size_t part = 0; part < 3; ++part) digest.add(rows.text(part));
        digest.add(partitioned ? "partitioned" : "");
        kinds[rows.text(0)] = {rows.text(1), rows.text(2), partitioned};
    }
    return kinds;
}

// Where a table of this kind belongs. A sequence holds one number, a temporary table is another session's or
// ours, and a system view is the server's own; every other kind, one of tomorrow too, is taken for a store.
Table* place_for(Schema& schema, const std::string& real_name, const TableKind& kind) {
    if (kind.type == "SEQUENCE" || kind.type == "TEMPORARY" || kind.type == "SYSTEM VIEW") return nullptr;
    const bool prefixed = real_name.starts_with(schema.prefix);
    const std::string name = prefixed ? real_name.substr(schema.prefix.size()) : real_name;
    const bool is_view = kind.type == "VIEW";
    auto& tables = is_view ? schema.views : prefixed ? schema.tables : schema.other_tables;
    Table& table = tables[is_view ? real_name : name];
    table.name = name;
    table.real_name = real_name;
    table.engine = kind.engine;
    table.versioned = kind.type == "SYSTEM VERSIONED";
    table.partitioned = kind.partitioned;
    return &table;
}

bool is_of_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

// True when the name is a word of the expression, outside of texts and not a function's.
bool has_bare_name(std::string_view expression, std::string_view name) {
    bool in_text = false;
    for (std::size_t at = 0, end = 0; at < expression.size(); at = end) {
        while (end < expression.size() && is_of_name(expression[end])) ++end;
        const bool is_function = end < expression.size() && expression[end] == '(';
        if (!in_text && !is_function && expression.substr(at, end - at) == name) return true;
        if (end == at && expression[end++] == '\'') in_text = !in_text;
    }
    return false;
}

// Both servers quote the names of columns wherever they write an expression, and which case it was written in
// says nothing. MySQL keeps the expression as it wrote it when the table was made: without quotes if
// sql_quote_show_create was OFF.
bool names_column(const std::string& expression, const Column& column) {
    const std::string text = to_lower(expression);
    if (text.find('`') == std::string::npos) return has_bare_name(text, to_lower(column.name));
    return text.find(to_lower(database::quote_identifier(column.name))) != std::string::npos;
}

void note_expression(Table& table, const std::string& expression) {
    for (Column& column : table.columns) column.computed_from |= names_column(expression, column);
}

void read_columns(Connection& connection, Schema& schema, Digest& digest) {
    const TableKinds kinds = read_kinds(connection, digest);
    Rows rows = connection.select(
        "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_MAXIMUM_LENGTH,"
        " IS_NULLABLE, EXTRA, COLUMN_COMMENT, COLLATION_NAME, COALESCE(GENERATION_EXPRESSION, '')"
        " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
        " ORDER BY TABLE_NAME, ORDINAL_POSITION",
        {}, "read the live columns");
    std::vector<std::pair<Table*, std::string>> expressions;
    while (rows.next()) {
        const auto kind = kinds.find(rows.text(0));
        if (kind == kinds.end()) continue;  // made this moment
        Table* table = place_for(schema, kind->first, kind->second);
        if (table == nullptr) continue;
        table->columns.push_back(read_column(rows));
        for (std::size_t part = 0; part < 10; ++part) digest.add(rows.text(part));
        if (!rows.text(9).empty()) expressions.emplace_back(table, rows.text(9));
    }
    // A column may be computed from one that comes after it.
    for (const auto& [table, expression] : expressions) note_expression(*table, expression);
}

// MariaDB's JSON is a longtext with CHECK (json_valid(`column`)), and only Doctrine's own columns say more in
// their comment; a dump of it takes the check along to MySQL.
void note_check(Table& table, const std::string& clause) {
    for (Column& column : table.columns) {
        const std::string name = database::quote_identifier(column.name);
        const std::string text = to_lower(clause);
        if (text == to_lower("json_valid(" + name + ")") ||
            text == to_lower("json_valid(" + column.name + ")")) {
            column.json = true;
        } else {
            column.checked |= names_column(clause, column);
        }
    }
}

// A server may show checks to those only who may change the table, and nobody else changes it.
void read_checks(Connection& connection, Schema& schema, Digest& digest) {
    const std::string checks = database::checks_of_tables(connection);
    if (checks.empty()) return;
    Rows rows =
        connection.select("SELECT TABLE_NAME, CHECK_CLAUSE FROM " + checks +
                              " WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CHECK_CLAUSE",
                          {}, "read the checks");
    while (rows.next()) {
        Table* table = find_table(schema, rows.text(0));
        if (table == nullptr) continue;
        note_check(*table, rows.text(1));
        for (std::size_t part = 0; part < 2; ++part) digest.add(rows.text(part));
    }
}

void read_foreign_keys(Connection& connection, Schema& schema, Digest& digest) {
    // Compared byte by byte: `Mautic` is another database than `mautic` where names of files have a case.
    Rows rows = connection.select(
        "SELECT TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME,"
        " CAST(REFERENCED_TABLE_SCHEMA AS BINARY) = CAST(DATABASE() AS BINARY), ORDINAL_POSITION"
        " FROM information_schema.KEY_COLUMN_USAGE"
        " WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL"
        " ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
        {}, "read the live foreign keys");
    while (rows.next()) {
        const std::string referenced = rows.text(2);
        Table* table = find_table(schema, rows.text(0));
        if (table == nullptr) continue;
        const bool here = rows.number(4) != 0;
        const bool ours = here && referenced.starts_with(schema.prefix);
        const bool goes_on = rows.number(5) > 1;
        if (goes_on) table->foreign_keys.back().of_several_columns = true;
        table->foreign_keys.push_back({rows.text(1),
                                       ours ? referenced.substr(schema.prefix.size()) : std::string(),
                                       rows.text(3), here && !ours ? referenced : std::string(), goes_on});
        for (std::size_t part = 0; part < 6; ++part) digest.add(rows.text(part));
    }
}

// Reads every database that the account may see: on a server with thousands of tables in them it takes as
// long as the rest together, and longer.
void read_outside_keys(Connection& connection, Schema& schema, Digest& digest) {
    Rows rows = connection.select(
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME"
        " FROM information_schema.KEY_COLUMN_USAGE"
        " WHERE CAST(REFERENCED_TABLE_SCHEMA AS BINARY) = CAST(DATABASE() AS BINARY)"
        " AND CAST(TABLE_SCHEMA AS BINARY) <> CAST(DATABASE() AS BINARY)"
        " ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
        {}, "read the foreign keys of other databases");
    while (rows.next()) {
        if (find_table(schema, rows.text(3)) == nullptr) continue;
        schema.outside_keys.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4)});
        for (std::size_t part = 0; part < 5; ++part) digest.add(rows.text(part));
    }
}

// `column`: "" for a part that is an expression, which MySQL's indexes can have.
void note_usable(Table& table, const std::string& index, bool first, const std::string& column) {
    if (!first) {
        std::erase_if(table.index_on, [&](const auto& entry) { return entry.second == index; });
    } else if (!column.empty()) {
        table.leading_index_columns.push_back(column);
        table.index_on.emplace(column, index);
    }
}

// `parts` are the columns of the unique index before this one.
void note_unique(Table& table, bool first, const std::string& column, std::vector<std::string>& parts) {
    if (first) parts.clear();
    parts.push_back(column);
    for (Column& one : table.columns) {
        one.unique |= one.name == column;
        one.unique_with_others |=
            parts.size() > 1 && std::find(parts.begin(), parts.end(), one.name) != parts.end();
    }
}

void read_indexes(Connection& connection, Schema& schema, Digest& digest) {
    Rows rows = connection.select(
        "SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COALESCE(COLUMN_NAME, ''), NON_UNIQUE, " +
            database::usable_index(connection) + ", " + database::index_expression(connection) +
            " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()"
            " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        {}, "read the live indexes");
    std::vector<std::string> unique_parts;
    while (rows.next()) {
        Table* table = find_table(schema, rows.text(0));
        if (table == nullptr) continue;
        if (rows.text(1) == "PRIMARY") table->primary_key.push_back(rows.text(3));
        if (rows.number(5) != 0) note_usable(*table, rows.text(1), rows.number(2) == 1, rows.text(3));
        if (rows.number(4) == 0) note_unique(*table, rows.number(2) == 1, rows.text(3), unique_parts);
        note_expression(*table, rows.text(6));
        for (std::size_t part = 0; part < 7; ++part) digest.add(rows.text(part));
    }
}

void read_contact_fields(Connection& connection, Schema& schema, Digest& digest) {
    const Table* table = schema.find("lead_fields");
    // The misspelt column name is Mautic's own, in every version.
    Rows rows = connection.select("SELECT alias, type, COALESCE(is_unique_identifer, 0) FROM " +
                                      database::quote_identifier(table->real_name) +
                                      " WHERE object = 'lead' ORDER BY alias",
                                  {}, "read the contact fields");
    while (rows.next()) {
        schema.contact_fields.push_back({rows.text(0), rows.text(1), rows.number(2) != 0});
        for (std::size_t part = 0; part < 3; ++part) digest.add(rows.text(part));
    }
}

// Mautic 5 has mapped_object and mapped_field; before it, and beside them after an upgrade, lead_field, which
// no later version writes: it is out of date as soon as the field is mapped to something. Of two fields
// that fill one contact field nobody knows which one Mautic took.
void read_mapped_fields(Connection& connection, const Table& fields, Schema& schema, Digest& digest) {
    std::string mapped;
    if (fields.find("mapped_field") != nullptr && fields.find("mapped_object") != nullptr) {
        const bool is_upgraded = fields.find("lead_field") != nullptr;
        mapped = "CASE WHEN mapped_object = 'contact' THEN mapped_field" +
                 std::string(is_upgraded ? " WHEN mapped_object IS NULL THEN lead_field" : "") + " END";
    } else if (fields.find("lead_field") != nullptr) {
        mapped = "lead_field";
    }
    if (mapped.empty()) return;
    Rows rows = connection.select(
        "SELECT form_id, MIN(alias), " + mapped + " AS filled FROM " +
            database::quote_identifier(fields.real_name) + " WHERE form_id IS NOT NULL AND COALESCE(" +
            mapped + ", '') <> '' GROUP BY form_id, filled HAVING COUNT(*) = 1 ORDER BY 1, 2",
        {}, "read the mapped form fields");
    while (rows.next()) {
        schema.mapped_fields.push_back({rows.number(0), rows.text(1), rows.text(2)});
        for (std::size_t part = 0; part < 3; ++part) digest.add(rows.text(part));
    }
}

void read_forms(Connection& connection, Schema& schema, Digest& digest) {
    const Table* forms = schema.find("forms");
    const Table* fields = schema.find("form_fields");
    if (forms == nullptr) return;
    const std::string alias = forms->find("alias") == nullptr ? "''" : "alias";
    Rows ids = connection.select("SELECT id, COALESCE(" + alias + ", '') FROM " +
                                     database::quote_identifier(forms->real_name) + " ORDER BY id",
                                 {}, "read the forms");
    while (ids.next()) {
        schema.forms.emplace(ids.number(0), ids.text(1));
        for (std::size_t part = 0; part < 2; ++part) digest.add(ids.text(part));
    }
    if (fields == nullptr) return;
    Rows uploads =
        connection.select("SELECT form_id, id, alias FROM " + database::quote_identifier(fields->real_name) +
                              " WHERE type = 'file' AND form_id IS NOT NULL ORDER BY id",
                          {}, "read the upload fields");
    while (uploads.next()) {
        schema.upload_fields.push_back({uploads.number(0), uploads.number(1), uploads.text(2)});
        for (std::size_t part = 0; part < 3; ++part) digest.add(uploads.text(part));
    }
    read_mapped_fields(connection, *fields, schema, digest);
}

// "mtc_" and "" for a database that holds mtc_lead_donotcontact and lead_donotcontact.
std::vector<std::string> prefixes_found(Connection& connection) {
    constexpr std::string_view landmark = "lead_donotcontact";
    std::vector<std::string> prefixes;
    Rows rows = connection.select(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
        " AND TABLE_NAME LIKE '%lead\\_donotcontact' ORDER BY TABLE_NAME",
        {}, "look for Mautic's tables");
    while (rows.next()) {
        const std::string name = rows.text(0);
        prefixes.push_back("\"" + name.substr(0, name.size() - landmark.size()) + "\"");
    }
    return prefixes;
}

void require_mautic(Connection& connection, const Schema& schema) {
    std::vector<std::string> missing;
    for (const char* table : {"leads", "lead_donotcontact", "lead_fields"}) {
        if (schema.find(table) == nullptr) missing.push_back(schema.prefix + table);
    }
    if (missing.empty()) return;
    const auto prefixes = prefixes_found(connection);
    throw database::UnusableDatabase(
        "[mautic] table_prefix = \"" + schema.prefix + "\": the database has no table " + join(missing, ", "),
        prefixes.empty() ? "Check [database] name, and that the user may SELECT on Mautic's database "
                           "(`mautic-gdprd grants --admin root`)"
                         : "This database holds Mautic under the prefix " + join(prefixes, ", "));
}

}  // namespace

Schema read_schema(Connection& connection, const std::string& prefix) {
    Schema schema;
    schema.prefix = prefix;
    Digest digest;
    read_columns(connection, schema, digest);
    require_mautic(connection, schema);
    read_checks(connection, schema, digest);
    read_foreign_keys(connection, schema, digest);
    read_outside_keys(connection, schema, digest);
    read_indexes(connection, schema, digest);
    read_contact_fields(connection, schema, digest);
    read_forms(connection, schema, digest);
    schema.digest = digest.value();
    return schema;
}

}  // namespace gdprd::mautic
