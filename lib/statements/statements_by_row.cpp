// Statements of the columns of which each row, or each contact, has its own value: hashed and rewritten ones.
#include <algorithm>
#include <bit>
#include <cctype>
#include <map>
#include <set>

#include "base/text.h"
#include "database/placeholders.h"
#include "statements/column_sql.h"
#include "statements/sql_text.h"
#include "statements/statements.h"

namespace gdprd::statements {

using columns::ColumnStep;
using database::in_list;
using database::quote_identifier;
using database::Value;
using mautic::Action;
using plan::Step;

namespace {

std::vector<Value> keys_of(const Step& step, std::span<const RewrittenRow> rows) {
    std::vector<Value> keys;
    for (const RewrittenRow& row : rows) keys.push_back(key_value(step, row.key));
    return keys;
}

// The tie's column holds ids of contacts.
Value owner_value(const Step& step, const Scope& scope, const std::string& owner) {
    return scope.owner == step.row_key ? key_value(step, owner) : Value(std::uint64_t{std::stoull(owner)});
}

// What an empty structured value can look like; such rows have nothing to rewrite.
constexpr const char* empty_values = "('', 'a:0:{}', 'N;', '[]', '{}', 'null')";

std::string has_something_to_rewrite(const Step& step) {
    std::vector<std::string> filled;
    for (const ColumnStep* change : columns_with(step, Action::rewrite)) {
        const std::string column = quote_identifier(change->column);
        const bool is_text = change->format != content::Format::json_zlib;
        // The CAST of a value that is longer than max_allowed_packet is NULL with a warning (error 1301).
        const std::string is_no_empty_value =
            is_text ? " AND COALESCE(CAST(" + column + " AS CHAR) NOT IN " + empty_values + ", TRUE)" : "";
        filled.push_back("(" + column + " IS NOT NULL" + is_no_empty_value + ")");
    }
    return "(" + join(filled, " OR ") + ")";
}

// "CASE id WHEN ? THEN ? … ELSE … END": the `i`-th value of each row, for this column.
std::string by_key(const Step& step, const std::string& column, std::span<const RewrittenRow> rows,
                   std::size_t i, const std::string& otherwise, std::vector<Value>& parameters) {
    std::string text = "CASE " + quote_identifier(step.primary_key);
    const std::string value = placeholder(step, column);
    for (const RewrittenRow& row : rows) {
        text += " WHEN ? THEN " + value;
        parameters.push_back(key_value(step, row.key));
        parameters.push_back(row.values[i]);
    }
    return text + " ELSE " + otherwise + " END";
}

// `by_row`: the columns of which each row has its own value.
Statement update_by_key(const Step& step, const Context& context, std::span<const RewrittenRow> rows,
                        const std::vector<const ColumnStep*>& by_row) {
    Statement statement;
    std::string set = assignments(step, context, statement.parameters);
    const std::string key = quote_identifier(step.primary_key);
    for (std::size_t i = 0; i < by_row.size(); ++i) {
        const std::string column = quote_identifier(by_row[i]->column);
        set += (set.empty() ? "" : ", ") + column + "=" +
               by_key(step, by_row[i]->column, rows, i, unchanged(step, by_row[i]->column),
                      statement.parameters);
    }
    statement.sql = "UPDATE " + quote_identifier(step.real_table) + " SET " + set + " WHERE " + key + " IN " +
                    in_list(keys_of(step, rows), statement.parameters);
    if (step.tie.kind == mautic::Tie::Kind::text) statement.sql += render_text_tie(step);
    // The rows were read without locks: one that was moved to another contact since is not theirs any more.
    // A row without a contact is named, and locked, by its key alone.
    std::set<ContactId> owners;
    for (const RewrittenRow& row : rows) owners.insert(row.owner);
    if (step.tie.kind == mautic::Tie::Kind::column && !owners.contains(0)) {
        const Scope theirs = scope_of_contacts(step, std::vector<ContactId>(owners.begin(), owners.end()),
                                               context.earlier_owners);
        statement.sql += " AND " + theirs.where;
        append(statement.parameters, theirs.parameters);
    }
    return statement;
}

}  // namespace

// Never by the value's looks: '0123', '123' and '123.0' are three keys of a text column, and the server
// compares a text with a number as floating point.
Value key_value(const Step& step, const std::string& key) {
    if (!step.key_is_number) return key;
    if (key.starts_with('-')) return std::int64_t{std::stoll(key)};
    return std::uint64_t{std::stoull(key)};
}

std::size_t rows_at_a_time(std::size_t left, std::size_t rows_max, const RewrittenRow& like) {
    const std::size_t of_row = 2 * like.values.size() + 1;  // CASE … WHEN ? THEN ? for each, IN (?)
    const std::size_t that_fit = std::max<std::size_t>(1, placeholders_max / of_row);
    return std::bit_floor(std::min({left, rows_max, that_fit}));
}

Statement count_pending(const Step& step, const Scope& scope, const Context& context) {
    std::vector<std::string> conditions;
    for (const ColumnStep& change : step.columns) {
        if (change.action == Action::rewrite) continue;
        conditions.push_back("(" + pending_condition(step, change, context) + ")");
    }
    Statement statement = count_rows(step, scope);
    if (step.delete_rows) return statement;
    const std::string pending = conditions.empty() ? "FALSE" : "(" + join(conditions, " OR ") + ")";
    const std::string owner = quote_identifier(scope.owner);
    statement.sql = "SELECT " + owner + ", COUNT(*) FROM " + quote_identifier(step.real_table) + " WHERE " +
                    scope.where + " AND " + pending + " GROUP BY " + owner;
    return statement;
}

bool tells_pending(const ColumnStep& column) {
    return column.action != Action::hash || column.normalisation == policy::Normalisation::email;
}

Statement count_unchanged(const Step& step, const Scope& scope, const Context& context) {
    std::string counts;
    std::vector<std::string> conditions;
    for (const ColumnStep& change : step.columns) {
        if (change.action == Action::rewrite || !tells_pending(change)) {
            counts += ", 0";
            continue;
        }
        const std::string pending = pending_condition(step, change, context);
        counts += ", COUNT(CASE WHEN " + pending + " THEN 1 END)";
        conditions.push_back("(" + pending + ")");
    }
    const std::string any = conditions.empty() ? "FALSE" : "(" + join(conditions, " OR ") + ")";
    const std::string owner = quote_identifier(scope.owner);
    return {"SELECT " + owner + counts + " FROM " + quote_identifier(step.real_table) + " WHERE " +
                scope.where + " AND " + any + " GROUP BY " + owner,
            scope.parameters};
}

Statement select_different(const Step& step, const Scope& scope, const std::string& column) {
    return {"SELECT DISTINCT " + quote_identifier(scope.owner) + ", " + exact(column) + " FROM " +
                quote_identifier(step.real_table) + " WHERE " + scope.where,
            scope.parameters};
}

Statement select_hashed_rows(const Step& step, const Scope& scope) {
    std::string columns = quote_identifier(scope.owner) + ", " + quote_identifier(step.primary_key);
    for (const ColumnStep* change : hashed_columns(step)) columns += ", " + exact(change->column);
    return {"SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where,
            scope.parameters};
}

Statement select_hashed(const Step& step, const Scope& scope, const Context& context) {
    std::string columns = quote_identifier(scope.owner);
    std::string groups = "1";
    std::size_t position = 1;
    for (const ColumnStep* change : hashed_columns(step)) {
        columns += ", " + exact(change->column);
        groups += ", " + std::to_string(++position);
    }
    return {"SELECT " + columns + ", COUNT(*), SUM(" + others_pending(step, context) + ") FROM " +
                quote_identifier(step.real_table) + " WHERE " + scope.where + " GROUP BY " + groups,
            scope.parameters};
}

// By owner first, so that a row is compared with the values of its own contact only.
Statement update_hashed(const Step& step, const Scope& scope, const Context& context,
                        std::span<const HashedValue> values) {
    Statement statement;
    std::string set = assignments(step, context, statement.parameters);
    const auto hashed = hashed_columns(step);
    for (std::size_t column = 0; column < hashed.size(); ++column) {
        const std::string name = quote_identifier(hashed[column]->column);
        std::map<std::string, std::vector<const HashedValue*>> by_owner;
        for (const HashedValue& value : values) {
            if (value.column == column) by_owner[value.owner].push_back(&value);
        }
        if (by_owner.empty()) continue;
        const std::string otherwise = " ELSE " + unchanged(step, hashed[column]->column) + " END";
        set += (set.empty() ? "" : ", ") + name + "=CASE " + quote_identifier(scope.owner);
        for (const auto& [owner, of_owner] : by_owner) {
            set += " WHEN ? THEN CASE " + exact(hashed[column]->column);
            statement.parameters.push_back(owner_value(step, scope, owner));
            for (const HashedValue* value : of_owner) {
                set += " WHEN ? THEN ?";
                statement.parameters.emplace_back(value->before);
                statement.parameters.emplace_back(value->after);
            }
            set += otherwise;
        }
        set += otherwise;
    }
    statement.sql = "UPDATE " + quote_identifier(step.real_table) + " SET " + set + " WHERE " + scope.where;
    append(statement.parameters, scope.parameters);
    return statement;
}

Statement select_own_pending(const Step& step, const Context& context, std::span<const RewrittenRow> rows) {
    Statement statement;
    const std::string key = quote_identifier(step.primary_key);
    std::string pending = others_pending(step, context);
    const auto hashed = hashed_columns(step);
    for (std::size_t i = 0; i < hashed.size(); ++i) {
        pending += " OR NOT (" + exact(hashed[i]->column) + " <=> " +
                   by_key(step, hashed[i]->column, rows, i, "NULL", statement.parameters) + ")";
    }
    statement.sql = "SELECT " + key + " FROM " + quote_identifier(step.real_table) + " WHERE (" + pending +
                    ") AND " + key + " IN " + in_list(keys_of(step, rows), statement.parameters);
    return statement;
}

Statement update_own(const Step& step, const Context& context, std::span<const RewrittenRow> rows) {
    return update_by_key(step, context, rows, hashed_columns(step));
}

Statement select_rewritable(const Step& step, const Scope& scope, std::size_t limit) {
    std::string columns = quote_identifier(scope.owner) + ", " + quote_identifier(step.primary_key);
    for (const ColumnStep* change : columns_with(step, Action::rewrite)) {
        columns += ", " + readable(step, change->column);
    }
    for (const ColumnStep* change : hashed_columns(step)) columns += ", " + exact(change->column);
    if (step.address_age) columns += ", " + is_not_older_than_contact(step, *step.address_age);
    return {"SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where +
                " AND " + has_something_to_rewrite(step) + " LIMIT " + std::to_string(limit),
            scope.parameters};
}

Statement select_rewritable_keys(const Step& step, const Scope& scope) {
    return {"SELECT " + quote_identifier(scope.owner) + ", " + quote_identifier(step.primary_key) + " FROM " +
                quote_identifier(step.real_table) + " WHERE " + scope.where + " AND " +
                has_something_to_rewrite(step),
            scope.parameters};
}

Statement update_rewritten(const Step& step, const Context& context, std::span<const RewrittenRow> rows) {
    auto by_row = columns_with(step, Action::rewrite);
    for (const ColumnStep* change : hashed_columns(step)) by_row.push_back(change);
    return update_by_key(step, context, rows, by_row);
}

}  // namespace gdprd::statements
