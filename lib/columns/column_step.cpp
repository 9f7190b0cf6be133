#include "columns/column_step.h"

#include <algorithm>

#include "base/hex.h"
#include "mautic/column_name.h"

namespace gdprd::columns {

using mautic::Action;
using mautic::Column;
using mautic::Table;

namespace {

std::string neutral_time(const std::string& data_type) {
    if (data_type == "date") return "'1970-01-01'";
    if (data_type == "time") return "'00:00:00'";
    if (data_type == "year") return "1970";
    return "'1970-01-01 00:00:01'";  // the smallest value a TIMESTAMP can hold
}

// MariaDB's types that are neither texts nor numbers: no other text than theirs can be stored in them.
std::optional<std::string> neutral_of_type(const std::string& data_type) {
    if (data_type == "inet6") return "'::'";
    if (data_type == "inet4") return "'0.0.0.0'";
    if (data_type == "uuid") return "'00000000-0000-0000-0000-000000000000'";
    return std::nullopt;  // a place on the map, or what servers of tomorrow have
}

// As a BINARY(n) stores it, with zeros up to its length: the shorter value would never be found there again.
std::string padded_literal(const Column& column, std::string value) {
    value.resize(std::max<std::size_t>(value.size(), column.characters_max.value_or(0)), '\0');
    return "X'" + to_hex({reinterpret_cast<const unsigned char*>(value.data()), value.size()}) + "'";
}

std::string why_no_hash(const Column& column, std::size_t hash_length) {
    const std::string type = "its column is " + column.column_type;
    if (column.is_number()) return type + ", and a number cannot be hashed";
    if (column.is_temporal()) return type + ", and a date or time cannot be hashed";
    if (column.json) return type + " holding JSON, and a hash is not valid JSON";
    if (!column.is_text() || column.data_type == "enum" || column.data_type == "set") {
        return type + ", which cannot hold a hash";
    }
    if (column.characters_max && *column.characters_max < hash_length) {
        return type + " and holds " + std::to_string(*column.characters_max) +
               " characters; the hash needs " + std::to_string(hash_length);
    }
    return {};
}

}  // namespace

std::string empty_array_literal(const Column& column) {
    // MySQL's native JSON compares equal to a JSON value only; MariaDB's JSON is a longtext.
    if (column.data_type == "json") return "CAST('[]' AS JSON)";
    if (column.data_type == "binary") return padded_literal(column, "a:0:{}");
    return column.json ? "'[]'" : "'a:0:{}'";
}

content::Format format_of(const Column& column, const std::string& named) {
    if (named == "json_zlib") return content::Format::json_zlib;
    if (named == "json" || (named.empty() && column.json)) return content::Format::json;
    return content::Format::php;
}

std::string empty_literal(const Column& column, content::Format format) {
    if (column.data_type == "json") return empty_array_literal(column);
    const std::string empty = content::empty_of(format);
    return column.is_binary()
               ? "X'" + to_hex({reinterpret_cast<const unsigned char*>(empty.data()), empty.size()}) + "'"
               : "'" + empty + "'";
}

std::optional<std::string> removed_literal(const Table& table, const Column& column) {
    if (column.nullable) return "NULL";
    if (table.is_foreign_key(column.name) || column.data_type == "enum") return std::nullopt;
    if (column.json) return empty_array_literal(column);
    if (column.php_array) return "'a:0:{}'";
    if (column.is_number()) return "0";
    if (column.is_temporal()) return neutral_time(column.data_type);
    if (column.data_type == "binary") return padded_literal(column, "");
    if (!column.is_text() && !column.is_binary()) return neutral_of_type(column.data_type);
    return "''";
}

std::string why_impossible(const Table& table, const Column& column, Action action, std::size_t hash_length) {
    const std::string type = "its column is " + column.column_type;
    if (column.generated) return "it is a generated column and follows its source";
    switch (action) {
        case Action::hash:
            return why_no_hash(column, hash_length);
        case Action::remove:
            if (!removed_literal(table, column))
                return type + " NOT NULL, and there is no neutral value for it";
            return {};
        case Action::strip_query:
            if (column.json) return type + " holding JSON, and a URL is not valid JSON";
            [[fallthrough]];
        case Action::empty_array:
        case Action::rewrite:
            return column.is_text() || column.is_binary() ? std::string{} : type + ", which holds no text";
        case Action::new_random:
            if (!column.is_text() || column.json || column.characters_max.value_or(0) < 40) {
                return type + "; a random value needs 40 characters";
            }
            return {};
        case Action::set_flag:
        case Action::unschedule:
            return column.is_integer() ? std::string{} : type + ", and a flag is a number";
        case Action::anonymous_ip:
            return column.is_integer() ? std::string{} : type + ", and the id of an IP address is a number";
        case Action::keep:
        case Action::field:
        case Action::follows:
            break;
    }
    return {};
}

std::string neutral_for(const Table& table, const Column& column, const ColumnStep& change) {
    switch (change.action) {
        case Action::remove:
            return *removed_literal(table, column);
        case Action::hash:
            return removed_literal(table, column).value_or("''");
        case Action::empty_array:
            return empty_array_literal(column);
        case Action::set_flag:
            return "1";
        case Action::unschedule:
            return "0";
        case Action::rewrite:
            return empty_literal(column, change.format);
        case Action::anonymous_ip:
            return column.nullable ? "NULL" : "";
        default:
            return {};
    }
}

std::optional<SearchedColumn> searched_column(const Column& column, const ColumnDecision& decision,
                                              Action action, bool has_key) {
    if (!column.is_text() && !column.is_binary()) return std::nullopt;
    if (column.generated) return std::nullopt;
    SearchedColumn searched{column.name, decision.search, false, {}};
    if (action == Action::strip_query && has_key) {
        searched.may_be_emptied = true;
        searched.neutral = column.nullable ? "NULL" : "''";
    }
    if (action == Action::rewrite && has_key) {
        searched.may_be_emptied = true;
        searched.neutral = empty_literal(column, format_of(column, decision.format));
    }
    return searched;
}

bool comes_to_one_value(Action action) {
    return action == Action::remove || action == Action::strip_query || action == Action::empty_array ||
           action == Action::rewrite;
}

bool is_too_short_for_hash(const Column& column, std::size_t hash_length) {
    return column.is_text() && !column.json && column.data_type != "enum" && column.data_type != "set" &&
           column.characters_max && *column.characters_max < hash_length;
}

std::string why_spared(const mautic::DataMap& map, const Table& table, const std::string& column) {
    if (table.is_foreign_key(column)) return "it refers to another row";
    const auto is_of_table = [&](const std::string& key, const std::string& name) {
        const mautic::TableEntry* entry = map.find(key);
        return entry != nullptr && entry->is_about(table.name) && mautic::is_same_column(name, column);
    };
    for (const mautic::TableEntry& entry : map.entries) {
        if (is_of_table(entry.key(), entry.tie.column)) return "it ties the row to the contact";
        if (is_of_table(entry.tie.parent, entry.tie.parent_column)) return "other rows are found by it";
        for (const mautic::EntryColumn& source : entry.tie.through) {
            if (is_of_table(source.entry, source.column)) return "it refers to another row";
        }
    }
    return {};
}

std::string why_protected(const Table& table, std::span<const mautic::Tie* const> ties,
                          const std::string& column) {
    const auto names_it = [&](const mautic::Condition& condition) {
        return mautic::is_same_column(condition.column, column);
    };
    for (const mautic::Tie* tie : ties) {
        // Rows that hang on others are found before they are changed, and named by their primary key.
        const bool is_found_before =
            (tie->kind == mautic::Tie::Kind::parent || tie->kind == mautic::Tie::Kind::part) &&
            table.primary_key.size() == 1;
        if ((mautic::is_same_column(column, tie->column) && !is_found_before) ||
            mautic::is_same_column(column, tie->visitors) ||
            std::any_of(tie->conditions.begin(), tie->conditions.end(), names_it) ||
            std::any_of(tie->exceptions.begin(), tie->exceptions.end(), names_it)) {
            return "it ties the row to the contact";
        }
    }
    if (table.is_in_primary_key(column)) return "it is the row's primary key";
    if (table.name == "lead_donotcontact" &&
        (column == "reason" || column == "channel" || column == "date_added")) {
        return "it is the opt-out itself, which decides whether the contact is erased";
    }
    return {};
}

Action action_of(policy::FieldRule rule) {
    switch (rule) {
        case policy::FieldRule::hash:
            return Action::hash;
        case policy::FieldRule::keep:
            return Action::keep;
        case policy::FieldRule::remove:
            break;
    }
    return Action::remove;
}

}  // namespace gdprd::columns
