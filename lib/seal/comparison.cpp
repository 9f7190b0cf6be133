#include "seal/comparison.h"

#include <algorithm>
#include <limits>
#include <map>

#include "lookup/action_log.h"
#include "lookup/log.h"

namespace gdprd::seal {

using database::Rows;
using database::Value;

namespace {

constexpr std::uint64_t key_max = std::numeric_limits<std::uint64_t>::max();

// DATETIME(3) as the server writes it itself: always with three digits of a second, also where it is no time.
std::string select_list(const TableLayout& table) {
    std::string list = std::string(table.key) + " + 0";
    for (const Column& column : table.columns) {
        const std::string name = database::quote_identifier(std::string(column.name));
        list += ", " + (column.is_time ? "CAST(" + name + " AS CHAR)" : name);
    }
    return list;
}

// Where the next page begins. Somebody may have taken the table's key away: then of rows with one number some
// could stand beyond the page, and be passed over.
std::uint64_t end_at_a_key(std::vector<Row>& page) {
    const std::uint64_t last = page.back().key;
    if (page.front().key == last) return last + 1;
    std::erase_if(page, [&](const Row& row) { return row.key == last; });
    return last;
}

}  // namespace

RowReader::RowReader(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      ledger_name_(ledger_database),
      ledger_(database::quote_identifier(ledger_database)),
      lookup_log_(database::quote_identifier(lookup::lookup_log_database(ledger_database))) {}

std::string RowReader::name_of(Evidence table) const {
    const bool is_log = table == Evidence::lookup || table == Evidence::desk_action;
    return (is_log ? lookup_log_ : ledger_) + ".`" + evidence_names.of(table) + "`";
}

bool RowReader::has(Evidence table) try {
    if (table == Evidence::lookup) return lookup::LookupLog(connection_, ledger_name_).exists();
    if (table == Evidence::desk_action) return lookup::ActionLog(connection_, ledger_name_).exists();
    connection_.select("SELECT 1 FROM " + name_of(table) + " WHERE 1 = 0", {}, "seals: look for a table");
    return true;
} catch (const database::DatabaseError& error) {
    if (error.error_class() == database::ErrorClass::schema) return false;
    throw;
}

// Without parameters, for which the library needs half the time; conditions are of numbers.
std::vector<Row> RowReader::select(Evidence table, const std::string& condition) {
    const TableLayout& columns = layout_of(table);
    Rows found = connection_.select(
        "SELECT " + select_list(columns) + " FROM " + name_of(table) + " WHERE " + condition, {},
        "seals: read rows");
    std::vector<Row> rows;
    while (found.next()) {
        Row row{table, found.number(0), {}, {}};
        row.values.reserve(columns.columns.size());
        for (std::size_t column = 1; column <= columns.columns.size(); ++column) {
            row.values.push_back(found.optional_text(column));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

// Sorted here: a server may order names by their collation.
void RowReader::add_findings(Evidence table, std::span<Row> rows) {
    if (!is_record(table) || rows.empty()) return;
    const bool is_current = table == Evidence::erasure;
    const std::string key = is_current ? "contact_id" : "former_id";
    const auto [first, last] = std::minmax_element(rows.begin(), rows.end(),
                                                   [](const Row& a, const Row& b) { return a.key < b.key; });
    Rows found = connection_.select(
        "SELECT f." + key + ", c.table_name, c.column_name, f.cells FROM " + ledger_ +
            (is_current ? ".`finding`" : ".`former_finding`") + " f JOIN " + ledger_ +
            ".`covered_column` c ON c.id = f.column_id WHERE f." + key + " BETWEEN ? AND ?",
        std::vector<Value>{first->key, last->key}, "seals: read findings");
    std::map<std::uint64_t, std::vector<Finding>> findings;
    while (found.next()) findings[found.number(0)].push_back({found.text(1), found.text(2), found.text(3)});
    for (Row& row : rows) {
        const auto of_row = findings.find(row.key);
        if (of_row == findings.end()) continue;
        row.findings = std::move(of_row->second);
        std::sort(row.findings.begin(), row.findings.end());
    }
}

std::vector<Row> RowReader::page(Evidence table, std::uint64_t from, std::size_t max) {
    const std::string key(layout_of(table).key);
    auto rows = select(
        table, key + " >= " + std::to_string(from) + " ORDER BY " + key + " LIMIT " + std::to_string(max));
    add_findings(table, rows);
    return rows;
}

std::vector<Row> RowReader::rows(Evidence table, std::span<const std::uint64_t> keys) {
    if (keys.empty()) return {};
    std::string list;
    for (const std::uint64_t key : keys) list += (list.empty() ? "" : ",") + std::to_string(key);
    const std::string name(layout_of(table).key);
    auto rows = select(table, name + " IN (" + list + ") ORDER BY " + name);
    for (Row& row : rows) add_findings(table, std::span(&row, 1));
    return rows;
}

// Between two of these lie those of others, and their findings: each by itself.
std::vector<Row> RowReader::former_records(std::uint64_t contact) {
    auto rows = select(Evidence::former_erasure, "contact_id = " + std::to_string(contact) + " ORDER BY id");
    for (Row& row : rows) add_findings(Evidence::former_erasure, std::span(&row, 1));
    return rows;
}

std::optional<Row> RowReader::record(std::uint64_t contact) {
    auto rows = select(Evidence::erasure, "contact_id = " + std::to_string(contact));
    add_findings(Evidence::erasure, rows);
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

Limits stored_limits(Store& store, Timestamp at) {
    Limits limits;
    if (const auto whole = store.last_whole()) limits.since = std::min(whole->at, at);
    limits.highest = store.highest_keys();
    return limits;
}

Comparison::Comparison(RowReader& rows, Store& store) : Comparison(rows, store, {all_evidence.front(), 0}) {}

Comparison::Comparison(RowReader& rows, Store& store, Place from)
    : row_reader_(rows),
      store_(store),
      place_(from),
      next_row_(from.second),
      next_leaf_(from.second),
      rows_end_(!rows.has(from.first)) {}

bool Comparison::next_table() {
    const auto at = std::find(all_evidence.begin(), all_evidence.end(), place_.first);
    if (at + 1 == all_evidence.end()) return false;
    place_ = {*(at + 1), 0};
    next_row_ = next_leaf_ = seal_reached_ = 0;
    rows_end_ = !row_reader_.has(place_.first);
    leaves_end_ = false;
    return true;
}

// More than one leaf at hand, or none is left: else the newest one of the first key is not known.
void Comparison::fill(const std::function<void()>& between_pages) {
    if (rows_.empty() && !rows_end_) {
        between_pages();
        auto page = row_reader_.page(place_.first, next_row_, page_rows);
        rows_end_ = page.size() < page_rows || page.back().key == key_max;
        if (!rows_end_) next_row_ = end_at_a_key(page);
        std::move(page.begin(), page.end(), std::back_inserter(rows_));
    }
    while (!leaves_end_ && (leaves_.empty() || leaves_.front().key == leaves_.back().key)) {
        auto page = store_.leaves_of(place_.first, next_leaf_, seal_reached_, page_rows);
        leaves_end_ = page.size() < page_rows;
        if (page.empty()) break;
        next_leaf_ = page.back().key;
        seal_reached_ = page.back().seal;
        std::move(page.begin(), page.end(), std::back_inserter(leaves_));
    }
}

std::optional<Leaf> Comparison::take_newest_leaf() {
    Leaf newest = leaves_.front();
    while (!leaves_.empty() && leaves_.front().key == newest.key) {
        newest = leaves_.front();
        leaves_.pop_front();
    }
    return newest;
}

std::optional<Compared> Comparison::next(const std::function<void()>& between_pages) {
    fill(between_pages);
    while (rows_.empty() && leaves_.empty()) {
        if (!next_table()) return std::nullopt;
        fill(between_pages);
    }
    Compared compared;
    const bool has_row = !rows_.empty() && (leaves_.empty() || rows_.front().key <= leaves_.front().key);
    const bool has_leaf = !leaves_.empty() && (rows_.empty() || leaves_.front().key <= rows_.front().key);
    if (has_row) {
        compared.row = std::move(rows_.front());
        rows_.pop_front();
        place_.second = compared.row->key + 1;
    }
    if (has_leaf) {
        compared.sealed = take_newest_leaf();
        place_.second = compared.sealed->key + 1;
    }
    return compared;
}

}  // namespace gdprd::seal
