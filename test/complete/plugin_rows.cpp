#include "complete/plugin_rows.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "base/text.h"
#include "fixture/schema_text.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

namespace {

using database::quote_identifier;
using database::Value;
using mautic::TableEntry;
using mautic::Tie;

// Each statement in a line of its own.
std::string in_lines(const std::string& sql) {
    static const std::regex continued("\n +");
    return std::regex_replace(sql, continued, " ");
}

std::string text_of(const Value& value) {
    if (std::holds_alternative<std::nullptr_t>(value)) return "NULL";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    return std::get<std::string>(value);
}

bool names_a_contact(const std::string& column) { return column == "lead_id" || column == "contact_id"; }

}  // namespace

PluginRows::PluginRows(World& world, const std::vector<std::filesystem::path>& sql_files) : world_(world) {
    for (const auto& file : sql_files) {
        server().load_sql(with_table_prefix(in_lines(read_file(file)), world.mautic.prefix()),
                          world.mautic.name());
    }
    tables_ = read_live_tables(world.mautic.connection(), world.mautic.prefix());
}

std::string telephone_of(ContactId contact) { return "+49170443" + std::to_string(1000 + contact); }

ContactId PluginRows::owner_of(const RowMaker::RowId& row) const {
    const auto found = owners_.find(row);
    return found == owners_.end() ? 0 : found->second;
}

// The values that associate a row by this entry. Nothing where the row it hangs on is not there yet.
std::optional<PluginRows::Given> PluginRows::tie_of(const TableEntry& entry,
                                                    const std::vector<const TableEntry*>& all,
                                                    ContactId contact, const std::string& email) {
    Given given;
    for (const mautic::Condition& condition : entry.tie.conditions) {
        given[condition.column] = condition.is_null ? Value(nullptr) : Value(condition.values.front());
    }
    switch (entry.tie.kind) {
        case Tie::Kind::column:
            given[entry.tie.column] = contact;
            break;
        case Tie::Kind::parent:
        case Tie::Kind::part: {
            const auto parent = ids_.find({contact, entry.tie.parent});
            if (parent == ids_.end()) return std::nullopt;
            given[entry.tie.column] = parent->second;
            break;
        }
        case Tie::Kind::text:
            for (const std::string& column : entry.tie.text_columns) {
                given[column] = entry.tie.fields.empty() ? email : telephone_of(contact);
            }
            break;
        default:
            break;
    }
    // A row that hangs on another one in this way hangs on none in the others that the map has for its table.
    for (const TableEntry* way : all) {
        if (way->table != entry.table || way->tie.kind != Tie::Kind::parent) continue;
        const auto* column = tables_.at(entry.table).find(way->tie.column);
        if (column != nullptr && column->nullable) given.emplace(way->tie.column, nullptr);
    }
    // What a shared row is found through refers to it.
    for (const TableEntry* shared : all) {
        for (const mautic::EntryColumn& through : shared->tie.through) {
            if (through.entry != entry.key()) continue;
            const auto row = ids_.find({contact, shared->key()});
            if (row == ids_.end()) return std::nullopt;
            given[through.column] = row->second;
        }
    }
    return given;
}

void PluginRows::add(const std::vector<mautic::PluginMap>& plugins, ContactId contact, ContactId other,
                     const std::string& email) {
    other_ = other;
    ids_[{contact, "email_stats"}] = std::stoull(world_.mautic.value(
        "SELECT MIN(id) FROM {prefix}email_stats WHERE lead_id = " + std::to_string(contact)));
    std::vector<const TableEntry*> entries;
    for (const auto& plugin : plugins) {
        for (const TableEntry& entry : plugin.entries) {
            const bool is_filled = tables_.contains(entry.table) && entry.tie.kind != Tie::Kind::none &&
                                   entry.tie.kind != Tie::Kind::undecided;
            if (is_filled) entries.push_back(&entry);
        }
    }
    auto left = entries;
    while (!left.empty()) {
        const std::size_t before = left.size();
        std::erase_if(left, [&](const TableEntry* entry) {
            auto given = tie_of(*entry, entries, contact, email);
            if (!given) return false;
            if (tables_.at(entry->table).find("email") != nullptr) given->emplace("email", email);
            ids_[{contact, entry->key()}] = insert(contact, entry->table, std::move(*given));
            return true;
        });
        if (left.size() == before) throw std::logic_error("rows of plugins refer to each other in a circle");
    }
}

Value PluginRows::value_for(ContactId contact, const LiveTable& table, const LiveColumn& column) {
    const std::uint64_t number = ++number_;
    const auto key = table.foreign_keys.find(column.name);
    if (key != table.foreign_keys.end()) {
        if (key->second == "leads") return other_;
        const auto own = rows_.find({contact, key->second});
        if (own != rows_.end()) return own->second;
        if (column.nullable) return nullptr;
        return std::uint64_t{1};
    }
    if (names_a_contact(column.name)) return contact;
    const std::string token = "zq" + std::to_string(contact) + "x" + std::to_string(number);
    if (column.json) return "{\"" + token + "\": \"" + token + "\"}";
    if (column.php_array) return "a:1:{s:1:\"k\";s:" + std::to_string(token.size()) + ":\"" + token + "\";}";
    if (column.name == "url" || column.name == "page_url") return "https://www.example.org/shop?who=" + token;
    if (column.holds_text()) return token.substr(0, column.characters_max);
    const std::string day = std::to_string(10 + number % 18);
    if (column.data_type == "date") return "1987-04-" + day;
    if (column.data_type == "time") return day + ":11:12";
    if (column.is_temporal()) return "1987-04-" + day + " 11:12:13";
    if (column.data_type == "tinyint") return std::uint64_t{1};
    if (column.data_type == "smallint") return std::uint64_t{number % 30'000};
    return contact * 100'000 + number;
}

std::uint64_t PluginRows::insert(ContactId contact, const std::string& name, Given given) {
    const LiveTable& table = tables_.at(name);
    std::vector<std::string> names, marks;
    std::vector<Value> values;
    for (const LiveColumn& column : table.columns) {
        if (column.generated || (column.automatic && !given.contains(column.name))) continue;
        if (!given.contains(column.name)) given[column.name] = value_for(contact, table, column);
        names.push_back(quote_identifier(column.name));
        marks.emplace_back(column.data_type == "json" ? "CONVERT(? USING utf8mb4)" : "?");
        values.push_back(given.at(column.name));
    }
    auto& connection = world_.mautic.connection();
    connection.change("SET SESSION foreign_key_checks = 0");
    connection.change("INSERT INTO " + quote_identifier(table.real_name) + " (" + join(names, ", ") +
                          ") VALUES (" + join(marks, ", ") + ")",
                      values, name + ": insert");
    connection.change("SET SESSION foreign_key_checks = 1");
    std::uint64_t id = connection.last_insert_id();
    std::vector<std::string> key;
    for (const std::string& column : table.primary_key) {
        key.push_back(given.contains(column) ? text_of(given.at(column)) : std::to_string(id));
    }
    if (table.primary_key.size() == 1) id = std::stoull(key.front());
    owners_[{name, join(key, "|")}] = contact;
    rows_[{contact, name}] = id;
    return id;
}

}  // namespace gdprd::test
