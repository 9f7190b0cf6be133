#include "ledger/side_database.h"

#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/hex.h"
#include "database/error.h"
#include "database/quote.h"

namespace gdprd::ledger {

std::string side_database_name(const std::string& prefix, const std::string& ledger_database) {
    constexpr std::size_t characters_max = 64;  // of the name of a database
    constexpr std::size_t digits = 32;
    if (prefix.size() + ledger_database.size() <= characters_max) return prefix + ledger_database;
    return prefix + sha256_hex(ledger_database).substr(0, digits);
}

SideDatabase::SideDatabase(database::Connection& connection, std::string name, std::string what,
                           const std::string& last_table)
    : connection_(connection),
      name_(std::move(name)),
      what_(std::move(what)),
      quoted_(database::quote_identifier(name_)),
      last_table_(quoted_ + '.' + database::quote_identifier(last_table)) {}

void SideDatabase::refuse(const database::DatabaseError& error) const {
    throw ConfigurationError(
        what_ + ' ' + name_ + ": " + error.what(),
        "Run `mautic-gdprd grants --missing --apply --admin root`, with the name of the database "
        "server's administrator");
}

// Tried: the server's list of tables leaves out what the account may not read, as if it were not there.
bool SideDatabase::exists() try {
    connection_.select("SELECT 1 FROM " + last_table_ + " WHERE 1 = 0", {}, what_ + ": look for it");
    return true;
} catch (const database::DatabaseError& error) {
    if (error.error_class() == database::ErrorClass::schema) return false;
    if (error.error_class() == database::ErrorClass::privilege) refuse(error);
    throw;
}

void SideDatabase::create(const std::string& charset, const std::vector<std::string>& definitions) {
    if (exists()) return;
    try {
        auto there =
            connection_.select("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
                               std::vector<database::Value>{name_}, what_ + ": look for its database");
        if (!there.next()) {
            connection_.change("CREATE DATABASE IF NOT EXISTS " + quoted_ + " CHARACTER SET " + charset +
                                   " COLLATE " + charset + "_bin",
                               {}, what_ + ": create its database");
        }
        constexpr std::string_view mark = "{db}";
        for (std::string definition : definitions) {
            definition.replace(definition.find(mark), mark.size(), quoted_);
            connection_.change(definition, {}, what_ + ": make its tables");
        }
    } catch (const database::DatabaseError& error) {
        if (error.error_class() != database::ErrorClass::privilege) throw;
        refuse(error);
    }
}

}  // namespace gdprd::ledger
