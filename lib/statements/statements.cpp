#include "statements/statements.h"

#include <algorithm>

#include "base/text.h"
#include "database/placeholders.h"
#include "statements/column_sql.h"
#include "statements/sql_text.h"

namespace gdprd::statements {

using columns::ColumnStep;
using columns::SearchedColumn;
using database::in_list;
using database::quote_identifier;
using database::Value;
using mautic::Action;
using plan::Step;
using plan::UploadColumn;

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

Statement count_rows(const Step& step, const Scope& scope) {
    const std::string owner = quote_identifier(scope.owner);
    return {"SELECT " + owner + ", COUNT(*) FROM " + quote_identifier(step.real_table) + " WHERE " +
                scope.where + " GROUP BY " + owner,
            scope.parameters};
}

Statement count_filled(const Step& step, const Scope& scope, const std::string& column) {
    Scope filled = scope;
    filled.where += " AND " + quote_identifier(column) + " IS NOT NULL";
    return count_rows(step, filled);
}

Statement count_versions(const Step& step, const Scope& scope) {
    const std::string owner = quote_identifier(scope.owner);
    return {"SELECT " + owner + ", COUNT(*) FROM " + quote_identifier(step.real_table) +
                " FOR SYSTEM_TIME ALL WHERE " + scope.where + " GROUP BY " + owner,
            scope.parameters};
}

Statement delete_rows(const Step& step, const Scope& scope) {
    return {"DELETE FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where, scope.parameters};
}

Statement select_row_keys(const Step& step, const Scope& scope) {
    return {"SELECT " + quote_identifier(step.primary_key) + " FROM " + quote_identifier(step.real_table) +
                " WHERE " + scope.where,
            scope.parameters};
}

Statement insert_failed_log(const Step& step, const Scope& scope) {
    const auto scheduled = columns_with(step, Action::unschedule);
    return {"INSERT INTO " + quote_identifier(step.failed_log) + " (log_id, date_added) SELECT " +
                quote_identifier(step.primary_key) + ", UTC_TIMESTAMP() FROM " +
                quote_identifier(step.real_table) + " WHERE " + scope.where + " AND " +
                quote_identifier(scheduled.front()->column) + " = 1 ON DUPLICATE KEY UPDATE reason = NULL",
            scope.parameters};
}

Statement select_uploads(const Step& step, const Scope& scope) {
    std::string columns = quote_identifier(scope.owner);
    for (const UploadColumn& upload : step.uploads) columns += ", " + quote_identifier(upload.column);
    return {"SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where,
            scope.parameters};
}

Statement select_addresses(const Step& step, const Scope& scope, const plan::AddressColumn& address) {
    mautic::Tie narrowed;
    narrowed.conditions = address.rule.conditions;
    Statement statement = select_different(step, scope, address.column);
    statement.sql +=
        " AND " + quote_identifier(address.column) + " LIKE '%@%'" + render_conditions(narrowed, "");
    if (address.age) statement.sql += " AND " + is_not_older_than_contact(step, *address.age);
    return statement;
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
    for (const SearchedColumn& searched : step.searched) columns += ", " + readable(step, searched.column);
    return {"SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where,
            scope.parameters};
}

Statement empty_column(const Step& step, const Scope& scope, const SearchedColumn& column) {
    return {"UPDATE " + quote_identifier(step.real_table) + " SET " + quote_identifier(column.column) + "=" +
                column.neutral + " WHERE " + scope.where,
            scope.parameters};
}

}  // namespace gdprd::statements
