#include "complete/dump.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd::test {

namespace {

std::string key_of(const LiveTable& table, const Dump::Table& dumped, const Dump::Cells& cells) {
    std::vector<std::string> key;
    for (const std::string& column : table.primary_key) {
        const auto at = std::find(dumped.columns.begin(), dumped.columns.end(), column);
        key.push_back(cells.at(static_cast<std::size_t>(at - dumped.columns.begin())).value_or("NULL"));
    }
    if (key.empty()) {
        for (const auto& cell : cells) key.push_back(cell.value_or("NULL"));
    }
    return join(key, "|");
}

Dump::Table dump_of(database::Connection& connection, const LiveTable& table) {
    Dump::Table dumped;
    for (const LiveColumn& column : table.columns) dumped.columns.push_back(column.name);
    database::Rows rows = connection.select("SELECT * FROM " + database::quote_identifier(table.real_name));
    while (rows.next()) {
        Dump::Cells cells;
        for (std::size_t column = 0; column < rows.column_count(); ++column) {
            cells.push_back(rows.optional_text(column));
        }
        dumped.rows[key_of(table, dumped, cells)] = cells;
    }
    return dumped;
}

void compare_rows(const std::string& name, const Dump::Table& before, const Dump::Table& after,
                  const Dump::RowFilter& where, std::vector<std::string>& differences) {
    for (const auto& [key, cells] : before.rows) {
        if (!where({name, key})) continue;
        const std::string place = name + "[" + key + "]";
        const auto now = after.rows.find(key);
        if (now == after.rows.end()) {
            differences.push_back(place + ": gone");
            continue;
        }
        for (std::size_t column = 0; column < cells.size(); ++column) {
            if (cells[column] != now->second.at(column)) {
                differences.push_back(place + "." + before.columns[column]);
            }
        }
    }
    for (const auto& [key, cells] : after.rows) {
        if (!before.rows.contains(key) && where({name, key})) {
            differences.push_back(name + "[" + key + "]: new");
        }
    }
}

}  // namespace

Dump::Dump(database::Connection& connection, const LiveTables& tables) {
    for (const auto& [name, table] : tables) tables_[name] = dump_of(connection, table);
}

std::set<std::string> Dump::search(const Needles& needles, const RowFilter& where) const {
    std::set<std::string> places;
    for (const auto& [name, table] : tables_) {
        for (const auto& [key, cells] : table.rows) {
            if (!where({name, key})) continue;
            for (std::size_t column = 0; column < cells.size(); ++column) {
                if (!cells[column]) continue;
                for (const std::string& value : needles.found_in(*cells[column])) {
                    places.insert(name + "." + table.columns[column] + ": " + value);
                }
            }
        }
    }
    return places;
}

std::set<std::string> Dump::tables_with(const RowFilter& where) const {
    std::set<std::string> names;
    for (const auto& [name, table] : tables_) {
        for (const auto& [key, cells] : table.rows) {
            if (where({name, key})) names.insert(name);
        }
    }
    return names;
}

bool operator==(const Dump& one, const Dump& other) {
    return Dump::differences(one, other, [](const RowMaker::RowId&) { return true; }).empty();
}

std::vector<std::string> Dump::differences(const Dump& before, const Dump& after, const RowFilter& where) {
    std::vector<std::string> differences;
    for (const auto& [name, table] : before.tables_) {
        compare_rows(name, table, after.tables_.at(name), where, differences);
    }
    return differences;
}

}  // namespace gdprd::test
