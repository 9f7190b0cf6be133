#include "mautic/data_map.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mautic/column_name.h"

namespace gdprd::mautic {

namespace {

constexpr std::array<std::pair<Action, const char*>, 12> action_names{{{Action::keep, "keep"},
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
                                                                       {Action::follows, "follows"}}};

}  // namespace

const char* name_of(Action action) {
    const auto* found = std::find_if(action_names.begin(), action_names.end(),
                                     [&](const auto& entry) { return entry.first == action; });
    return found == action_names.end() ? "?" : found->second;
}

std::optional<Action> action_from_name(std::string_view name) {
    for (const auto& [action, text] : action_names) {
        if (name == text) return action;
    }
    return std::nullopt;
}

const char* name_of(Tie::Kind kind) {
    switch (kind) {
        case Tie::Kind::contact:
            return "contact";
        case Tie::Kind::column:
            return "column";
        case Tie::Kind::parent:
            return "parent";
        case Tie::Kind::shared:
            return "shared";
        case Tie::Kind::part:
            return "part";
        case Tie::Kind::text:
            return "text";
        case Tie::Kind::undecided:
            return "undecided";
        case Tie::Kind::none:
            break;
    }
    return "none";
}

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
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.key() == key; });
    return found == entries.end() ? nullptr : &*found;
}

bool DataMap::knows_table(std::string_view table, bool under_prefix) const {
    return std::any_of(entries.begin(), entries.end(), [&](const TableEntry& entry) {
        return entry.is_about(table) && (under_prefix || !entry.has_prefix);
    });
}

}  // namespace gdprd::mautic
