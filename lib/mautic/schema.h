// The live schema: what this Mautic database really has. Detected through information_schema, never derived
// from a version number. Table names are without the operator's prefix. Pure data, immutable once read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.h"

namespace gdprd::mautic {

struct Column {
    std::string name;
    std::string data_type;    // information_schema's DATA_TYPE, lower case: "varchar", "bigint", "json", …
    std::string column_type;  // "varchar(191)", "bigint(20) unsigned"
    std::optional<std::uint64_t> characters_max;  // CHARACTER_MAXIMUM_LENGTH; nothing for other types
    bool nullable = false;
    bool generated = false;           // virtual or stored: can never be written
    bool invisible = false;           // not among the columns of `SELECT *`
    bool json = false;                // native JSON, or MariaDB's longtext that Mautic declares as JSON
    bool php_array = false;           // Doctrine's "array": PHP serialize() text
    std::string collation;            // "" for what is no text
    bool unique = false;              // part of a unique index (the primary key is one)
    bool unique_with_others = false;  // part of a unique index of several columns
    bool checked = false;             // a CHECK names it that asks for more than JSON
    bool computed_from = false;       // a generated column or an index is computed from it

    bool is_text() const;    // char, varchar, *text, json, enum, set
    bool is_binary() const;  // blobs and binary strings
    bool is_integer() const;
    bool is_number() const;    // integers, double, decimal, bit
    bool is_temporal() const;  // date, datetime, timestamp, time, year
};

struct ForeignKey {
    std::string column;
    // Without the prefix; "" when it is none of this Mautic's: a table of another database, or one of this
    // database whose name does not begin with the prefix.
    std::string referenced_table;
    std::string referenced_column;
    // The real name of a table of this database that does not begin with the prefix.
    std::string referenced_other_table{};
    bool of_several_columns = false;  // a part of a key: alone it ties nothing
};

// A column of a table of another database on the server that refers to a table of this one.
struct OutsideKey {
    std::string database;
    std::string table;
    std::string column;
    std::string referenced_real_table;
    std::string referenced_column;
};

struct Table {
    std::string name;             // without the prefix
    std::string real_name;        // as in the database
    std::vector<Column> columns;  // in the table's order
    std::vector<ForeignKey> foreign_keys;
    // Of indexes by which the server finds rows (database::usable_index()): the columns that one starts with.
    std::vector<std::string> leading_index_columns;
    // Columns that an index of their own leads to, and its name: such an index is in the primary key's order.
    std::map<std::string, std::string> index_on;
    std::vector<std::string> primary_key;
    std::string engine;      // "InnoDB"; "" when the server does not say
    bool versioned = false;  // MariaDB keeps the former versions of its rows (WITH SYSTEM VERSIONING)
    bool partitioned = false;

    // Whatever case the name is written in.
    const Column* find(std::string_view column) const;
    bool is_in_primary_key(std::string_view column) const;
    bool is_foreign_key(std::string_view column) const;
    // Its rows are another server's: the engine FEDERATED, CONNECT or SPIDER.
    bool is_on_another_server() const;
    bool stores_nothing() const;  // the engine BLACKHOLE
};

// A row of `lead_fields` with object 'lead': alias is the column in `leads`.
struct ContactField {
    std::string alias;
    std::string type;  // "text", "email", "tel", "number", "date", …
    bool unique_identifier = false;
};

// A row of `form_fields` of type "file": visitors upload a file, and `form_results_*`.`alias` holds its name.
struct UploadField {
    std::uint64_t form = 0;
    std::uint64_t field = 0;
    std::string alias;
};

// The one field of a form that Mautic puts into this field of a contact: `form_results_*`.`alias` holds it.
struct MappedField {
    std::uint64_t form = 0;
    std::string alias;
    std::string contact_field;
};

// Of the newest rows of a table that nobody described, those in which a column holds an e-mail address.
struct SampledColumn {
    std::string column;
    std::uint64_t with_address = 0;
    std::uint64_t rows = 0;  // that were looked at
};

struct Schema {
    std::string prefix;
    std::map<std::string, Table, std::less<>> tables;  // by the name without the prefix
    // Tables of the same database whose names do not begin with the prefix; none when there is no prefix.
    std::map<std::string, Table, std::less<>> other_tables;
    // By their real names. A view stores nothing: what it shows stands in a table.
    std::map<std::string, Table, std::less<>> views;
    // Those of tables that the account may read: a server hides the others.
    std::vector<OutsideKey> outside_keys;
    std::vector<ContactField> contact_fields;
    std::map<std::uint64_t, std::string> forms;  // id and alias: the name of the table of a form's results
    std::vector<UploadField> upload_fields;
    std::vector<MappedField> mapped_fields;
    // Of the content, where somebody asked for it (sampling.h): by the real names of tables, and of
    // "table.column". No part of the digest.
    std::map<std::string, std::vector<SampledColumn>> samples;
    std::map<std::string, std::set<std::string>> words;
    std::string digest;  // SHA-256 over the rest; changes when a column, key, contact field or form does

    const Table* find(std::string_view table) const;
    // The field of this column of `leads`: names of columns have no case.
    const ContactField* find_field(std::string_view alias) const;
};

// Reads the schema of the connection's database. Throws ConfigurationError when there is no Mautic under that
// prefix (naming the prefixes that exist), DatabaseError for anything else.
Schema read_schema(database::Connection& connection, const std::string& prefix);

}  // namespace gdprd::mautic
