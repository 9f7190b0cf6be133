#include "orphans/contact_rows.h"

#include <algorithm>

#include "database/quote.h"
#include "ledger/recorded_name.h"

namespace gdprd::orphans {

using database::quote_identifier;
using plan::Step;

namespace {

std::string limit(std::size_t rows_max) { return " LIMIT " + std::to_string(rows_max); }

std::string from(const Step& step, const std::string& index) {
    return " FROM " + quote_identifier(step.real_table) + " FORCE INDEX (" + quote_identifier(index) +
           ") WHERE ";
}

// With all that is known of a row: by its own key.
std::string select_rows(const Step& step) {
    return "SELECT " + quote_identifier(step.tie.column) + ", " + quote_identifier(step.primary_key) + ", " +
           quote_identifier(step.row_constant) + from(step, "PRIMARY");
}

std::vector<ContactRow> read_rows(database::Connection& connection, const Step& step, const std::string& sql,
                                  const std::string& label) {
    auto found = connection.select(sql, {}, label);
    std::vector<ContactRow> rows;
    while (found.next()) rows.push_back({found.number(0), found.number(1), constant_in(found, 2, step)});
    return rows;
}

std::vector<ContactRow> read_remembered(database::Connection& connection, const std::string& sql,
                                        const std::string& label) {
    auto found = connection.select(sql, {}, label);
    std::vector<ContactRow> rows;
    while (found.next()) {
        rows.push_back({found.number(0), found.number(1),
                        found.is_null(2) ? RowConstant() : RowConstant(found.number(2))});
    }
    return rows;
}

}  // namespace

RowIds ids_of(std::span<const ContactRow> rows) {
    RowIds ids;
    for (const ContactRow& one : rows) ids.push_back(one.row);
    return ids;
}

ContactRows::ContactRows(database::Connection& connection, const std::string& ledger_database, Table table)
    : connection_(connection),
      database_(quote_identifier(ledger_database)),
      rows_(database_ + (table == Table::seen ? ".`contact_row`" : ".`merged_row`")) {}

std::string ContactRows::by_contact_statement(const Step& step, const ContactRow& after,
                                              std::size_t rows_max) {
    const std::string contact = quote_identifier(step.tie.column);
    const std::string key = quote_identifier(step.primary_key);
    const std::string last = std::to_string(after.contact);
    return "SELECT " + contact + ", " + key + from(step, step.index) + "((" + contact + " = " + last +
           " AND " + key + " > " + std::to_string(after.row) + ") OR " + contact + " > " + last +
           ") ORDER BY " + contact + ", " + key + limit(rows_max);
}

std::string ContactRows::after_statement(const Step& step, std::uint64_t row, std::size_t rows_max) {
    const std::string key = quote_identifier(step.primary_key);
    return select_rows(step) + key + " > " + std::to_string(row) + " ORDER BY " + key + limit(rows_max);
}

std::vector<ContactRow> ContactRows::by_contact(const Step& step, const ContactRow& after,
                                                std::size_t rows_max) {
    auto found =
        connection_.select(by_contact_statement(step, after, rows_max), {}, step.key() + ": by contact");
    std::vector<ContactRow> rows;
    while (found.next()) rows.push_back({found.number(0), found.number(1), {}});
    return rows;
}

std::vector<ContactRow> ContactRows::after(const Step& step, std::uint64_t row, std::size_t rows_max) {
    return read_rows(connection_, step, after_statement(step, row, rows_max), step.key() + ": new rows");
}

std::vector<ContactRow> ContactRows::now(const Step& step, std::span<const std::uint64_t> rows) {
    if (rows.empty()) return {};
    return read_rows(connection_, step,
                     select_rows(step) + quote_identifier(step.primary_key) + " IN " + list_of(rows),
                     step.key() + ": whose they are now");
}

RowIds ContactRows::lock_orphaned(const Step& step, std::span<const ContactRow> rows) {
    if (rows.empty()) return {};
    std::map<std::uint64_t, const ContactRow*> wanted;
    for (const ContactRow& one : rows) wanted.emplace(one.row, &one);
    // Where nothing is changed MySQL refuses the lock: there is no right to change the table.
    const char* lock = step.delete_rows || !step.columns.empty() ? " FOR UPDATE" : "";
    const auto found =
        read_rows(connection_, step,
                  select_rows(step) + quote_identifier(step.primary_key) + " IN " + list_of(ids_of(rows)) +
                      " AND " + quote_identifier(step.tie.column) + " IS NULL" + lock,
                  step.key() + ": lock what has no contact");
    RowIds ids;
    for (const ContactRow& one : found) {
        if (one.is_same_row(*wanted.at(one.row))) ids.push_back(one.row);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::string ContactRows::number_of(const Step& step) {
    std::string& number = numbers_[step.table];
    if (!number.empty()) return number;
    const std::string table = database_ + ".`watched_table`";
    const std::string name = database::quote_text(ledger::recorded_name(step.table));
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

void ContactRows::keep(const Step& step, std::span<const ContactRow> rows) {
    std::vector<ContactRow> with_contact(rows.begin(), rows.end());
    std::erase_if(with_contact, [](const ContactRow& one) { return one.contact == 0; });
    store(step, with_contact);
}

void ContactRows::expect(const Step& step, std::span<const ContactRow> rows) {
    std::vector<ContactRow> expected(rows.begin(), rows.end());
    for (ContactRow& one : expected) one.contact = deleted_before;
    store(step, expected);
}

// A row that is remembered already costs no write.
void ContactRows::store(const Step& step, std::span<const ContactRow> rows) {
    std::string values;
    for (const ContactRow& one : rows) {
        if (!one.constant) continue;
        values += (values.empty() ? "(" : ",(") + number_of(step) + "," + std::to_string(one.row) + "," +
                  std::to_string(one.contact) + "," + literal_of(one.constant) + ")";
    }
    if (values.empty()) return;
    connection_.change("INSERT INTO " + rows_ + " (table_id, row_id, contact_id, row_constant) VALUES " +
                           values + " ON DUPLICATE KEY UPDATE contact_id = VALUES(contact_id), " +
                           "row_constant = VALUES(row_constant)",
                       {}, "contact_row: keep");
}

void ContactRows::forget(const Step& step, std::span<const std::uint64_t> rows) {
    if (rows.empty()) return;
    connection_.change(
        "DELETE FROM " + rows_ + " WHERE " + in_table(step) + " AND row_id IN " + list_of(rows), {},
        "contact_row: forget");
}

std::vector<ContactRow> ContactRows::remembered(const Step& step, std::span<const std::uint64_t> rows) {
    if (rows.empty()) return {};
    return read_remembered(connection_,
                           "SELECT contact_id, row_id, row_constant FROM " + rows_ +
                               " FORCE INDEX (PRIMARY) WHERE " + in_table(step) + " AND row_id IN " +
                               list_of(rows) + " ORDER BY row_id",
                           "contact_row: look for rows");
}

std::vector<ContactRow> ContactRows::remembered_after(const Step& step, std::uint64_t row,
                                                      std::size_t rows_max) {
    return read_remembered(connection_,
                           "SELECT contact_id, row_id, row_constant FROM " + rows_ +
                               " FORCE INDEX (PRIMARY) WHERE " + in_table(step) + " AND row_id > " +
                               std::to_string(row) + " ORDER BY row_id" + limit(rows_max),
                           "contact_row: walk through");
}

RowIds ContactRows::known(const Step& step, std::span<const std::uint64_t> rows) {
    return ids_of(remembered(step, rows));
}

RowIds ContactRows::unknown(const Step& step, std::span<const ContactRow> rows) {
    std::map<std::uint64_t, ContactId> contacts;
    for (const ContactRow& one : remembered(step, ids_of(rows))) {
        if (one.constant) contacts.emplace(one.row, one.contact);
    }
    RowIds ids;
    for (const ContactRow& one : rows) {
        const auto found = contacts.find(one.row);
        if (found == contacts.end() || found->second != one.contact) ids.push_back(one.row);
    }
    return ids;
}

std::string ContactRows::of_statement(const Step& step, std::span<const ContactId> contacts,
                                      std::size_t rows_max) {
    return "SELECT contact_id, row_id, row_constant FROM " + rows_ + " FORCE INDEX (contact) WHERE " +
           in_table(step) + " AND contact_id IN " + list_of(contacts) + limit(rows_max);
}

std::vector<ContactRow> ContactRows::of(const Step& step, std::span<const ContactId> contacts,
                                        std::size_t rows_max) {
    if (contacts.empty()) return {};
    return read_remembered(connection_, of_statement(step, contacts, rows_max), "contact_row: read");
}

std::map<ContactId, Timestamp> ContactRows::newest_dates(const Step& step,
                                                         std::span<const ContactId> contacts) {
    std::map<ContactId, Timestamp> dates;
    if (contacts.empty() || !step.row_constant_is_date) return dates;
    auto found = connection_.select("SELECT contact_id, MAX(row_constant) FROM " + rows_ +
                                        " FORCE INDEX (contact) WHERE " + in_table(step) +
                                        " AND contact_id IN " + list_of(contacts) + " GROUP BY contact_id",
                                    {}, "contact_row: newest dates");
    while (found.next()) {
        if (found.is_null(1)) continue;
        dates.emplace(found.number(0), Timestamp{Milliseconds{static_cast<std::int64_t>(found.number(1))}});
    }
    return dates;
}

std::uint64_t ContactRows::contact_count(const Step& step) {
    auto found = connection_.select("SELECT COUNT(DISTINCT contact_id) FROM " + rows_ +
                                        " FORCE INDEX (contact) WHERE " + in_table(step) +
                                        " AND contact_id <> " + std::to_string(deleted_before),
                                    {}, "contact_row: count contacts");
    return found.next() ? found.number(0) : 0;
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

}  // namespace gdprd::orphans
