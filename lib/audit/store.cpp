#include "audit/store.h"

#include <algorithm>

#include "background/checkpoints.h"
#include "base/text.h"
#include "ledger/recorded_name.h"

namespace gdprd::audit {

using background::Checkpoints;
using database::quote_identifier;
using database::Rows;
using database::Value;
using verify::KeyColumn;

namespace {

constexpr std::string_view begun_mark = "audit_begun";
constexpr std::size_t kept_position_bytes_max = 255;
constexpr std::string_view finished_mark = "audit_finished";

// "7,12" for a position made of numbers; nothing for another one, and for the beginning.
std::optional<std::string> kept_position(const TableState& state) {
    std::vector<std::string> numbers;
    for (const Value& value : state.position) {
        if (const auto* natural = std::get_if<std::uint64_t>(&value)) {
            numbers.push_back(std::to_string(*natural));
        } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
            numbers.push_back(std::to_string(*integer));
        } else {
            return std::nullopt;
        }
    }
    if (numbers.empty()) return std::nullopt;
    std::string text = join(numbers, ",");
    return text.size() <= kept_position_bytes_max ? std::optional(std::move(text)) : std::nullopt;
}

template <typename Number>
std::optional<Value> number_in(std::string_view text) {
    const auto number = whole_number<Number>(text);
    return number ? std::optional<Value>(*number) : std::nullopt;
}

// Nothing when it is not a position of this key: the table may be another one by now, or have none.
std::optional<verify::TablePosition> position_in(std::string_view text, const std::vector<KeyColumn>& key) {
    verify::TablePosition position;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const auto value = key[i].kind == KeyColumn::Kind::natural   ? number_in<std::uint64_t>(part)
                           : key[i].kind == KeyColumn::Kind::integer ? number_in<std::int64_t>(part)
                                                                     : std::nullopt;
        if (!value) return std::nullopt;
        position.push_back(*value);
    }
    return text.empty() && !key.empty() ? std::optional(position) : std::nullopt;
}

}  // namespace

Store::Store(database::Connection& connection, std::string ledger_database)
    : connection_(connection), ledger_database_(std::move(ledger_database)) {}

std::string Store::table(std::string_view name) const {
    return quote_identifier(ledger_database_) + '.' + quote_identifier(name);
}

std::optional<Timestamp> Store::begun_at() {
    return Checkpoints(connection_, ledger_database_).time(begun_mark);
}

std::optional<Timestamp> Store::finished_at() {
    return Checkpoints(connection_, ledger_database_).time(finished_mark);
}

void Store::begin(Timestamp at) {
    database::Transaction transaction(connection_);
    for (const char* name : {"audit_contact", "audit_row", "audit_column", "audit_table"}) {
        connection_.change("DELETE FROM " + table(name), {}, "audit: forget the one before");
    }
    Checkpoints checkpoints(connection_, ledger_database_);
    checkpoints.forget(finished_mark);
    checkpoints.set_time(begun_mark, at);
    transaction.commit();
}

void Store::finish(Timestamp at) { Checkpoints(connection_, ledger_database_).set_time(finished_mark, at); }

void Store::drop(const std::vector<Value>& name) {
    for (const char* kept : {"audit_contact", "audit_row", "audit_column", "audit_table"}) {
        connection_.change("DELETE FROM " + table(kept) + " WHERE table_name = ?", name,
                           "audit: forget a table");
    }
}

void Store::load(TableState& state) {
    const std::vector<Value> name{ledger::recorded_name(state.table.name)};
    state.columns.assign(state.table.columns.size(), {});
    Rows kept = connection_.select("SELECT finished, key_reached, rows_read, bytes_read FROM " +
                                       table("audit_table") + " WHERE table_name = ?",
                                   name, "audit: read how far it came");
    if (!kept.next()) return;
    state.finished = kept.number(0) == 1;
    if (!state.finished) {
        const auto position = position_in(kept.text(1), state.table.key);
        if (!position) return drop(name);
        state.position = *position;
    }
    state.rows = kept.number(2);
    state.bytes = kept.number(3);
    for (std::size_t i = 0; i < state.columns.size(); ++i) {
        const std::vector<Value> place{name[0], ledger::recorded_name(state.table.columns[i].name)};
        Rows column =
            connection_.select("SELECT rows_erased, rows_returned, unreadable FROM " + table("audit_column") +
                                   " WHERE table_name = ? AND column_name = ?",
                               place, "audit: read what it found");
        if (!column.next()) continue;
        state.columns[i] = {column.number(0), column.number(1), column.number(2), {}};
        Rows rows = connection_.select("SELECT row_key, contact_id FROM " + table("audit_row") +
                                           " WHERE table_name = ? AND column_name = ?",
                                       place, "audit: read what it found");
        while (rows.next()) state.columns[i].rows.push_back({rows.text(0), rows.number(1)});
    }
    Rows contacts =
        connection_.select("SELECT contact_id FROM " + table("audit_contact") + " WHERE table_name = ?", name,
                           "audit: read whom it found");
    while (contacts.next()) state.contacts.insert(contacts.number(0));
}

bool Store::is_finished(const std::string& name) {
    Rows kept = connection_.select("SELECT finished FROM " + table("audit_table") + " WHERE table_name = ?",
                                   std::vector<Value>{name}, "audit: read how far it came");
    return kept.next() && kept.number(0) == 1;
}

void Store::save(const TableState& state) {
    const auto position = kept_position(state);
    if (!state.failure.empty() || (!position && !state.finished)) return;
    const std::string name = ledger::recorded_name(state.table.name);
    database::Transaction transaction(connection_);
    if (!state.finished && is_finished(name)) return;
    connection_.change("REPLACE INTO " + table("audit_table") +
                           " (table_name, finished, key_reached, rows_read, bytes_read) VALUES (?,?,?,?,?)",
                       std::vector<Value>{name, std::int64_t{state.finished}, position.value_or(""),
                                          state.rows, state.bytes},
                       "audit: note how far it came");
    for (std::size_t i = 0; i < state.columns.size(); ++i) {
        const ColumnFindings& findings = state.columns[i];
        if (findings.rows_erased + findings.rows_returned + findings.unreadable == 0) continue;
        save_column(name, ledger::recorded_name(state.table.columns[i].name), findings);
    }
    for (const ContactId contact : state.contacts) {
        connection_.change(
            "INSERT IGNORE INTO " + table("audit_contact") + " (table_name, contact_id) VALUES (?,?)",
            std::vector<Value>{name, contact}, "audit: note whom it found");
    }
    transaction.commit();
}

void Store::save_column(const std::string& name, const std::string& column, const ColumnFindings& findings) {
    connection_.change(
        "REPLACE INTO " + table("audit_column") +
            " (table_name, column_name, rows_erased, rows_returned, unreadable)"
            " VALUES (?,?,?,?,?)",
        std::vector<Value>{name, column, findings.rows_erased, findings.rows_returned, findings.unreadable},
        "audit: note what it found");
    for (const FoundRow& row : findings.rows) {
        connection_.change("INSERT IGNORE INTO " + table("audit_row") +
                               " (table_name, column_name, row_key, contact_id) VALUES (?,?,?,?)",
                           std::vector<Value>{name, column, row.key, row.contact},
                           "audit: note what it found");
    }
}

}  // namespace gdprd::audit
