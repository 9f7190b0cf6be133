#include "background/checkpoints.h"

#include <vector>

#include "base/log.h"

namespace gdprd::background {

using database::Value;

namespace {

constexpr std::chrono::minutes clocks_differ{5};

}  // namespace

Checkpoints::Checkpoints(database::Connection& connection, std::string ledger_database)
    : connection_(connection), table_(database::quote_identifier(ledger_database) + ".`mark`") {}

std::optional<std::uint64_t> Checkpoints::number(std::string_view name) {
    auto rows = connection_.select("SELECT number FROM " + table_ + " WHERE name = ? AND number IS NOT NULL",
                                   std::vector<Value>{std::string(name)}, "mark: read");
    return rows.next() ? std::optional(rows.number(0)) : std::nullopt;
}

std::optional<Timestamp> Checkpoints::time(std::string_view name) {
    auto rows = connection_.select("SELECT at FROM " + table_ + " WHERE name = ?",
                                   std::vector<Value>{std::string(name)}, "mark: read");
    return rows.next() ? rows.time(0) : std::nullopt;
}

void Checkpoints::set_number(std::string_view name, std::uint64_t number) {
    connection_.change("INSERT INTO " + table_ +
                           " (name, number) VALUES (?,?) ON DUPLICATE KEY UPDATE number = VALUES(number)",
                       std::vector<Value>{std::string(name), number}, "mark: write");
}

void Checkpoints::raise_number(std::string_view name, std::uint64_t number) {
    connection_.change("INSERT INTO " + table_ +
                           " (name, number) VALUES (?,?) ON DUPLICATE KEY UPDATE"
                           " number = GREATEST(COALESCE(number, 0), VALUES(number))",
                       std::vector<Value>{std::string(name), number}, "mark: write");
}

void Checkpoints::set_time(std::string_view name, Timestamp at) {
    connection_.change(
        "INSERT INTO " + table_ + " (name, at) VALUES (?,?) ON DUPLICATE KEY UPDATE at = VALUES(at)",
        std::vector<Value>{std::string(name), format_utc(at)}, "mark: write");
}

void Checkpoints::set_both(std::string_view name, std::uint64_t number, Timestamp at) {
    connection_.change("INSERT INTO " + table_ +
                           " (name, number, at) VALUES (?,?,?)"
                           " ON DUPLICATE KEY UPDATE number = VALUES(number), at = VALUES(at)",
                       std::vector<Value>{std::string(name), number, format_utc(at)}, "mark: write");
}

void Checkpoints::forget(std::string_view name) {
    connection_.change("DELETE FROM " + table_ + " WHERE name = ?", std::vector<Value>{std::string(name)},
                       "mark: forget");
}

Timestamp Checkpoints::server_time() {
    auto rows = connection_.select("SELECT UTC_TIMESTAMP()", {}, "clock: read");
    return rows.next() ? rows.time(0).value_or(now()) : now();
}

Timestamp Checkpoints::installed_at(Timestamp at) {
    const Timestamp latest = server_time() + clocks_differ;
    if (const auto known = time(installed); known && *known <= latest) return *known;
    if (const auto known = time(installed)) {
        log::error(
            "the time of the installation lies in the future of the database's clock; from now on it is "
            "now. Opt-outs of before: `mautic-gdprd sweep --all --dry-run` counts them",
            {{"noted", format_utc(*known)}});
        const Timestamp mended = latest - clocks_differ;
        set_time(installed, mended);
        return mended;
    }
    if (at > latest) {
        log::error("this machine's clock is ahead of the database server's; using the database server's",
                   {{"here", format_utc(at)}, {"database", format_utc(latest - clocks_differ)}});
        at = latest - clocks_differ;
    }
    connection_.change("INSERT IGNORE INTO " + table_ + " (name, at) VALUES (?,?)",
                       std::vector<Value>{std::string(installed), format_utc(at)}, "mark: write");
    return time(installed).value_or(at);
}

}  // namespace gdprd::background
