#include "discovery/copies.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "mautic/entry_tables.h"

namespace gdprd::discovery {

namespace {

using mautic::Table;
using mautic::TableEntry;

// "leads"; of "form_results_*" what every such name begins with.
std::string stem_of(const TableEntry& entry) {
    std::string stem = to_lower(entry.table);
    while (!stem.empty() && (stem.back() == '*' || stem.back() == '_')) stem.pop_back();
    return stem;
}

// "leads" is in "bak_leads" and "leads2024", not in "misleads".
bool names_it(std::string_view name, std::string_view stem) {
    for (auto at = name.find(stem); at != std::string_view::npos; at = name.find(stem, at + 1)) {
        const auto end = at + stem.size();
        const bool begins = at == 0 || std::isalpha(static_cast<unsigned char>(name[at - 1])) == 0;
        const bool ends = end == name.size() || std::isalpha(static_cast<unsigned char>(name[end])) == 0;
        if (begins && ends) return true;
    }
    return false;
}

std::size_t columns_in_common(const Table& table, const Table& known) {
    return static_cast<std::size_t>(
        std::count_if(table.columns.begin(), table.columns.end(),
                      [&](const auto& column) { return known.find(column.name) != nullptr; }));
}

bool has_columns_by_name(const Table& table, const TableEntry& entry, const Table* known) {
    if (entry.table_is_pattern) return table.find(entry.tie.column) != nullptr;
    if (known != nullptr) return columns_in_common(table, *known) * 2 >= table.columns.size();
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const auto& column) { return entry.columns.contains(column.name); });
}

// Whatever its name is: four fifths of a known table's columns, of a table with some.
bool is_twin(const Table& table, const Table* known) {
    constexpr std::size_t columns_min = 6;
    return known != nullptr && known->columns.size() >= columns_min &&
           columns_in_common(table, *known) * 5 >= known->columns.size() * 4;
}

}  // namespace

std::string copied_table(const mautic::DataMap& map, const mautic::Schema& schema, const Table& table) {
    const std::string name = to_lower(table.real_name);
    std::string longest;
    std::string twin;
    for (const TableEntry& entry : map.entries) {
        if (entry.tie.kind == mautic::Tie::Kind::none) continue;
        const Table* known = entry.table_is_pattern ? nullptr : mautic::table_of(entry, schema);
        const std::string stem = stem_of(entry);
        if (stem.size() > longest.size() && names_it(name, stem) &&
            has_columns_by_name(table, entry, known)) {
            longest = stem;
        }
        if (twin.empty() && is_twin(table, known)) twin = entry.table;
    }
    return longest.empty() ? twin : longest;
}

bool may_be_another_mautics(const mautic::Schema& schema, const Table& table) {
    if (schema.find(table.name) != &table) return false;  // not under the prefix
    for (std::size_t length = 1; length <= table.name.size(); ++length) {
        const std::string prefix = table.name.substr(0, length);
        if (schema.find(prefix + "leads") != nullptr && schema.find(prefix + "lead_fields") != nullptr &&
            schema.find(prefix + "lead_donotcontact") != nullptr) {
            return true;
        }
    }
    return false;
}

}  // namespace gdprd::discovery
