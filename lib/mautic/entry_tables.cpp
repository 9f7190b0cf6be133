#include "mautic/entry_tables.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "mautic/column_name.h"

namespace gdprd::mautic {

const Table* table_of(const TableEntry& entry, const Schema& schema) {
    if (const Table* table = schema.find(entry.table); table != nullptr) return table;
    if (entry.has_prefix) return nullptr;
    const auto found = schema.other_tables.find(entry.table);
    return found == schema.other_tables.end() ? nullptr : &found->second;
}

std::vector<const Table*> tables_of(const TableEntry& entry, const Schema& schema) {
    std::vector<const Table*> tables;
    if (!entry.table_is_pattern) {
        if (const Table* table = table_of(entry, schema)) tables.push_back(table);
        // A queue that was configured under another name, beside the one that Mautic makes by itself.
        const auto other =
            entry.has_prefix ? schema.other_tables.end() : schema.other_tables.find(entry.table);
        if (other != schema.other_tables.end() && tables.front() != &other->second)
            tables.push_back(&other->second);
        return tables;
    }
    for (const auto& [name, table] : schema.tables) {
        if (!entry.is_about(name)) continue;
        if (entry.tie.orphans_of.empty() || is_left_over(entry, table, schema)) tables.push_back(&table);
    }
    return tables;
}

std::optional<std::uint64_t> form_of(const TableEntry& entry, const Table& table) {
    const std::size_t start = entry.table.size() - 1;  // where the part begins that the '*' stands for
    if (!entry.table_is_pattern || table.name.size() < start) return std::nullopt;
    const std::string_view number_and_alias = std::string_view(table.name).substr(start);
    const auto* end = number_and_alias.data() + number_and_alias.size();
    std::uint64_t form = 0;
    const auto [rest, error] = std::from_chars(number_and_alias.data(), end, form);
    return error == std::errc{} ? std::optional(form) : std::nullopt;
}

bool is_left_over(const TableEntry& entry, const Table& table, const Schema& schema) {
    if (schema.find("forms") == nullptr) return false;
    const auto number = form_of(entry, table);
    const auto form = number ? schema.forms.find(*number) : schema.forms.end();
    if (form == schema.forms.end()) return true;
    const std::string start = entry.table.substr(0, entry.table.size() - 1);
    const std::string own = start + std::to_string(form->first) + '_' + form->second;
    return !is_same_column(table.name, own) &&
           std::any_of(schema.tables.begin(), schema.tables.end(),
                       [&](const auto& other) { return is_same_column(other.first, own); });
}

}  // namespace gdprd::mautic
