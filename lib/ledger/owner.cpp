#include "ledger/owner.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "database/quote.h"
#include "ledger/addresses.h"
#include "ledger/ledger.h"
#include "ledger/side_database.h"

namespace gdprd::ledger {

namespace {

using database::Connection;
using database::Value;

constexpr const char* mark_name = "mautic";
constexpr int first_format_with_owner = 3;  // the first one that has marks
constexpr int first_format_with_addresses = 8;

std::string marks_of(const std::string& ledger_database) {
    return database::quote_identifier(ledger_database) + ".`mark`";
}

std::string database_of(Connection& connection) {
    auto rows = connection.select("SELECT DATABASE()", {}, "ledger: whose database this is");
    return rows.next() ? rows.text(0) : std::string();
}

// Where names have no case, whoever writes them may choose it.
bool names_have_case(Connection& connection) {
    auto rows = connection.select("SELECT @@lower_case_table_names", {}, "ledger: whether names have case");
    return rows.next() && rows.number(0) == 0;
}

std::uint64_t fingerprint(Connection& connection, const std::string& table_prefix) {
    constexpr int hexadecimal = 16;
    const std::string id = mautic_id(connection, table_prefix);
    std::uint64_t value = 0;
    std::from_chars(id.data(), id.data() + id.size(), value, hexadecimal);
    return value;
}

// Not there, or not to be read.
bool holds_rows(Connection& connection, const std::string& database, const std::string& table) try {
    const std::string name = database::quote_identifier(database) + '.' + database::quote_identifier(table);
    return connection.select("SELECT 1 FROM " + name + " LIMIT 1", {}, "look for what a ledger left").next();
} catch (const database::DatabaseError& error) {
    using database::ErrorClass;
    if (error.error_class() != ErrorClass::schema && error.error_class() != ErrorClass::privilege) throw;
    return false;
}

void refuse_if_lost(Connection& connection, const std::string& ledger_database) {
    if (Ledger(connection, ledger_database).format_found()) return;
    const auto trace = trace_of_lost_ledger(connection, ledger_database);
    if (!trace) return;
    throw ConfigurationError(
        "ledger " + ledger_database + ": is gone, and " + *trace + " shows that there was one",
        "Bring it back from its own backup, or by `mautic-gdprd ledger import`. Or look at [ledger] "
        "database. "
        "Only if it is to begin anew: `mautic-gdprd init --ledger-only`");
}

std::optional<std::uint64_t> owner(Connection& connection, const std::string& ledger_database) {
    auto rows = connection.select("SELECT number FROM " + marks_of(ledger_database) + " WHERE name = ?",
                                  std::vector<Value>{std::string(mark_name)}, "ledger: whose it is");
    return rows.next() ? std::optional(rows.number(0)) : std::nullopt;
}

// Without Mautic's tables, or the right to read them, nothing is known of them.
void look_for_earlier_erasures(Connection& connection, const std::string& ledger_database,
                               const std::string& table_prefix) try {
    ErasedAddresses(connection, ledger_database).take_for_filed_if_new(table_prefix);
} catch (const database::DatabaseError& error) {
    using database::ErrorClass;
    if (error.error_class() != ErrorClass::schema && error.error_class() != ErrorClass::privilege) throw;
}

}  // namespace

std::string mautic_id(Connection& connection, const std::string& table_prefix) {
    constexpr std::size_t digits = 16;
    const std::string named = database_of(connection) + '/' + table_prefix;
    return sha256_hex(names_have_case(connection) ? named : to_lower(named)).substr(0, digits);
}

std::optional<std::string> trace_of_lost_ledger(Connection& connection, const std::string& ledger_database) {
    const std::pair<const char*, const char*> beside[] = {{"seals_of_", "seal"}, {"lookups_of_", "lookup"}};
    for (const auto& [prefix, table] : beside) {
        std::string database = side_database_name(prefix, ledger_database);
        if (holds_rows(connection, database, table)) return database;
    }
    return std::nullopt;
}

void open_ledger(Connection& connection, const std::string& ledger_database, const std::string& table_prefix,
                 Missing missing) {
    if (missing == Missing::made_unless_lost) refuse_if_lost(connection, ledger_database);
    require_owner(connection, ledger_database, table_prefix);
    Ledger ledger(connection, ledger_database);
    const bool had_addresses = ledger.format_found().value_or(0) >= first_format_with_addresses;
    ledger.create();
    if (!had_addresses) look_for_earlier_erasures(connection, ledger_database, table_prefix);
    const std::uint64_t ours = fingerprint(connection, table_prefix);
    if (!owner(connection, ledger_database)) {
        connection.change("INSERT IGNORE INTO " + marks_of(ledger_database) + " (name, number) VALUES (?, ?)",
                          std::vector<Value>{std::string(mark_name), ours}, "ledger: note whose it is");
    }
    require_owner(connection, ledger_database, table_prefix);
}

void require_owner(Connection& connection, const std::string& ledger_database,
                   const std::string& table_prefix) {
    const int format = Ledger(connection, ledger_database).format_found().value_or(0);
    if (format < first_format_with_owner) return;
    const auto found = owner(connection, ledger_database);
    if (!found || *found == fingerprint(connection, table_prefix)) return;
    throw ConfigurationError(
        "ledger " + ledger_database + ": holds the erasures of another Mautic than database " +
            database_of(connection) +
            (table_prefix.empty() ? " without a table prefix" : " with the table prefix " + table_prefix),
        "Each Mautic needs a ledger of its own: set [ledger] database. If this is the same Mautic under a new"
        " name: mautic-gdprd ledger adopt");
}

bool adopt(Connection& connection, const std::string& ledger_database, const std::string& table_prefix) {
    refuse_if_lost(connection, ledger_database);
    Ledger(connection, ledger_database).create();
    const std::uint64_t ours = fingerprint(connection, table_prefix);
    const auto before = owner(connection, ledger_database);
    connection.change("REPLACE INTO " + marks_of(ledger_database) + " (name, number) VALUES (?, ?)",
                      std::vector<Value>{std::string(mark_name), ours}, "ledger: note whose it is");
    return before && *before != ours;
}

}  // namespace gdprd::ledger
