#include "mautic/data_map.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/names.h"
#include "mautic/column_name.h"

namespace gdprd::mautic {

namespace {

constexpr auto action_names = make_names<Action>({{Action::keep, "keep"},
                                                  {Action::field, "field"},
                                                  {Action::hash, "hash"},
                                                  {Action::remove, "delete"},
                                                  {Action::empty_array, "empty_array"},
                                                  {Action::strip_query, "strip_query"},
                                                  {Action::new_random, "new_random"},
                                                  {Action::set_flag, "set_flag"},
                                                  {Action::unschedule, "unschedule"},
                                                  {Action::anonymous_ip, "anonymous_ip"},
                                                  {Action::rewrite, "rewrite"},
                                                  {Action::follows, "follows"}});

}  // namespace

const char* name_of(Action action) { return action_names.of(action); }

std::optional<Action> action_from_name(std::string_view name) { return action_names.value_of(name); }

const ColumnRule* TableEntry::rule_for(const std::string& column) const {
    auto found = columns.find(column);
    if (found == columns.end()) {
        found = std::find_if(columns.begin(), columns.end(),
                             [&](const auto& rule) { return is_same_column(rule.first, column); });
    }
    if (found == columns.end()) found = columns.find("*");
    return found == columns.end() ? nullptr : &found->second;
}

bool TableEntry::is_about(std::string_view table_name) const {
    if (!table_is_pattern) return table == table_name;
    return table_name.starts_with(std::string_view(table).substr(0, table.size() - 1));
}

const TableEntry* DataMap::find(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const TableEntry& entry) {
        if (!key.starts_with(entry.table)) return false;
        const std::string_view rest = key.substr(entry.table.size());
        return entry.part.empty() ? rest.empty() : rest.starts_with('#') && rest.substr(1) == entry.part;
    });
    return found == entries.end() ? nullptr : &*found;
}

bool DataMap::knows_table(std::string_view table, bool under_prefix) const {
    return std::any_of(entries.begin(), entries.end(), [&](const TableEntry& entry) {
        return entry.is_about(table) && (under_prefix || !entry.has_prefix);
    });
}

}  // namespace gdprd::mautic
