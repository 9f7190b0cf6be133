#include "orphans/orphan_notes.h"

#include <map>

#include "database/quote.h"
#include "ledger/recorded_name.h"

namespace gdprd::orphans {

using database::quote_identifier;
using plan::Step;

namespace {

std::string in_range(const std::string& column, const RowRange& range) {
    return column + " > " + std::to_string(range.after) + " AND " + column +
           " <= " + std::to_string(range.until);
}

std::string in_table(const Step& step) {
    return "table_name = " + database::quote_text(ledger::recorded_name(step.table));
}

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
    return "SELECT row_id, row_constant FROM " + notes_ + " FORCE INDEX (PRIMARY) WHERE " + in_table(step) +
           " AND row_id IN " + list_of(ids) + " AND what = 'erased' ORDER BY row_id";
}

RowIds OrphanNotes::without_contact(const Step& step, const RowRange& range, std::size_t rows_max) {
    return read_ids(connection_, page_statement(step, range, rows_max), step.key() + ": without a contact");
}

RowIds OrphanNotes::dated_before(const Step& step, std::span<const std::uint64_t> ids, Timestamp second) {
    if (ids.empty()) return {};
    const std::string key = quote_identifier(step.primary_key);
    return read_ids(connection_,
                    "SELECT " + key + " FROM " + quote_identifier(step.real_table) + " WHERE " + key +
                        " IN " + list_of(ids) + " AND " + quote_identifier(step.row_date) + " < '" +
                        format_utc(std::chrono::floor<std::chrono::seconds>(second)) + "' ORDER BY " + key,
                    step.key() + ": from before");
}

std::uint64_t OrphanNotes::highest_id(const Step& step) {
    auto rows = connection_.select(
        "SELECT MAX(" + quote_identifier(step.primary_key) + ") FROM " + quote_identifier(step.real_table),
        {}, step.key() + ": highest id");
    return rows.next() ? rows.number(0) : 0;
}

RowIds OrphanNotes::noted(const Step& step, std::span<const ContactRow> rows) {
    if (rows.empty()) return {};
    std::map<std::uint64_t, RowConstant> now;
    for (const ContactRow& one : rows) now.emplace(one.row, one.constant);
    auto found = connection_.select(noted_statement(step, ids_of(rows)), {}, "leftover_row: read");
    RowIds ids;
    while (found.next()) {
        const std::uint64_t row = found.number(0);
        if (found.is_null(1) || now.at(row) == found.number(1)) ids.push_back(row);
    }
    return ids;
}

void OrphanNotes::note(const Step& step, std::span<const ContactRow> rows) {
    if (rows.empty()) return;
    const std::string table = "(" + database::quote_text(ledger::recorded_name(step.table)) + ",";
    std::string values;
    for (const ContactRow& one : rows) {
        values += (values.empty() ? "" : ",") + table + std::to_string(one.row) + ",'erased'," +
                  literal_of(one.constant) + ")";
    }
    connection_.change("INSERT INTO " + notes_ + " (table_name, row_id, what, row_constant) VALUES " +
                           values +
                           " ON DUPLICATE KEY UPDATE what = 'erased', row_constant = VALUES(row_constant)",
                       {}, "leftover_row: note");
}

std::vector<ContactRow> OrphanNotes::noted_after(const Step& step, std::uint64_t row, std::size_t rows_max) {
    auto found =
        connection_.select("SELECT row_id, row_constant FROM " + notes_ + " FORCE INDEX (PRIMARY) WHERE " +
                               in_table(step) + " AND row_id > " + std::to_string(row) +
                               " AND what = 'erased' AND row_constant IS NOT NULL ORDER BY row_id"
                               " LIMIT " +
                               std::to_string(rows_max),
                           {}, "leftover_row: walk through");
    std::vector<ContactRow> rows;
    while (found.next()) rows.push_back({0, found.number(0), found.number(1)});
    return rows;
}

}  // namespace gdprd::orphans
