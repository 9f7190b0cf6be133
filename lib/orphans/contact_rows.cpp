#include "orphans/contact_rows.h"

#include <algorithm>

#include "database/quote.h"

namespace gdprd::orphans {

using database::quote_identifier;
using plan::Step;

namespace {

std::string limit(std::size_t rows_max) { return " LIMIT " + std::to_string(rows_max); }

std::string select_from(const Step& step, const std::string& index) {
    return "SELECT " + quote_identifier(step.tie.column) + ", " + quote_identifier(step.primary_key) +
           " FROM " + quote_identifier(step.real_table) + " FORCE INDEX (" + quote_identifier(index) +
           ") WHERE ";
}

std::vector<ContactRow> read_rows(database::Connection& connection, const std::string& sql,
                                  const std::string& label) {
    auto found = connection.select(sql, {}, label);
    std::vector<ContactRow> rows;
    while (found.next()) rows.push_back({found.number(0), found.number(1)});
    return rows;
}

}  // namespace

ContactRows::ContactRows(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      unquoted_database_(ledger_database),
      database_(quote_identifier(ledger_database)),
      rows_(database_ + ".`contact_row`") {}

std::string ContactRows::by_contact_statement(const Step& step, const ContactRow& after,
                                              std::size_t rows_max) {
    const std::string contact = quote_identifier(step.tie.column);
    const std::string key = quote_identifier(step.primary_key);
    const std::string last = std::to_string(after.contact);
    return select_from(step, step.index) + "((" + contact + " = " + last + " AND " + key + " > " +
           std::to_string(after.row) + ") OR " + contact + " > " + last + ") ORDER BY " + contact + ", " +
           key + limit(rows_max);
}

std::string ContactRows::after_statement(const Step& step, std::uint64_t row, std::size_t rows_max) {
    const std::string key = quote_identifier(step.primary_key);
    return select_from(step, "PRIMARY") + key + " > " + std::to_string(row) + " ORDER BY " + key +
           limit(rows_max);
}

std::vector<ContactRow> ContactRows::by_contact(const Step& step, const ContactRow& after,
                                                std::size_t rows_max) {
    return read_rows(connection_, by_contact_statement(step, after, rows_max), step.key() + ": by contact");
}

std::vector<ContactRow> ContactRows::after(const Step& step, std::uint64_t row, std::size_t rows_max) {
    return read_rows(connection_, after_statement(step, row, rows_max), step.key() + ": new rows");
}

std::vector<ContactRow> ContactRows::now(const Step& step, std::span<const std::uint64_t> rows) {
    if (rows.empty()) return {};
    return read_rows(
        connection_,
        select_from(step, "PRIMARY") + quote_identifier(step.primary_key) + " IN " + list_of(rows),
        step.key() + ": whose they are now");
}

std::string ContactRows::number_of(const Step& step) {
    std::string& number = numbers_[step.table];
    if (!number.empty()) return number;
    const std::string table = database_ + ".`watched_table`";
    const std::string name = database::quote_text(step.table);
    const auto ask = [&] {
        return read_ids(connection_, "SELECT id FROM " + table + " WHERE name = " + name,
                        "watched_table: look for it");
    };
    RowIds found = ask();
    if (found.empty()) {
        connection_.change("INSERT IGNORE INTO " + table + " (name) VALUES (" + name + ")", {},
                           "watched_table: add");
        found = ask();
    }
    if (!found.empty()) number = std::to_string(found.front());
    return number;
}

std::string ContactRows::in_table(const Step& step) { return "table_id = " + number_of(step); }

// A row that is remembered already costs no write.
void ContactRows::keep(const Step& step, std::span<const ContactRow> rows) {
    std::string values;
    for (const ContactRow& one : rows) {
        if (one.contact == 0) continue;
        values += (values.empty() ? "(" : ",(") + number_of(step) + "," + std::to_string(one.row) + "," +
                  std::to_string(one.contact) + ")";
    }
    if (values.empty()) return;
    connection_.change("INSERT INTO " + rows_ + " (table_id, row_id, contact_id) VALUES " + values +
                           " ON DUPLICATE KEY UPDATE contact_id = VALUES(contact_id)",
                       {}, "contact_row: keep");
}

void ContactRows::forget(const Step& step, std::span<const std::uint64_t> rows) {
    if (rows.empty()) return;
    connection_.change(
        "DELETE FROM " + rows_ + " WHERE " + in_table(step) + " AND row_id IN " + list_of(rows), {},
        "contact_row: forget");
}

void ContactRows::forget_after(const Step& step, std::uint64_t row) {
    constexpr const char* rows_max = "10000";
    for (std::uint64_t rows = 1; rows > 0;) {
        rows = connection_.change("DELETE FROM " + rows_ + " WHERE " + in_table(step) + " AND row_id > " +
                                      std::to_string(row) + " LIMIT " + rows_max,
                                  {}, "contact_row: forget the rows of before a restore");
    }
}

std::vector<ContactRow> ContactRows::remembered(const Step& step, std::uint64_t after, std::size_t rows_max) {
    return read_rows(connection_,
                     "SELECT contact_id, row_id FROM " + rows_ + " FORCE INDEX (PRIMARY) WHERE " +
                         in_table(step) + " AND row_id > " + std::to_string(after) + " ORDER BY row_id" +
                         limit(rows_max),
                     "contact_row: walk through");
}

std::string ContactRows::of_statement(const Step& step, std::span<const ContactId> contacts,
                                      std::size_t rows_max) {
    return "SELECT contact_id, row_id FROM " + rows_ + " FORCE INDEX (contact) WHERE " + in_table(step) +
           " AND contact_id IN " + list_of(contacts) + limit(rows_max);
}

std::vector<ContactRow> ContactRows::of(const Step& step, std::span<const ContactId> contacts,
                                        std::size_t rows_max) {
    if (contacts.empty()) return {};
    return read_rows(connection_, of_statement(step, contacts, rows_max), "contact_row: read");
}

RowIds ContactRows::known(const Step& step, std::span<const std::uint64_t> rows) {
    if (rows.empty()) return {};
    return read_ids(connection_,
                    "SELECT row_id FROM " + rows_ + " WHERE " + in_table(step) + " AND row_id IN " +
                        list_of(rows) + " ORDER BY row_id",
                    "contact_row: look for rows");
}

std::string ContactRows::contacts_statement(const Step& step, ContactId after, std::size_t rows_max) {
    return "SELECT contact_id FROM " + rows_ + " FORCE INDEX (contact) WHERE " + in_table(step) +
           " AND contact_id > " + std::to_string(after) + " ORDER BY contact_id" + limit(rows_max);
}

std::vector<ContactId> ContactRows::contacts(const Step& step, ContactId after, std::size_t rows_max) {
    auto contacts = read_ids(connection_, contacts_statement(step, after, rows_max), "contact_row: contacts");
    contacts.erase(std::unique(contacts.begin(), contacts.end()), contacts.end());
    return contacts;
}

std::uint64_t ContactRows::expect_erased_again(std::span<const Step* const> steps) {
    OrphanNotes leftovers(connection_, unquoted_database_);
    for (const Step* step : steps) {
        const std::uint64_t highest = leftovers.highest_id(*step);
        forget_after(*step, highest);
        leftovers.forget_after(*step, highest);
    }
    const std::string notes = database_ + ".`leftover_row`";
    database::Transaction transaction(connection_);
    connection_.change("INSERT IGNORE INTO " + database_ +
                           ".`watched_table` (name) SELECT DISTINCT table_name FROM " + notes +
                           " WHERE what = 'erased'",
                       {}, "watched_table: add");
    const std::uint64_t rows = connection_.change(
        "INSERT IGNORE INTO " + rows_ + " (table_id, row_id, contact_id) SELECT t.id, n.row_id, 0 FROM " +
            notes + " n JOIN " + database_ +
            ".`watched_table` t ON t.name = n.table_name WHERE n.what = 'erased'",
        {}, "contact_row: expect what was erased");
    connection_.change("DELETE FROM " + notes + " WHERE what = 'erased'", {},
                       "leftover_row: forget what was erased");
    connection_.change("INSERT IGNORE INTO " + database_ +
                           ".`gone_contact` (contact_id, seen_at) VALUES (0, UTC_TIMESTAMP(3))",
                       {}, "gone_contact: add");
    transaction.commit();
    return rows;
}

}  // namespace gdprd::orphans
