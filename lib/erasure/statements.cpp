#include "erasure/statements.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "database/quote_text.h"
#include "mautic/id_list.h"

namespace gdprd::erasure {

using database::quote_identifier;
using database::quote_text;
using database::Value;
using mautic::Action;

namespace {

constexpr std::string_view random_prefix = "erased-";
constexpr const char* hash_shape = "^([0-9a-f]{32}|[0-9a-f]{64})$";

std::string render(const mautic::Condition& condition, const std::string& table) {
    const std::string column = table + quote_identifier(condition.column);
    if (condition.is_null) return column + " IS NULL";
    std::vector<std::string> values;
    for (const auto& value : condition.values) values.push_back(quote_text(value));
    return column + " IN (" + join(values, ",") + ")";
}

// " AND …" for the tie's conditions; `table` is "t." or "".
std::string render_conditions(const mautic::Tie& tie, const std::string& table) {
    std::string text;
    for (const auto& condition : tie.conditions) text += " AND " + render(condition, table);
    for (const auto& exception : tie.exceptions) text += " AND NOT (" + render(exception, table) + ")";
    return text;
}

// A URL without query and fragment; without its path too where the path holds an address.
std::string stripped_url(const std::string& column) {
    const std::string bare = "SUBSTRING_INDEX(SUBSTRING_INDEX(" + column + ",'?',1),'#',1)";
    const std::string origin = "SUBSTRING_INDEX(" + bare + ",'/',3)";
    const auto without_address = [](const std::string& url) {
        return "LOCATE('@'," + url + ")=0 AND LOCATE('%40'," + url + ")=0";
    };
    return "IF(" + column + " IS NULL,NULL,IF(" + without_address(bare) + "," + bare + ",IF(" +
           without_address(origin) + "," + origin + ",'')))";
}

std::string fresh_random(const Step& step, const std::string& column) {
    const std::string unique = step.primary_key.empty() ? "UUID()" : quote_identifier(step.primary_key);
    return "IF(" + column + " IS NULL OR " + column + " LIKE '" + std::string(random_prefix) + "%'," +
           column + ",CONCAT('" + std::string(random_prefix) + "',LEFT(SHA2(CONCAT(?," + unique +
           "),256),32)))";
}

// What a column gets; the hashed ones are not among them.
std::string target_of(const Step& step, const ColumnStep& change, const Context& context) {
    const std::string column = quote_identifier(change.column);
    switch (change.action) {
        case Action::strip_query:
            return stripped_url(column);
        case Action::new_random:
            return fresh_random(step, column);
        case Action::anonymous_ip:
            return change.neutral.empty() ? context.anonymous_ip : change.neutral;
        default:
            return change.neutral;
    }
}

// Compared byte by byte: the column's own collation takes "ä" for "a".
std::string exact(const std::string& column) {
    return "CONVERT(" + quote_identifier(column) + " USING utf8mb4) COLLATE utf8mb4_bin";
}

// True in rows where the column is not yet what it should be.
std::string pending_condition(const Step& step, const ColumnStep& change, const Context& context) {
    const std::string column = quote_identifier(change.column);
    if (change.action == Action::new_random) {
        return column + " NOT LIKE '" + std::string(random_prefix) + "%'";
    }
    if (change.action == Action::hash) {
        return column + " <> '' AND " + exact(change.column) + " NOT REGEXP '" + hash_shape + "'";
    }
    return "NOT (" + column + " <=> " + target_of(step, change, context) + ")";
}

// "SET …" for all but the hashed columns; adds the parameters of new_random.
std::string assignments(const Step& step, const Context& context, std::vector<Value>& parameters) {
    std::vector<std::string> parts;
    for (const ColumnStep& change : step.columns) {
        if (change.action == Action::hash) continue;
        if (change.action == Action::new_random) parameters.emplace_back(context.random);
        parts.push_back(quote_identifier(change.column) + "=" + target_of(step, change, context));
    }
    return join(parts, ", ");
}

std::vector<const ColumnStep*> hashed_columns(const Step& step) {
    std::vector<const ColumnStep*> columns;
    for (const ColumnStep& change : step.columns) {
        if (change.action == Action::hash) columns.push_back(&change);
    }
    return columns;
}

void append(std::vector<Value>& to, std::span<const Value> from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

bool has_hashed_columns(const Step& step) { return !hashed_columns(step).empty(); }

bool needs_anonymous_ip(const Step& step) {
    return std::any_of(step.columns.begin(), step.columns.end(), [](const ColumnStep& change) {
        return change.action == Action::anonymous_ip && change.neutral.empty();
    });
}

Scope scope_of_contacts(const Step& step, std::span<const ContactId> contacts) {
    const mautic::IdList ids(contacts);
    return {quote_identifier(step.tie.column) + " IN " + ids.placeholders() + render_conditions(step.tie, ""),
            ids.parameters(), step.tie.column};
}

Scope scope_of_keys(const Step& step, std::span<const Value> keys) {
    Scope scope{quote_identifier(step.primary_key) + " IN (", {}, step.primary_key};
    const std::size_t count = std::bit_ceil(keys.size());
    for (std::size_t i = 0; i < count; ++i) {
        scope.where += i == 0 ? "?" : ",?";
        scope.parameters.push_back(keys[std::min(i, keys.size() - 1)]);
    }
    scope.where += ')';
    return scope;
}

Statement select_keys(const Step& step, std::span<const ContactId> contacts) {
    const mautic::IdList ids(contacts);
    mautic::Tie parent_tie;
    parent_tie.conditions = step.parent_conditions;
    parent_tie.exceptions = step.parent_exceptions;
    return {"SELECT p." + quote_identifier(step.parent_tie_column) + ", t." +
                quote_identifier(step.primary_key) + " FROM " + quote_identifier(step.parent_real_table) +
                " p JOIN " + quote_identifier(step.real_table) + " t ON t." +
                quote_identifier(step.tie.column) + " = p." + quote_identifier(step.tie.parent_column) +
                " WHERE p." + quote_identifier(step.parent_tie_column) + " IN " + ids.placeholders() +
                render_conditions(parent_tie, "p.") + render_conditions(step.tie, "t."),
            ids.parameters()};
}

Statement update_columns(const Step& step, const Scope& scope, const Context& context) {
    Statement statement;
    const std::string set = assignments(step, context, statement.parameters);
    statement.sql = "UPDATE " + quote_identifier(step.real_table) + " SET " + set + " WHERE " + scope.where;
    append(statement.parameters, scope.parameters);
    return statement;
}

Statement count_pending(const Step& step, const Scope& scope, const Context& context) {
    std::vector<std::string> conditions;
    for (const ColumnStep& change : step.columns) {
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

Statement count_rows(const Step& step, const Scope& scope) {
    const std::string owner = quote_identifier(scope.owner);
    return {"SELECT " + owner + ", COUNT(*) FROM " + quote_identifier(step.real_table) + " WHERE " +
                scope.where + " GROUP BY " + owner,
            scope.parameters};
}

Statement delete_rows(const Step& step, const Scope& scope) {
    return {"DELETE FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where, scope.parameters};
}

Statement select_hashed(const Step& step, const Scope& scope) {
    std::string columns = quote_identifier(scope.owner);
    for (const ColumnStep* change : hashed_columns(step)) columns += ", " + exact(change->column);
    return {
        "SELECT DISTINCT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where,
        scope.parameters};
}

Statement update_hashed(const Step& step, const Scope& owner_scope, const Context& context,
                        std::span<const Value> before, std::span<const Value> after) {
    Statement statement;
    std::string set = assignments(step, context, statement.parameters);
    std::string where = owner_scope.where;
    for (const ColumnStep* change : hashed_columns(step)) {
        set += (set.empty() ? "" : ", ") + quote_identifier(change->column) + "=?";
        if (!before.empty()) where += " AND " + exact(change->column) + " <=> ?";
    }
    statement.sql = "UPDATE " + quote_identifier(step.real_table) + " SET " + set + " WHERE " + where;
    append(statement.parameters, after);
    append(statement.parameters, owner_scope.parameters);
    append(statement.parameters, before);
    return statement;
}

Statement select_searched(const Step& step, const Scope& scope) {
    const std::string& key = step.primary_key.empty() ? scope.owner : step.primary_key;
    std::string columns = quote_identifier(scope.owner) + ", " + quote_identifier(key);
    for (const SearchedColumn& searched : step.searched) columns += ", " + quote_identifier(searched.column);
    return {"SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where,
            scope.parameters};
}

Statement empty_column(const Step& step, const Scope& scope, const SearchedColumn& column) {
    return {"UPDATE " + quote_identifier(step.real_table) + " SET " + quote_identifier(column.column) + "=" +
                column.neutral + " WHERE " + scope.where,
            scope.parameters};
}

}  // namespace gdprd::erasure
