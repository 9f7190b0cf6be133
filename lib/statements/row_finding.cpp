// The statements that find rows: by the contact's id, by primary key, through parents, among the newest.
#include <algorithm>
#include <bit>

#include "base/text.h"
#include "database/placeholders.h"
#include "database/quote.h"
#include "mautic/id_list.h"
#include "statements/column_sql.h"
#include "statements/id_history.h"
#include "statements/sql_text.h"
#include "statements/statements.h"

namespace gdprd::statements {

using database::in_list;
using database::quote_identifier;
using database::quote_text;
using database::Value;
using plan::Link;
using plan::Step;

namespace {

constexpr std::size_t proving_length = 5;  // as of other values of fields (matching/own_value.h)

std::string render(const mautic::Condition& condition, const std::string& table) {
    const std::string column = table + quote_identifier(condition.column);
    if (condition.is_null) return column + " IS NULL";
    std::vector<std::string> values;
    for (const auto& value : condition.values) values.push_back(quote_text(value));
    return column + " IN (" + join(values, ",") + ")";
}

// To be compared with a column of this collation; "" where its own is the same.
std::string converted(const std::string& column, const std::string& collation) {
    if (collation.empty()) return column;
    return "CONVERT(" + column + " USING " + collation.substr(0, collation.find('_')) + ") COLLATE " +
           collation;
}

// What the link after `chain[i]`, or the rows at the end, are compared with: "c1.`id`".
std::string end_of(const std::vector<Link>& chain, std::size_t i) {
    return converted("c" + std::to_string(i) + "." + quote_identifier(chain[i].next_column),
                     chain[i].next_collation);
}

// "x = c1.`id`". The columns' collation may take 'ab' for 'AB' and 'x ' for 'x': it finds the rows through an
// index, and the bytes decide.
std::string equals_end_of(const std::vector<Link>& chain, std::size_t i, const std::string& column) {
    const auto bytes = [](const std::string& text) {
        return "CAST(CONVERT(" + text + " USING utf8mb4) AS BINARY)";
    };
    const std::string equal = column + " = " + end_of(chain, i);
    if (!chain[i].next_is_text) return equal;
    const std::string next = "c" + std::to_string(i) + "." + quote_identifier(chain[i].next_column);
    return equal + " AND " + bytes(column) + " = " + bytes(next);
}

// "FROM a c0 JOIN b c1 ON c1.x = c0.y": the links of a chain.
std::string from_chain(const std::vector<Link>& chain) {
    std::string text = " FROM ";
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const std::string alias = "c" + std::to_string(i);
        if (i > 0) text += " JOIN ";
        text += quote_identifier(chain[i].real_table) + " " + alias;
        if (i == 0) continue;
        text += " ON " + equals_end_of(chain, i - 1, alias + "." + quote_identifier(chain[i].tie_column));
    }
    return text;
}

// Whose rows the value of a contact's field leads to.
enum class ByValue {
    one_contact,  // the contacts', and nobody else's
    anybody,      // perhaps somebody else's, too
    doubtful,     // perhaps somebody else's: not tied
};

// A value is proof if it is long enough to be no "n/a" and no other contact has it; what compares as equal is
// for the column's collation to say, which is generous. Parameters: the contacts' ids, again.
std::string is_nobody_elses(const Link& link, const mautic::IdList& ids) {
    const std::string column = quote_identifier(link.next_column);
    const std::string other = "SELECT 1 FROM " + quote_identifier(link.real_table) + " o WHERE o." + column +
                              " = c0." + column + " AND o." + quote_identifier(link.tie_column) + " NOT IN " +
                              ids.placeholders();
    return "(CHAR_LENGTH(c0." + column + ") >= " + std::to_string(proving_length) + " AND NOT EXISTS (" +
           other + "))";
}

// "c0.lead_id IN (…)" and every link's conditions.
std::string where_chain(const std::vector<Link>& chain, const mautic::IdList& ids,
                        std::vector<Value>& parameters, ByValue by_value = ByValue::one_contact) {
    const auto add_ids = [&] {
        parameters.insert(parameters.end(), ids.parameters().begin(), ids.parameters().end());
    };
    std::string text =
        " WHERE c0." + quote_identifier(chain.front().tie_column) + " IN " + ids.placeholders();
    add_ids();
    for (std::size_t i = 0; i < chain.size(); ++i) {
        mautic::Tie tie;
        tie.conditions = chain[i].conditions;
        tie.exceptions = chain[i].exceptions;
        const std::string alias = "c" + std::to_string(i) + ".";
        text += render_conditions(tie, alias);
        if (chain[i].next_is_text)
            text += " AND " + alias + quote_identifier(chain[i].next_column) + " <> ''";
    }
    if (chain.front().by_value && by_value != ByValue::anybody) {
        text += by_value == ByValue::doubtful ? " AND NOT " : " AND ";
        text += is_nobody_elses(chain.front(), ids);
        add_ids();
    }
    return text;
}

std::string last_of(const std::vector<Link>& chain) { return end_of(chain, chain.size() - 1); }

// Rows `t` at the end of the chain: not those of whoever, or whatever, had the number before.
std::string render_history(const Step& step, const std::vector<Link>& chain) {
    if (!step.id_history) return {};
    if (step.tie.gone_contacts) return render_gone_owner(*step.id_history, last_of(chain));
    return render_present_parent(step, "c" + std::to_string(chain.size() - 1));
}

// Contact id and primary key of the step's rows at the end of the chain.
Statement select_end_of(const std::vector<Link>& chain, const Step& step, std::span<const ContactId> contacts,
                        const char* select) {
    Statement statement;
    statement.sql = select + ("c0." + quote_identifier(chain.front().tie_column)) + ", t." +
                    quote_identifier(step.row_key) + from_chain(chain) + " JOIN " +
                    quote_identifier(step.real_table) + " t ON " +
                    equals_end_of(chain, chain.size() - 1, "t." + quote_identifier(step.tie.column)) +
                    where_chain(chain, mautic::IdList(contacts), statement.parameters) +
                    render_conditions(step.tie, "t.");
    return statement;
}

// "(SELECT CAST(MAX(id) AS SIGNED) - 1000 FROM t)"
std::string oldest_of_newest(const Step& step) {
    return "(SELECT CAST(MAX(" + quote_identifier(step.primary_key) + ") AS SIGNED) - " +
           std::to_string(step.newest_rows) + " FROM " + quote_identifier(step.real_table) + ")";
}

}  // namespace

// A step that asks whose the rows were names the contacts once more.
std::size_t steps_at_a_time(std::size_t contacts) {
    return std::max<std::size_t>(1, placeholders_max / 2 / std::bit_ceil(std::max<std::size_t>(1, contacts)));
}

namespace {

// " AND t.id > ? AND t.id <= ?"; `table` is "t." or "".
std::string render_range(const KeyRange& range, const std::string& table, std::vector<Value>& parameters) {
    const std::string key = " AND " + table + quote_identifier(range.step->primary_key);
    std::string text;
    if (range.after) {
        text += key + " > ?";
        parameters.push_back(key_value(*range.step, *range.after));
    }
    if (range.last) {
        text += key + " <= ?";
        parameters.push_back(key_value(*range.step, *range.last));
    }
    return text;
}

}  // namespace

Scope within(Scope scope, const KeyRange& range) {
    scope.where += render_range(range, "", scope.parameters);
    return scope;
}

std::string render_conditions(const mautic::Tie& tie, const std::string& table) {
    std::string text;
    for (const auto& condition : tie.conditions) text += " AND " + render(condition, table);
    for (const auto& exception : tie.exceptions)
        text += " AND (" + render(exception, table) + ") IS NOT TRUE";
    return text;
}

// Not as a join: a server that may choose its order could begin with everybody who was never identified.
std::string render_text_tie(const Step& step) {
    std::string text = render_conditions(step.tie, "");
    if (!step.visitors) return text;
    const std::string column = quote_identifier(step.real_table) + "." + quote_identifier(step.tie.visitors);
    text += " AND (" + column + " IS NULL OR COALESCE((SELECT v.`date_identified` IS NULL";
    for (const std::string& name : step.visitors->identifying) {
        text += " AND COALESCE(v." + quote_identifier(name) + ", '') = ''";
    }
    const std::string is_of_nobody = step.visitors->merge_table.empty()
                                         ? "FALSE"
                                         : "NOT EXISTS (SELECT 1 FROM " +
                                               quote_identifier(step.visitors->merge_table) +
                                               " m WHERE m.`merged_id` = " + column + ")";
    return text + " FROM " + quote_identifier(step.visitors->contact_table) + " v WHERE v.`id` = " + column +
           "), " + is_of_nobody + ") = 1)";
}

Scope scope_of_contacts(const Step& step, std::span<const ContactId> contacts, EarlierOwners earlier) {
    const mautic::IdList ids(contacts);
    std::string where =
        quote_identifier(step.tie.column) + " IN " + ids.placeholders() + render_conditions(step.tie, "");
    std::vector<Value> parameters = ids.parameters();
    if (step.id_history && earlier == EarlierOwners::possible) {
        where += render_present_owner(step, contacts, parameters);
    } else if (step.id_history && step.id_history->doubtful) {
        where += " AND FALSE";
    }
    return {std::move(where), std::move(parameters), step.tie.column};
}

Scope scope_of_keys(const Step& step, std::span<const Value> keys) {
    Scope scope{quote_identifier(step.row_key) + " IN ", {}, step.row_key};
    scope.where += in_list(keys, scope.parameters);
    // What is named by the row it hangs on may have a neighbour there that is not meant.
    if (step.row_key != step.primary_key) scope.where += render_conditions(step.tie, "");
    if (step.tie.kind == mautic::Tie::Kind::text) scope.where += render_text_tie(step);
    return scope;
}

Statement lock_beginning(const std::vector<Link>& chain, std::span<const ContactId> contacts,
                         const std::optional<KeyRange>& range) {
    const std::vector<Link> first{chain.front()};
    Statement statement;
    statement.sql = "SELECT COUNT(*)" + from_chain(first) +
                    where_chain(first, mautic::IdList(contacts), statement.parameters, ByValue::anybody);
    if (range) statement.sql += render_range(*range, "c0.", statement.parameters);
    statement.sql += " FOR UPDATE";
    return statement;
}

Statement select_keys(const Step& step, std::span<const ContactId> contacts,
                      const std::optional<KeyRange>& of_beginning) {
    Statement statement = select_end_of(step.chains.front(), step, contacts, "SELECT ");
    if (of_beginning) statement.sql += render_range(*of_beginning, "c0.", statement.parameters);
    statement.sql += render_history(step, step.chains.front());
    return statement;
}

Statement select_candidates(const Step& step, const std::vector<Link>& chain,
                            std::span<const ContactId> contacts) {
    return select_end_of(chain, step, contacts, "SELECT DISTINCT ");
}

Statement select_candidates_within(const Step& step, const std::vector<Link>& chain,
                                   std::span<const ContactId> contacts, std::size_t at,
                                   const KeyRange& range) {
    Statement statement = select_candidates(step, chain, contacts);
    statement.sql += render_range(range, "c" + std::to_string(at) + ".", statement.parameters);
    return statement;
}

Statement select_candidates_of(const Step& step, const std::vector<Link>& chain,
                               std::span<const ContactId> contacts, std::size_t at, const Step& linked,
                               std::span<const Value> keys) {
    Statement statement = select_candidates(step, chain, contacts);
    statement.sql += " AND c" + std::to_string(at) + "." + quote_identifier(linked.row_key) + " IN " +
                     in_list(keys, statement.parameters);
    return statement;
}

namespace {

// " AND (t.a <> '' OR t.b <> '')"
std::string is_filled(const Step& step) {
    std::vector<std::string> filled;
    for (const std::string& column : step.filled)
        filled.push_back("t." + quote_identifier(column) + " <> ''");
    return filled.empty() ? "" : " AND (" + join(filled, " OR ") + ")";
}

Statement count_by_chain(const Step& step, const std::vector<Link>& chain,
                         std::span<const ContactId> contacts, ByValue by_value) {
    const std::string contact = "c0." + quote_identifier(chain.front().tie_column);
    const std::string others = render_history(step, chain);
    Statement statement;
    statement.sql = "SELECT " + contact + ", COUNT(*)" + from_chain(chain) + " JOIN " +
                    quote_identifier(step.real_table) + " t ON " +
                    equals_end_of(chain, chain.size() - 1, "t." + quote_identifier(step.tie.column)) +
                    where_chain(chain, mautic::IdList(contacts), statement.parameters, by_value) +
                    render_conditions(step.tie, "t.") + is_filled(step) + others + " GROUP BY " + contact;
    return statement;
}

}  // namespace

Statement count_left(const Step& step, const std::vector<Link>& chain, std::span<const ContactId> contacts) {
    return count_by_chain(step, chain, contacts, ByValue::anybody);
}

Statement count_doubtful(const Step& step, const std::vector<Link>& chain,
                         std::span<const ContactId> contacts) {
    return count_by_chain(step, chain, contacts, ByValue::doubtful);
}

// From the shared rows to the parts, because those are few: the server does not choose.
Statement select_parts(const Step& step, const Step& shared, std::span<const Value> wholes) {
    Statement statement;
    const std::string key = "w." + quote_identifier(shared.primary_key);
    statement.sql = "SELECT " + key + ", t." + quote_identifier(step.row_key) + " FROM " +
                    quote_identifier(shared.real_table) + " w STRAIGHT_JOIN " +
                    quote_identifier(step.real_table) + " t ON t." + quote_identifier(step.tie.column) +
                    " = w." + quote_identifier(shared.tie.column) + " WHERE " + key + " IN " +
                    in_list(wholes, statement.parameters) + render_conditions(step.tie, "t.");
    return statement;
}

Statement lock_keys(const Step& step, const Scope& keys) {
    return {"SELECT " + quote_identifier(step.primary_key) + " FROM " + quote_identifier(step.real_table) +
                " WHERE " + keys.where + " ORDER BY 1 FOR UPDATE",
            keys.parameters};
}

Statement select_unreferenced(const Step& step, const Scope& keys) {
    std::string columns = quote_identifier(step.primary_key);
    for (const columns::SearchedColumn& searched : step.searched)
        columns += ", " + readable(step, searched.column);
    std::string sql =
        "SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " t WHERE " + keys.where;
    for (const plan::Reference& reference : step.references) {
        const std::string& to = reference.to_column.empty() ? step.tie.column : reference.to_column;
        sql += " AND NOT EXISTS (SELECT 1 FROM " +
               (reference.database.empty() ? "" : quote_identifier(reference.database) + '.') +
               quote_identifier(reference.real_table) + " r WHERE r." + quote_identifier(reference.column) +
               " = " + converted("t." + quote_identifier(to), reference.collation) + ")";
    }
    return {std::move(sql), keys.parameters};
}

namespace {

// "FROM t WHERE …": the newest rows of a step that are found by their text, before they are searched.
std::string from_newest(const Step& step) {
    const std::string key = quote_identifier(step.primary_key);
    const std::string index = step.index.empty() ? "" : " FORCE INDEX (" + quote_identifier(step.index) + ")";
    return " FROM " + quote_identifier(step.real_table) + index + " WHERE " +
           (step.newest_by_range ? key + " > " + oldest_of_newest(step) : "TRUE") + render_text_tie(step);
}

// Says of the row's texts whether they are still the same, by what costs the server next to nothing beside
// reading them. Every server has CRC32(), and not every one a hash that is better and as quick.
std::string version_of_texts(const Step& step) {
    std::vector<std::string> parts;
    for (const std::string& column : step.text_columns) {
        for (const char* function : {"OCTET_LENGTH", "CRC32"}) {
            parts.push_back("COALESCE(" + std::string(function) + '(' + quote_identifier(column) + "),'')");
        }
    }
    return "CONCAT_WS(','," + join(parts, ",") + ')';
}

}  // namespace

Statement select_newest(const Step& step, const std::optional<std::string>& before, std::size_t page_size) {
    const std::string key = quote_identifier(step.primary_key);
    std::string bytes;
    for (const std::string& column : step.text_columns) {
        bytes += (bytes.empty() ? "" : "+") + std::string("COALESCE(OCTET_LENGTH(") +
                 quote_identifier(column) + "),0)";
    }
    Statement statement;
    statement.sql = "SELECT " + key + ", " + bytes + ", " + version_of_texts(step) + from_newest(step) +
                    (before ? " AND " + key + " < ?" : "") + " ORDER BY " + key + " DESC LIMIT " +
                    std::to_string(page_size);
    if (before) statement.parameters.push_back(key_value(step, *before));
    return statement;
}

Statement select_with_values(const Step& step, std::span<const Value> values) {
    Statement statement;
    statement.sql = "SELECT " + quote_identifier(step.primary_key) + " FROM " +
                    quote_identifier(step.real_table) + " WHERE " +
                    quote_identifier(step.text_columns.front()) + " IN " +
                    in_list(values, statement.parameters) + render_text_tie(step);
    return statement;
}

namespace {

// MariaDB's REGEXP_REPLACE copies the text for each match, and MySQL gives up after a time.
constexpr std::size_t searched_characters_max = 8192;

std::string as_text(const plan::HeldColumn& column) {
    const std::string name = quote_identifier(column.name);
    switch (column.type) {
        case plan::HeldColumn::Type::number:
            return "CAST(" + name + " AS CHAR)";
        case plan::HeldColumn::Type::approximate:  // not 3.6301234567e10
            return "CAST(CAST(" + name + " AS DECIMAL(20,0)) AS CHAR)";
        case plan::HeldColumn::Type::text:
            break;
    }
    return name;
}

// " AND …": of somebody beside these contacts, or of a table of others.
void add_other_holders(const plan::Holders& holders, std::span<const ContactId> contacts,
                       Statement& statement) {
    if (holders.contact.empty() && !holders.holder) return;
    const mautic::IdList ids(contacts);
    if (holders.holder) {
        const plan::Holder& by = *holders.holder;
        statement.sql += " AND EXISTS (SELECT 1 FROM " + quote_identifier(by.real_table) + " p WHERE p." +
                         quote_identifier(by.key) + " = " + quote_identifier(holders.real_table) + '.' +
                         quote_identifier(by.column) + " AND p." + quote_identifier(by.contact) + " NOT IN " +
                         ids.placeholders() + ')';
    } else {
        statement.sql += " AND " + quote_identifier(holders.contact) + " NOT IN " + ids.placeholders();
    }
    statement.parameters.insert(statement.parameters.end(), ids.parameters().begin(), ids.parameters().end());
}

}  // namespace

Statement count_up_to(const std::string& real_table, std::uint64_t most) {
    return {"SELECT COUNT(*) FROM (SELECT 1 FROM " + quote_identifier(real_table) + " LIMIT " +
                std::to_string(most) + ") counted",
            {}};
}

Statement select_holders(const Step& step, const plan::Holders& holders, std::span<const std::string> parts,
                         std::span<const ContactId> contacts) {
    Statement statement;
    std::vector<std::string> columns;
    std::vector<std::string> found;
    for (const plan::HeldColumn& column : holders.columns) columns.push_back(as_text(column));
    if (step.tie.comparison == mautic::Comparison::exact) {
        for (const plan::HeldColumn& column : holders.columns) {
            found.push_back(quote_identifier(column.name) + " IN (" + database::question_marks(parts.size()) +
                            ")");
            statement.parameters.insert(statement.parameters.end(), parts.begin(), parts.end());
        }
    } else {
        // All texts at once, because one search of a row costs less than one of each column; columns of one
        // row may differ in their collation. A row that is too long for the server to search is selected.
        std::vector<std::string> texts;
        for (const std::string& column : columns) texts.push_back("CONVERT(" + column + " USING utf8mb4)");
        const std::string text = "CONCAT_WS(' ', " + join(texts, ", ") + ")";
        found.push_back("IF(CHAR_LENGTH(" + text + ") > " + std::to_string(searched_characters_max) +
                        ", NULL, REGEXP_REPLACE(" + text + ", ?, '') REGEXP ?) IS NOT FALSE");
        const std::string digits = "0-9" + std::string(foreign_digits);
        statement.parameters.emplace_back("[^" + digits + "]+");
        statement.parameters.emplace_back(join({parts.begin(), parts.end()}, "|") + "|[^0-9]");
    }
    statement.sql = "SELECT " + join(columns, ", ") + " FROM " + quote_identifier(holders.real_table) +
                    " WHERE (" + join(found, " OR ") + ")";
    add_other_holders(holders, contacts, statement);
    return statement;
}

Statement select_texts(const Step& step, const Scope& keys) {
    std::string columns = quote_identifier(step.primary_key);
    for (const std::string& column : step.text_columns) columns += ", " + readable(step, column);
    columns += ", " + version_of_texts(step);
    if (step.visitors) columns += ", " + quote_identifier(step.tie.visitors);
    return {"SELECT " + columns + " FROM " + quote_identifier(step.real_table) + " WHERE " + keys.where,
            keys.parameters};
}

Statement select_referred(const Step& step, const Scope& keys, const std::string& column) {
    return {"SELECT " + quote_identifier(step.primary_key) + ", " + quote_identifier(column) + " FROM " +
                quote_identifier(step.real_table) + " WHERE " + keys.where + " AND " +
                quote_identifier(column) + " IS NOT NULL",
            keys.parameters};
}

Statement select_older(const Step& step) {
    const std::string key = quote_identifier(step.primary_key);
    return {"SELECT " + key + " FROM " + quote_identifier(step.real_table) + " WHERE " + key +
                " <= " + oldest_of_newest(step) + " LIMIT 1",
            {}};
}

Statement select_steps_with_rows(std::span<const Step* const> steps, std::span<const ContactId> contacts,
                                 EarlierOwners earlier) {
    Statement statement;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = *steps[i];
        statement.sql += (i == 0 ? "(SELECT " : " UNION ALL (SELECT ") + std::to_string(i);
        if (step.tie.kind == mautic::Tie::Kind::text) {
            statement.sql += from_newest(step) + " LIMIT 1)";
            continue;
        }
        const Scope scope = scope_of_contacts(step, contacts, earlier);
        statement.sql += " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where + " LIMIT 1)";
        statement.parameters.insert(statement.parameters.end(), scope.parameters.begin(),
                                    scope.parameters.end());
    }
    return statement;
}

Statement select_long_steps(std::span<const Step* const> steps, std::span<const Scope> scopes,
                            std::size_t rows) {
    Statement statement;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        statement.sql += (i == 0 ? "(SELECT " : " UNION ALL (SELECT ") + std::to_string(i) + " FROM " +
                         quote_identifier(steps[i]->real_table) + " WHERE " + scopes[i].where +
                         " LIMIT 1 OFFSET " + std::to_string(rows) + ")";
        const auto& parameters = scopes[i].parameters;
        statement.parameters.insert(statement.parameters.end(), parameters.begin(), parameters.end());
    }
    statement.sql += " LIMIT 1";
    return statement;
}

Statement select_key_at(const Step& step, const Scope& scope, std::size_t position) {
    const std::string key = quote_identifier(step.primary_key);
    return {"SELECT " + key + " FROM " + quote_identifier(step.real_table) + " WHERE " + scope.where +
                " ORDER BY " + key + " LIMIT 1 OFFSET " + std::to_string(position),
            scope.parameters};
}

}  // namespace gdprd::statements
