#include "orphans/orphan_notes.h"

#include "database/quote.h"

namespace gdprd::orphans {

using database::quote_identifier;
using plan::Step;

namespace {

std::string in_range(const std::string& column, const RowRange& range) {
    return column + " > " + std::to_string(range.after) + " AND " + column +
           " <= " + std::to_string(range.until);
}

std::string in_table(const Step& step) { return "table_name = " + database::quote_text(step.table); }

}  // namespace

OrphanNotes::OrphanNotes(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection), notes_(quote_identifier(ledger_database) + ".`leftover_row`") {}

// Left to itself the server may walk a huge table in the order of its primary key to find a few such rows.
std::string OrphanNotes::page_statement(const Step& step, const RowRange& range, std::size_t rows_max) {
    const std::string key = quote_identifier(step.primary_key);
    return "SELECT " + key + " FROM " + quote_identifier(step.real_table) + " FORCE INDEX (" +
           quote_identifier(step.index) + ") WHERE " + quote_identifier(step.tie.column) + " IS NULL AND " +
           in_range(key, range) + " ORDER BY " + key + " LIMIT " + std::to_string(rows_max);
}

std::string OrphanNotes::noted_statement(const Step& step, std::span<const std::uint64_t> ids) const {
    return "SELECT row_id FROM " + notes_ + " FORCE INDEX (PRIMARY) WHERE " + in_table(step) +
           " AND row_id IN " + list_of(ids) + " AND what = 'erased' ORDER BY row_id";
}

RowIds OrphanNotes::without_contact(const Step& step, const RowRange& range, std::size_t rows_max) {
    return read_ids(connection_, page_statement(step, range, rows_max), step.key() + ": without a contact");
}

RowIds OrphanNotes::without_contact(const Step& step, std::span<const std::uint64_t> ids) {
    if (ids.empty()) return {};
    const std::string key = quote_identifier(step.primary_key);
    return read_ids(connection_,
                    "SELECT " + key + " FROM " + quote_identifier(step.real_table) + " WHERE " + key +
                        " IN " + list_of(ids) + " AND " + quote_identifier(step.tie.column) +
                        " IS NULL ORDER BY " + key,
                    step.key() + ": still without a contact");
}

std::uint64_t OrphanNotes::highest_id(const Step& step) {
    auto rows = connection_.select(
        "SELECT MAX(" + quote_identifier(step.primary_key) + ") FROM " + quote_identifier(step.real_table),
        {}, step.key() + ": highest id");
    return rows.next() ? rows.number(0) : 0;
}

RowIds OrphanNotes::noted(const Step& step, std::span<const std::uint64_t> ids) {
    if (ids.empty()) return {};
    return read_ids(connection_, noted_statement(step, ids), "leftover_row: read");
}

void OrphanNotes::note(const Step& step, std::span<const std::uint64_t> ids) {
    if (ids.empty()) return;
    const std::string table = "(" + database::quote_text(step.table) + ",";
    std::string values;
    for (const std::uint64_t id : ids) {
        values += (values.empty() ? "" : ",") + table + std::to_string(id) + ",'erased')";
    }
    connection_.change("INSERT INTO " + notes_ + " (table_name, row_id, what) VALUES " + values +
                           " ON DUPLICATE KEY UPDATE what = 'erased'",
                       {}, "leftover_row: note");
}

void OrphanNotes::forget_after(const Step& step, std::uint64_t row) {
    connection_.change(
        "DELETE FROM " + notes_ + " WHERE " + in_table(step) + " AND row_id > " + std::to_string(row), {},
        "leftover_row: forget the rows of before a restore");
}

}  // namespace gdprd::orphans
