#include "verify/table_list.h"

#include <algorithm>
#include <map>
#include <optional>

#include "database/server_traits.h"

namespace gdprd::verify {

namespace {

using database::Rows;
using database::Value;

bool is_one_of(const std::string& type, std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

bool is_binary(const std::string& type) {
    return is_one_of(type, {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"});
}

bool is_searched(const std::string& type) {
    return is_binary(type) || is_one_of(type, {"char", "varchar", "tinytext", "text", "mediumtext",
                                               "longtext", "json", "enum", "set", "inet4", "inet6", "uuid"});
}

std::optional<KeyColumn::Kind> key_kind(const std::string& type, const std::string& whole_type) {
    if (is_one_of(type, {"tinyint", "smallint", "mediumint", "int", "bigint"})) {
        const bool natural = whole_type.find("unsigned") != std::string::npos;
        return natural ? KeyColumn::Kind::natural : KeyColumn::Kind::integer;
    }
    if (is_one_of(type, {"char", "varchar"})) return KeyColumn::Kind::text;
    if (is_one_of(type, {"binary", "varbinary"})) return KeyColumn::Kind::binary;
    return std::nullopt;
}

// Of one table, while it is put together.
struct Draft {
    SearchedTable table;
    std::map<std::string, KeyColumn> possible_keys;  // by column
    std::vector<KeyColumn> key;                      // of the index that is being read
    bool key_is_usable = true;
};

using Drafts = std::map<std::string, Draft>;

Drafts read_names(database::Connection& connection, const std::string& database) {
    const std::vector<Value> parameters{database};
    Rows rows = connection.select(
        "SELECT TABLE_NAME, TABLE_ROWS, DATA_LENGTH, TABLE_TYPE FROM information_schema.TABLES "
        "WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')",
        parameters, "information_schema: tables");
    Drafts drafts;
    while (rows.next()) {
        SearchedTable& table = drafts[rows.text(0)].table;
        table.database = database;
        table.name = rows.text(0);
        table.rows_estimated = rows.number(1);
        table.bytes_estimated = rows.number(2);
        table.has_history = rows.text(3) == "SYSTEM VERSIONED";
    }
    return drafts;
}

void read_columns(database::Connection& connection, const std::string& database, Drafts& drafts) {
    const std::vector<Value> parameters{database};
    Rows rows = connection.select(
        "SELECT TABLE_NAME, COLUMN_NAME, LOWER(DATA_TYPE), LOWER(COLUMN_TYPE), CHARACTER_OCTET_LENGTH, "
        "IS_NULLABLE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, "
        "ORDINAL_POSITION",
        parameters, "information_schema: columns");
    while (rows.next()) {
        const auto draft = drafts.find(rows.text(0));
        if (draft == drafts.end()) continue;
        const std::string name = rows.text(1);
        const std::string type = rows.text(2);
        const auto kind = key_kind(type, rows.text(3));
        if (kind && rows.text(5) == "NO") draft->second.possible_keys[name] = {*kind, name};
        if (!is_searched(type)) continue;
        const bool is_long = type == "json" || rows.number(4) > short_cell_bytes_max;
        draft->second.table.columns.push_back({name, is_binary(type), is_long, type == "json"});
    }
}

void choose_key(Draft& draft) {
    if (draft.table.key.empty() && draft.key_is_usable) draft.table.key = draft.key;
    draft.key.clear();
    draft.key_is_usable = true;
}

void read_keys(database::Connection& connection, const std::string& database, Drafts& drafts) {
    const std::vector<Value> parameters{database};
    Rows rows = connection.select(
        "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS "
        "WHERE TABLE_SCHEMA = ? AND NON_UNIQUE = 0 AND " +
            database::usable_index(connection) +
            " ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX",
        parameters, "information_schema: keys");
    std::string table;
    std::string index;
    while (rows.next()) {
        if (rows.text(0) != table || rows.text(1) != index) {
            if (const auto finished = drafts.find(table); finished != drafts.end())
                choose_key(finished->second);
            table = rows.text(0);
            index = rows.text(1);
        }
        const auto draft = drafts.find(table);
        if (draft == drafts.end()) continue;
        const auto column = draft->second.possible_keys.find(rows.text(2));
        const bool usable = column != draft->second.possible_keys.end() && rows.is_null(3);
        draft->second.key_is_usable = draft->second.key_is_usable && usable;
        if (usable) draft->second.key.push_back(column->second);
    }
    if (const auto finished = drafts.find(table); finished != drafts.end()) choose_key(finished->second);
}

}  // namespace

std::vector<SearchedTable> read_tables(database::Connection& connection, const std::string& database) {
    Drafts drafts = read_names(connection, database);
    read_columns(connection, database, drafts);
    read_keys(connection, database, drafts);
    std::vector<SearchedTable> tables;
    for (auto& [name, draft] : drafts) {
        if (!draft.table.columns.empty()) tables.push_back(std::move(draft.table));
    }
    return tables;
}

}  // namespace gdprd::verify
