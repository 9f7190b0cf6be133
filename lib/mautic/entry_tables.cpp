#include "mautic/entry_tables.h"

#include <charconv>
#include <string_view>

namespace gdprd::mautic {

namespace {

// "12_newsletter" is left over when there is no form 12 any more: Mautic does not always drop the table. In a
// database without forms, or of which we may not see them, nobody knows.
bool is_left_over(std::string_view number_and_alias, const Schema& schema) {
    if (schema.find("forms") == nullptr) return false;
    std::uint64_t form = 0;
    const auto* end = number_and_alias.data() + number_and_alias.size();
    const auto result = std::from_chars(number_and_alias.data(), end, form);
    return result.ec != std::errc{} || !schema.forms.contains(form);
}

}  // namespace

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
        return tables;
    }
    const std::size_t start = entry.table.size() - 1;  // where the part begins that the '*' stands for
    for (const auto& [name, table] : schema.tables) {
        if (!entry.is_about(name)) continue;
        const bool wanted =
            entry.tie.orphans_of.empty() || is_left_over(std::string_view(name).substr(start), schema);
        if (wanted) tables.push_back(&table);
    }
    return tables;
}

}  // namespace gdprd::mautic
