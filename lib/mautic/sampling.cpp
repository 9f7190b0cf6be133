#include "mautic/sampling.h"

#include <algorithm>

#include "base/text.h"
#include "database/error.h"
#include "database/quote.h"
#include "mautic/plugin_maps.h"

namespace gdprd::mautic {

namespace {

using database::Connection;
using database::quote_identifier;

// As Mautic's links write it, too. Good for counting; what is an address is decided elsewhere.
constexpr const char* address = "'[A-Za-z0-9._+-](@|%40)[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*[.][A-Za-z][A-Za-z]'";

std::vector<const Column*> columns_with_text(const Table& table) {
    std::vector<const Column*> columns;
    for (const Column& column : table.columns) {
        const bool holds_text =
            (column.is_text() && column.data_type != "enum" && column.data_type != "set") ||
            column.is_binary();
        if (holds_text && columns.size() < sampled_columns_max) columns.push_back(&column);
    }
    return columns;
}

std::string newest_first(const Table& table) {
    std::vector<std::string> parts;
    for (const std::string& part : table.primary_key) parts.push_back(quote_identifier(part) + " DESC");
    return parts.empty() ? "" : " ORDER BY " + join(parts, ", ");
}

// The rows are cut and counted where they stand.
std::string counting_sql(const Table& table, const std::vector<const Column*>& columns) {
    std::vector<std::string> counts{"COUNT(*)"};
    std::vector<std::string> cut;
    for (const Column* column : columns) {
        const std::string name = "c" + std::to_string(cut.size());
        cut.push_back("CONVERT(LEFT(" + quote_identifier(column->name) + ", " +
                      std::to_string(sampled_characters_max) + ") USING utf8mb4) AS " + name);
        counts.push_back("COALESCE(SUM(" + name + " REGEXP " + address + "), 0)");
    }
    return "SELECT " + join(counts, ", ") + " FROM (SELECT " + join(cut, ", ") + " FROM " +
           quote_identifier(table.real_name) + newest_first(table) + " LIMIT " +
           std::to_string(sampled_rows_max) + ") AS newest";
}

// One broken, locked or forbidden table says nothing of the others; without a connection nothing is said.
bool may_be_passed_over(const database::DatabaseError& error) {
    return error.error_class() != database::ErrorClass::connection;
}

void count_addresses(Connection& connection, const Table& table, Schema& schema) {
    const auto columns = columns_with_text(table);
    if (columns.empty()) return;
    if (table.is_on_another_server() || table.stores_nothing()) {
        schema.samples[table.real_name];
        return;
    }
    try {
        auto rows = connection.select(counting_sql(table, columns), {}, "count addresses in a sample");
        if (!rows.next()) return;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (rows.number(i + 1) == 0) continue;
            schema.samples[table.real_name].push_back({columns[i]->name, rows.number(i + 1), rows.number(0)});
        }
    } catch (const database::DatabaseError& error) {
        if (!may_be_passed_over(error)) throw;
        schema.samples[table.real_name];
    }
}

void read_words(Connection& connection, const Table& table, const std::string& column, Schema& schema) {
    const auto& indexed = table.leading_index_columns;
    if (std::find(indexed.begin(), indexed.end(), column) == indexed.end()) return;
    const std::string name = quote_identifier(column);
    auto rows =
        connection.select("SELECT DISTINCT " + name + " FROM " + quote_identifier(table.real_name) +
                              " WHERE " + name + " IS NOT NULL LIMIT " + std::to_string(vocabulary_words_max),
                          {}, "read a vocabulary");
    while (rows.next()) schema.words[table.real_name + '.' + column].insert(rows.text(0));
}

}  // namespace

void add_samples(Connection& connection, const DataMap& whole_map, Schema& schema) {
    const DataMap map = map_in_use(whole_map, schema);
    for (const auto* tables : {&schema.tables, &schema.other_tables}) {
        for (const auto& [name, table] : *tables) {
            if (!map.knows_table(name, tables == &schema.tables)) count_addresses(connection, table, schema);
        }
    }
    for (const TableEntry& entry : map.entries) {
        const Table* table = entry.tie.kind == Tie::Kind::none ? schema.find(entry.table) : nullptr;
        if (table == nullptr) continue;
        for (const Condition& condition : entry.tie.conditions) {
            try {
                read_words(connection, *table, condition.column, schema);
            } catch (const database::DatabaseError& error) {
                if (!may_be_passed_over(error)) throw;
            }
        }
    }
}

}  // namespace gdprd::mautic
