// The prepared statements of one connection, by their text and the kinds of their parameters. Keeps the ones
// used last, so that a statement made for every batch of a new size cannot fill the server's
// max_prepared_stmt_count.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sql {
class Connection;
class PreparedStatement;
}  // namespace sql

namespace gdprd::database {

class StatementCache {
  public:
    static constexpr std::size_t capacity = 128;

    StatementCache();
    ~StatementCache();
    StatementCache(const StatementCache&) = delete;
    StatementCache& operator=(const StatementCache&) = delete;

    // Prepares the text unless a statement of that key is kept. The reference holds until the next call.
    // Throws sql::SQLException.
    sql::PreparedStatement& get(sql::Connection& connection, std::string_view key, const std::string& text);

    // For a statement that failed: its table may have changed, or its server may be another one by now.
    void forget(std::string_view key);

  private:
    struct Entry {
        std::string key;
        std::unique_ptr<sql::PreparedStatement> statement;
    };

    std::list<Entry> entries_;  // the one used last comes first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;  // keys live in entries_
};

}  // namespace gdprd::database
