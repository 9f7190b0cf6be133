#include "verify/table_reader.h"

#include <algorithm>
#include <map>

#include "base/hex.h"
#include "base/text.h"
#include "content/zlib.h"
#include "matching/identity.h"

namespace gdprd::verify {

namespace {

using database::quote_identifier;
using database::Rows;
using database::Value;

constexpr std::uint64_t chunk_rows_first = 100;
constexpr std::uint64_t whole_binary_bytes_max = 16 * 1024 * 1024;
constexpr std::uint64_t part_characters = 1024 * 1024;
// Twice, so that a reader may leave out what lies at the edge of a part.
constexpr std::uint64_t overlap_characters = 2 * matching::Identity::written_bytes_max;

// The next chunk, when this one had `bytes` in `rows`. Grows slowly, because a table's rows differ.
std::uint64_t next_chunk_rows(const ReadOptions& options, std::uint64_t rows, std::uint64_t bytes) {
    const std::uint64_t fitting = options.chunk_bytes * rows / std::max<std::uint64_t>(bytes, 1);
    return std::clamp<std::uint64_t>(fitting, 1, std::min(rows * 4, options.chunk_rows_max));
}

std::string name_of(const SearchedTable& table) {
    return quote_identifier(table.database) + '.' + quote_identifier(table.name);
}

class KeyReader {
  public:
    KeyReader(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor,
              const ReadOptions& options, TablePosition& position);

    bool read();

  private:
    std::uint64_t read_chunk(std::uint64_t rows_max);
    std::uint64_t visit_row(Rows& rows);
    std::string selection() const;
    std::string after_last_key() const;
    std::string at_key() const;
    std::vector<Value> key_of(const Rows& rows) const;
    void read_long_cell(std::size_t column, std::uint64_t bytes);
    void read_parts(std::size_t column);
    std::string select_cell(const std::string& expression);

    database::Connection& connection_;
    const SearchedTable& table_;
    TableVisitor& visitor_;
    const ReadOptions& options_;
    const std::string label_;
    TablePosition& position_;
    std::vector<Value> key_;  // of the row read last; empty before the first one
    std::uint64_t bytes_ = 0;
};

KeyReader::KeyReader(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor,
                     const ReadOptions& options, TablePosition& position)
    : connection_(connection),
      table_(table),
      visitor_(visitor),
      options_(options),
      label_(table.name + ": search"),
      position_(position),
      key_(position) {}

// What stands for a value of the key in a statement.
std::string placeholder(const KeyColumn& column) {
    return column.kind == KeyColumn::Kind::binary ? "UNHEX(?)" : "?";
}

// MySQL makes an empty text of a JSON value that is larger than max_allowed_packet, and only warns.
bool is_cut_off(const SearchedColumn& column, const Rows& rows, std::size_t at) {
    return column.json && !rows.is_null(at) && rows.text(at).empty();
}

// A prepared statement of the client library cannot read MySQL's own JSON type.
std::string readable(const SearchedColumn& column) {
    const std::string name = quote_identifier(column.name);
    return column.json ? "CONVERT(" + name + " USING utf8mb4)" : name;
}

std::string KeyReader::selection() const {
    std::vector<std::string> parts;
    for (const KeyColumn& column : table_.key) parts.push_back(quote_identifier(column.name));
    for (const SearchedColumn& column : table_.columns) {
        const std::string name = readable(column);
        if (!column.can_be_long) {
            parts.push_back(name);
            continue;
        }
        parts.push_back("CASE WHEN OCTET_LENGTH(" + name + ") <= " + std::to_string(short_cell_bytes_max) +
                        " THEN " + name + " END");
        parts.push_back("OCTET_LENGTH(" + name + ")");
    }
    return join(parts, ", ");
}

// For the key (a, b): a >= ? AND (a > ? OR (a = ? AND (b > ?))). The first condition is what an index is
// entered by; servers make nothing of the others.
std::string KeyReader::after_last_key() const {
    std::string condition;
    for (std::size_t i = table_.key.size(); i-- > 0;) {
        const std::string name = quote_identifier(table_.key[i].name);
        const std::string value = placeholder(table_.key[i]);
        const std::string deeper =
            condition.empty() ? "" : " OR (" + name + " = " + value + " AND " + condition + ")";
        condition = "(" + name + " > " + value + deeper + ")";
    }
    const std::string entry = quote_identifier(table_.key[0].name) + " >= " + placeholder(table_.key[0]);
    return entry + " AND " + condition;
}

std::string KeyReader::at_key() const {
    std::vector<std::string> parts;
    for (const KeyColumn& column : table_.key) {
        parts.push_back(quote_identifier(column.name) + " = " + placeholder(column));
    }
    return join(parts, " AND ");
}

std::vector<Value> KeyReader::key_of(const Rows& rows) const {
    std::vector<Value> key;
    for (std::size_t i = 0; i < table_.key.size(); ++i) {
        switch (table_.key[i].kind) {
            case KeyColumn::Kind::integer:
                key.emplace_back(rows.signed_number(i));
                break;
            case KeyColumn::Kind::natural:
                key.emplace_back(rows.number(i));
                break;
            case KeyColumn::Kind::text:
                key.emplace_back(rows.text(i));
                break;
            case KeyColumn::Kind::binary: {
                const std::string bytes = rows.text(i);
                key.emplace_back(
                    to_hex({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}));
                break;
            }
        }
    }
    return key;
}

std::uint64_t KeyReader::read_chunk(std::uint64_t rows_max) {
    std::vector<std::string> order;
    for (const KeyColumn& column : table_.key) order.push_back(quote_identifier(column.name));
    std::string sql = "SELECT " + selection() + " FROM " + name_of(table_);
    std::vector<Value> parameters;
    if (!key_.empty()) {
        sql += " WHERE " + after_last_key();
        parameters.push_back(key_[0]);
        for (std::size_t i = 0; i < key_.size(); ++i) {
            parameters.push_back(key_[i]);
            if (i + 1 < key_.size()) parameters.push_back(key_[i]);
        }
    }
    sql += " ORDER BY " + join(order, ", ") + " LIMIT " + std::to_string(rows_max);
    Rows rows = connection_.select(sql, parameters, label_);
    std::uint64_t count = 0;
    bytes_ = 0;
    for (; rows.next(); ++count) bytes_ += visit_row(rows);
    return count;
}

std::uint64_t KeyReader::visit_row(Rows& rows) {
    key_ = key_of(rows);
    visitor_.begin_row(key_);
    std::uint64_t bytes = 0;
    std::size_t at = table_.key.size();
    for (std::size_t i = 0; i < table_.columns.size(); ++i, ++at) {
        const std::string text = rows.text(at);
        bytes += text.size();
        if (!text.empty()) visitor_.cell(i, text);
        if (is_cut_off(table_.columns[i], rows, at)) visitor_.unreadable_cell(i);
        if (!table_.columns[i].can_be_long) continue;
        const std::uint64_t length = rows.number(++at);
        if (length > short_cell_bytes_max) read_long_cell(i, length);
    }
    visitor_.end_of_row();
    return bytes;
}

std::string KeyReader::select_cell(const std::string& expression) {
    Rows rows = connection_.select("SELECT " + expression + " FROM " + name_of(table_) + " WHERE " + at_key(),
                                   key_, label_);
    return rows.next() ? rows.text(0) : "";
}

void KeyReader::read_long_cell(std::size_t column, std::uint64_t bytes) {
    const bool binary = table_.columns[column].binary;
    if (bytes > (binary ? whole_binary_bytes_max : options_.whole_text_bytes_max)) return read_parts(column);
    visitor_.cell(column, select_cell(readable(table_.columns[column])));
}

void KeyReader::read_parts(std::size_t column) {
    const std::string name = readable(table_.columns[column]);
    const auto part_at = [&](std::uint64_t at) {
        return select_cell("SUBSTRING(" + name + ", " + std::to_string(at) + ", " +
                           std::to_string(part_characters) + ")");
    };
    std::uint64_t at = 1;
    std::string part = part_at(at);
    if (table_.columns[column].binary && content::looks_compressed(part)) {
        return visitor_.unreadable_cell(column);
    }
    // One ahead: an empty one tells that the one before was the last.
    while (!part.empty()) {
        const bool is_first = at == 1;
        at += part_characters - overlap_characters;
        std::string next = part_at(at);
        visitor_.part_of_cell(column, part, is_first, next.empty());
        part = std::move(next);
    }
}

bool KeyReader::read() {
    std::uint64_t rows_max = chunk_rows_first;
    for (;;) {
        const std::uint64_t rows = read_chunk(rows_max);
        position_ = key_;
        const bool go_on = visitor_.end_of_chunk();
        if (rows < rows_max) return go_on;
        if (!go_on) return false;
        rows_max = next_chunk_rows(options_, rows, bytes_);
    }
}

// An open HANDLER of the server, closed in any case.
class OpenHandler {
  public:
    OpenHandler(database::Connection& connection, const SearchedTable& table)
        : connection_(connection), label_(table.name + ": search without a key") {
        connection_.change("HANDLER " + name_of(table) + " OPEN AS gdprd_search", {}, label_);
    }
    ~OpenHandler() {
        try {
            connection_.change("HANDLER gdprd_search CLOSE", {}, label_);
        } catch (const database::DatabaseError&) {
            // The session is gone, and the handler with it.
        }
    }
    OpenHandler(const OpenHandler&) = delete;
    OpenHandler& operator=(const OpenHandler&) = delete;

    Rows read(bool first, std::uint64_t rows_max) {
        return connection_.select("HANDLER gdprd_search READ " + std::string(first ? "FIRST" : "NEXT") +
                                      " LIMIT " + std::to_string(rows_max),
                                  {}, label_);
    }

  private:
    database::Connection& connection_;
    const std::string label_;
};

// Where the searched columns are in the rows of a handler, which has all columns.
std::vector<std::size_t> places_of(const SearchedTable& table, const Rows& rows) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < rows.column_count(); ++i) places[rows.column_name(i)] = i;
    std::vector<std::size_t> wanted;
    for (const SearchedColumn& column : table.columns) {
        const auto place = places.find(column.name);
        if (place == places.end()) {
            // An invisible one.
            throw database::DatabaseError(1054, "42S22",
                                          table.name + ": search without a key, column " + column.name, "");
        }
        wanted.push_back(place->second);
    }
    return wanted;
}

bool read_without_key(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor,
                      const ReadOptions& options) {
    OpenHandler handler(connection, table);
    std::uint64_t rows_max =
        std::max<std::uint64_t>(1, next_chunk_rows(options, chunk_rows_first,
                                                   chunk_rows_first * table.bytes_estimated /
                                                       std::max<std::uint64_t>(table.rows_estimated, 1)));
    for (bool first = true;; first = false) {
        Rows rows = handler.read(first, rows_max);
        const auto places = places_of(table, rows);
        std::uint64_t count = 0;
        std::uint64_t bytes = 0;
        for (; rows.next(); ++count) {
            visitor.begin_row({});
            for (std::size_t i = 0; i < places.size(); ++i) {
                const std::string text = rows.text(places[i]);
                bytes += text.size();
                if (!text.empty()) visitor.cell(i, text);
                if (is_cut_off(table.columns[i], rows, places[i])) visitor.unreadable_cell(i);
            }
            visitor.end_of_row();
        }
        if (!visitor.end_of_chunk()) return false;
        if (count < rows_max) return true;
        rows_max = next_chunk_rows(options, count, bytes);
    }
}

}  // namespace

bool read_table(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor,
                const ReadOptions& options, TablePosition& position) {
    if (table.key.empty()) return read_without_key(connection, table, visitor, options);
    return KeyReader(connection, table, visitor, options, position).read();
}

bool read_table(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor) {
    TablePosition position;
    return read_table(connection, table, visitor, {}, position);
}

}  // namespace gdprd::verify
