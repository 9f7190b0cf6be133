#include "erasure/statements.h"

#include <algorithm>

#include "base/text.h"
#include "erasure/sql_text.h"

namespace gdprd::erasure {

using database::quote_identifier;
using database::Value;
using mautic::Action;

namespace {

constexpr std::string_view random_prefix = "erased-";
constexpr const char* hash_shape = "^([0-9a-f]{32}|[0-9a-f]{64})$";

// A URL without query and fragment; without its path too where the path holds an address.
std::string stripped_url(const std::string& column) {
    const std::string bare = "SUBSTRING_INDEX(SUBSTRING_INDEX(" + column + ",'?',1),'#',1)";
    const std::string origin = "SUBSTRING_INDEX(" + bare + ",'/',3)";
    // '@' as it is, percent-encoded, or that encoded again.
    const auto without_address = [](const std::string& url) {
        return "LOCATE('@'," + url + ")=0 AND " + url + " NOT REGEXP '%(25)*40'";
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

// What a column gets; the hashed and the rewritten ones are not among them.
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

bool is_by_row(const ColumnStep& change) {
    return change.action == Action::hash || change.action == Action::rewrite;
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

// "SET …" for all but the hashed and rewritten columns; adds the parameters of new_random.
std::string assignments(const Step& step, const Context& context, std::vector<Value>& parameters) {
    std::vector<std::string> parts;
    for (const ColumnStep& change : step.columns) {
        if (is_by_row(change)) continue;
        if (change.action == Action::new_random) parameters.emplace_back(context.random);
        parts.push_back(quote_identifier(change.column) + "=" + target_of(step, change, context));
    }
    return join(parts, ", ");
}

std::vector<const ColumnStep*> columns_with(const Step& step, Action action) {
    std::vector<const ColumnStep*> columns;
    for (const ColumnStep& change : step.columns) {
        if (change.action == action) columns.push_back(&change);
    }
    return columns;
}

std::vector<const ColumnStep*> hashed_columns(const Step& step) { return columns_with(step, Action::hash); }

std::vector<Value> keys_of(std::span<const RewrittenRow> rows) {
    std::vector<Value> keys;
    for (const RewrittenRow& row : rows) keys.emplace_back(row.key);
    return keys;
}

// What an empty structured value can look like; such rows have nothing to rewrite.
constexpr const char* empty_values = "('', 'a:0:{}', 'N;', '[]', '{}', 'null')";

std::string has_something_to_rewrite(const Step& step) {
    std::vector<std::string> filled;
    for (const ColumnStep* change : columns_with(step, Action::rewrite)) {
        const std::string column = quote_identifier(change->column);
        const bool is_text = change->format != content::Format::json_zlib;
        filled.push_back("(" + column + " IS NOT NULL" +
                         (is_text ? " AND CAST(" + column + " AS CHAR) NOT IN " + empty_values : "") + ")");
    }
    return "(" + join(filled, " OR ") + ")";
}

void append(std::vector<Value>& to, std::span<const Value> from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

bool has_hashed_columns(const Step& step) { return !hashed_columns(step).empty(); }

bool has_rewritten_columns(const Step& step) { return !columns_with(step, Action::rewrite).empty(); }

bool has_plain_columns(const Step& step) {
    return std::any_of(step.columns.begin(), step.columns.end(),
                       [](const ColumnStep& change) { return !is_by_row(change); });
}

bool needs_anonymous_ip(const Step& step) {
    return std::any_of(step.columns.begin(), step.columns.end(), [](const ColumnStep& change) {
        return change.action == Action::anonymous_ip && change.neutral.empty();
    });
}

Statement update_columns(const Step& step, const Scope& scope, const Context& context) {
    Statement statement;
    const std::string set = assignments(step, context, statement.parameters);
    statement.sql = "UPDATE " + quote_identifier(step.real_table) + " SET " + set + " WHERE " + scope.where;
    append(statement.parameters, scope.parameters);
    return statement;
}

Statement count_pending(const Step& step, const Scope& scope, const Context& context,
                        std::span<const RewrittenRow> rewritten) {
    std::vector<std::string> conditions;
    for (const ColumnStep& change : step.columns) {
        if (change.action == Action::rewrite) continue;
        conditions.push_back("(" + pending_condition(step, change, context) + ")");
    }
    Statement statement = count_rows(step, scope);
    if (step.delete_rows) return statement;
    if (!rewritten.empty()) {
        conditions.push_back(quote_identifier(step.primary_key) + " IN " +
                             in_list(keys_of(rewritten), statement.parameters));
    }
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

Statement select_rewritable(const Step& step, const Scope& scope, std::size_t limit) {
    std::string columns = quote_identifier(scope.owner) + ", " + quote_identifier(step.primary_key);
    for (const ColumnStep* change : columns_with(step, Action::rewrite)) {
        columns += ", " + quote_identifier(change->column);
    }
    for (const ColumnStep* change : hashed_columns(step)) columns += ", " + exact(change->column);
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
    Statement statement;
    std::string set = assignments(step, context, statement.parameters);
    const std::string key = quote_identifier(step.primary_key);
    auto by_row = columns_with(step, Action::rewrite);
    for (const ColumnStep* change : hashed_columns(step)) by_row.push_back(change);
    for (std::size_t i = 0; i < by_row.size(); ++i) {
        const std::string column = quote_identifier(by_row[i]->column);
        set += (set.empty() ? "" : ", ") + column + "=CASE " + key;
        for (const RewrittenRow& row : rows) {
            set += " WHEN ? THEN ?";
            statement.parameters.emplace_back(row.key);
            statement.parameters.push_back(row.values[i]);
        }
        set += " ELSE " + column + " END";
    }
    statement.sql = "UPDATE " + quote_identifier(step.real_table) + " SET " + set + " WHERE " + key + " IN " +
                    in_list(keys_of(rows), statement.parameters);
    return statement;
}

Statement select_uploads(const Step& step, const Scope& scope) {
    std::string columns = quote_identifier(scope.owner);
    for (const UploadColumn& upload : step.uploads) columns += ", " + quote_identifier(upload.column);
    return {"SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where,
            scope.parameters};
}

Statement select_uploads_of_others(const Step& step, const Scope& scope, const UploadColumn& upload,
                                   std::span<const std::string> names) {
    Statement statement;
    const std::string column = exact(upload.column);
    const std::vector<Value> values(names.begin(), names.end());
    statement.sql = "SELECT DISTINCT " + column + " FROM " + quote_identifier(step.real_table) + " WHERE " +
                    column + " IN " + in_list(values, statement.parameters) + " AND (" + scope.where +
                    ") IS NOT TRUE";
    append(statement.parameters, scope.parameters);
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
