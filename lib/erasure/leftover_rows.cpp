#include "erasure/leftover_rows.h"

#include "database/quote_text.h"

namespace gdprd::erasure {

using database::quote_identifier;

namespace {

// Statements are text without parameters: numbers, and names from the plan.
std::string list_of(std::span<const std::uint64_t> ids) {
    std::string list;
    for (const std::uint64_t id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
    return "(" + list + ")";
}

std::string in_range(const std::string& column, const RowRange& range) {
    return column + " > " + std::to_string(range.after) + " AND " + column +
           " <= " + std::to_string(range.until);
}

std::string in_table(const Step& step) { return "table_name = " + database::quote_text(step.table); }

RowIds read_ids(database::Connection& connection, const std::string& sql, const std::string& label) {
    auto rows = connection.select(sql, {}, label);
    RowIds ids;
    while (rows.next()) ids.push_back(rows.number(0));
    return ids;
}

}  // namespace

LeftoverRows::LeftoverRows(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), notes_(quote_identifier(ledger_database) + ".`leftover_row`") {}

// Left to itself the server may walk a huge table in the order of its primary key to find a few such rows.
std::string LeftoverRows::page_statement(const Step& step, const RowRange& range, std::size_t rows_max) {
    const std::string key = quote_identifier(step.primary_key);
    return "SELECT " + key + " FROM " + quote_identifier(step.real_table) + " FORCE INDEX (" +
           quote_identifier(step.index) + ") WHERE " + quote_identifier(step.tie.column) + " IS NULL AND " +
           in_range(key, range) + " ORDER BY " + key + " LIMIT " + std::to_string(rows_max);
}

std::string LeftoverRows::noted_statement(const Step& step, const RowRange& range,
                                          std::size_t rows_max) const {
    return "SELECT row_id FROM " + notes_ + " WHERE " + in_table(step) + " AND " + in_range("row_id", range) +
           " ORDER BY row_id LIMIT " + std::to_string(rows_max);
}

RowIds LeftoverRows::without_contact(const Step& step, const RowRange& range, std::size_t rows_max) {
    return read_ids(connection_, page_statement(step, range, rows_max), step.key() + ": without a contact");
}

RowIds LeftoverRows::without_contact(const Step& step, std::span<const std::uint64_t> ids) {
    if (ids.empty()) return {};
    const std::string key = quote_identifier(step.primary_key);
    return read_ids(connection_,
                    "SELECT " + key + " FROM " + quote_identifier(step.real_table) + " WHERE " + key +
                        " IN " + list_of(ids) + " AND " + quote_identifier(step.tie.column) +
                        " IS NULL ORDER BY " + key,
                    step.key() + ": still without a contact");
}

std::uint64_t LeftoverRows::highest_id(const Step& step) {
    auto rows = connection_.select(
        "SELECT MAX(" + quote_identifier(step.primary_key) + ") FROM " + quote_identifier(step.real_table),
        {}, step.key() + ": highest id");
    return rows.next() ? rows.number(0) : 0;
}

RowIds LeftoverRows::noted(const Step& step, const RowRange& range, std::size_t rows_max) {
    return read_ids(connection_, noted_statement(step, range, rows_max), "leftover_row: read");
}

std::optional<std::uint64_t> LeftoverRows::last_noted(const Step& step) {
    auto rows = connection_.select("SELECT MAX(row_id) FROM " + notes_ + " WHERE " + in_table(step), {},
                                   "leftover_row: last one");
    return rows.next() && !rows.is_null(0) ? std::optional(rows.number(0)) : std::nullopt;
}

void LeftoverRows::note(const Step& step, std::span<const std::uint64_t> ids, Note what) {
    if (ids.empty()) return;
    const bool is_erased = what == Note::erased;
    const std::string table = "(" + database::quote_text(step.table) + ",";
    const std::string end = is_erased ? ",'erased')" : ",'left')";
    std::string values;
    for (const std::uint64_t id : ids) {
        values += (values.empty() ? "" : ",") + table + std::to_string(id) + end;
    }
    connection_.change("INSERT INTO " + notes_ + " (table_name, row_id, what) VALUES " + values +
                           " ON DUPLICATE KEY UPDATE what = " + (is_erased ? "'erased'" : "what"),
                       {}, "leftover_row: note");
}

void LeftoverRows::forget(const Step& step, std::span<const std::uint64_t> ids) {
    if (ids.empty()) return;
    connection_.change(
        "DELETE FROM " + notes_ + " WHERE " + in_table(step) + " AND row_id IN " + list_of(ids), {},
        "leftover_row: forget");
}

void LeftoverRows::forget_left(const Step& step, const RowRange& range) {
    connection_.change("DELETE FROM " + notes_ + " WHERE " + in_table(step) + " AND " +
                           in_range("row_id", range) + " AND what = 'left'",
                       {}, "leftover_row: forget what was left");
}

std::uint64_t LeftoverRows::forget_erased() {
    constexpr const char* rows_max = "10000";
    std::uint64_t forgotten = 0;
    for (std::uint64_t rows = 1; rows > 0; forgotten += rows) {
        rows = connection_.change("DELETE FROM " + notes_ + " WHERE what = 'erased' LIMIT " + rows_max, {},
                                  "leftover_row: forget what was erased");
    }
    return forgotten;
}

}  // namespace gdprd::erasure
