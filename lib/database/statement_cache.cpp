#include "database/statement_cache.h"

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>

namespace gdprd::database {

StatementCache::StatementCache() = default;
StatementCache::~StatementCache() = default;

sql::PreparedStatement& StatementCache::get(sql::Connection& connection, std::string_view key,
                                            const std::string& text) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
        return *entries_.front().statement;
    }
    std::unique_ptr<sql::PreparedStatement> statement(connection.prepareStatement(text));
    if (entries_.size() >= capacity) {
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }
    entries_.push_front(Entry{std::string(key), std::move(statement)});
    by_key_.emplace(entries_.front().key, entries_.begin());
    return *entries_.front().statement;
}

void StatementCache::forget(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    const auto entry = found->second;
    by_key_.erase(found);
    entries_.erase(entry);
}

}  // namespace gdprd::database
