#include "sweep/marks.h"

#include <vector>

namespace gdprd::sweep {

using database::Value;

Marks::Marks(database::Connection& connection, std::string ledger_database)
    : connection_(connection), table_(database::quote_identifier(ledger_database) + ".`mark`") {}

std::optional<std::uint64_t> Marks::number(std::string_view name) {
    auto rows = connection_.select("SELECT number FROM " + table_ + " WHERE name = ? AND number IS NOT NULL",
                                   std::vector<Value>{std::string(name)}, "mark: read");
    return rows.next() ? std::optional(rows.number(0)) : std::nullopt;
}

std::optional<Timestamp> Marks::time(std::string_view name) {
    auto rows = connection_.select("SELECT at FROM " + table_ + " WHERE name = ?",
                                   std::vector<Value>{std::string(name)}, "mark: read");
    return rows.next() ? rows.time(0) : std::nullopt;
}

void Marks::set_number(std::string_view name, std::uint64_t number) {
    connection_.change("INSERT INTO " + table_ +
                           " (name, number) VALUES (?,?) ON DUPLICATE KEY UPDATE number = VALUES(number)",
                       std::vector<Value>{std::string(name), number}, "mark: write");
}

void Marks::raise_number(std::string_view name, std::uint64_t number) {
    connection_.change("INSERT INTO " + table_ +
                           " (name, number) VALUES (?,?) ON DUPLICATE KEY UPDATE"
                           " number = GREATEST(COALESCE(number, 0), VALUES(number))",
                       std::vector<Value>{std::string(name), number}, "mark: write");
}

void Marks::set_time(std::string_view name, Timestamp at) {
    connection_.change(
        "INSERT INTO " + table_ + " (name, at) VALUES (?,?) ON DUPLICATE KEY UPDATE at = VALUES(at)",
        std::vector<Value>{std::string(name), format_utc(at)}, "mark: write");
}

Timestamp Marks::installed_at(Timestamp at) {
    if (const auto known = time(installed)) return *known;
    connection_.change("INSERT IGNORE INTO " + table_ + " (name, at) VALUES (?,?)",
                       std::vector<Value>{std::string(installed), format_utc(at)}, "mark: write");
    return time(installed).value_or(at);
}

}  // namespace gdprd::sweep
