#include "statements/column_sql.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd::statements {

using columns::ColumnStep;
using database::quote_identifier;
using database::Value;
using mautic::Action;
using plan::Step;

namespace {

constexpr std::string_view random_prefix = "erased-";

// Of hashes as they are made today, and of whole ones.
std::string hash_shape(const ColumnStep& change, const Context& context) {
    std::string lengths = "[0-9a-f]{32}|[0-9a-f]{64}";
    if (change.normalisation != policy::Normalisation::email) {
        lengths += "|[0-9a-f]{" + std::to_string(context.hash_digits) + '}';
    }
    return "^(" + lengths + ")$";
}

// A URL without query and fragment; without its path too where the path holds an address.
std::string stripped_url(const std::string& column) {
    const std::string bare = "SUBSTRING_INDEX(SUBSTRING_INDEX(" + column + ",'?',1),'#',1)";
    const std::string origin = "SUBSTRING_INDEX(" + bare + ",'/',3)";
    // '@' as it is, percent-encoded, or that encoded again: %40, %2540, %252540, which are one without each
    // "25". No regular expression: not every server has one for bytes, and to convert the text fails for
    // letters that the other character set lacks.
    const auto without_address = [](const std::string& url) {
        return "LOCATE('@'," + url + ")=0 AND LOCATE('%40',REPLACE(" + url + ",'25',''))=0";
    };
    return "IF(" + column + " IS NULL,NULL,IF(" + without_address(bare) + "," + bare + ",IF(" +
           without_address(origin) + "," + origin + ",'')))";
}

std::string fresh_random(const Step& step, const std::string& name) {
    const std::string column = unchanged(step, name);
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
            return fresh_random(step, change.column);
        case Action::anonymous_ip:
            return change.neutral.empty() ? context.anonymous_ip : change.neutral;
        default:
            return change.neutral;
    }
}

}  // namespace

// Compared byte by byte: the column's own collation takes "ä" for "a".
std::string exact(const std::string& column) {
    return "CONVERT(" + quote_identifier(column) + " USING utf8mb4) COLLATE utf8mb4_bin";
}

namespace {

bool is_among(const std::vector<std::string>& columns, const std::string& column) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
}

bool is_native_json(const Step& step, const std::string& column) {
    return is_among(step.native_json, column);
}

}  // namespace

std::string readable(const Step& step, const std::string& column) {
    const std::string name = quote_identifier(column);
    if (!is_native_json(step, column)) return name;
    // MySQL makes an empty text of a value that is larger than max_allowed_packet, and only warns. That is no
    // JSON: made JSON again it is error 3141, and no value that was not read is taken for one without a
    // person in it.
    return "CONVERT(CAST(CONVERT(" + name + " USING utf8mb4) AS JSON) USING utf8mb4)";
}

std::string placeholder(const Step& step, const std::string& column) {
    return is_native_json(step, column) ? "CONVERT(? USING utf8mb4)" : "?";
}

std::string unchanged(const Step& step, const std::string& column) {
    const std::string name = quote_identifier(column);
    return is_among(step.other_charset, column) ? "CONVERT(" + name + " USING utf8mb4)" : name;
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
        return column + " <> '' AND " + exact(change.column) + " NOT REGEXP '" + hash_shape(change, context) +
               "'";
    }
    const std::string target = target_of(step, change, context);
    if (target == "NULL") return column + " IS NOT NULL";  // MySQL compares no VECTOR (error 1210)
    return "NOT (" + column + " <=> " + target + ")";
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

// True in rows where a column that is neither hashed nor rewritten is not yet what it should be.
std::string others_pending(const Step& step, const Context& context) {
    std::vector<std::string> conditions;
    for (const ColumnStep& change : step.columns) {
        if (!is_by_row(change)) conditions.push_back("(" + pending_condition(step, change, context) + ")");
    }
    return conditions.empty() ? "FALSE" : "(" + join(conditions, " OR ") + ")";
}

std::string is_not_older_than_contact(const Step& step, const plan::RowAge& age) {
    const std::string table = quote_identifier(step.real_table) + ".";
    return "COALESCE(" + table + quote_identifier(age.date_column) + " >= (SELECT l.`date_added` FROM " +
           quote_identifier(age.contact_table) + " l WHERE l.`id` = " + table +
           quote_identifier(step.tie.column) + "), TRUE)";
}

void append(std::vector<Value>& to, std::span<const Value> from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace gdprd::statements
