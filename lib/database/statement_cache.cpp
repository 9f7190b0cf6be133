#include "database/statement_cache.h"

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>

namespace gdprd::database {

StatementCache::StatementCache() = default;
StatementCache::~StatementCache() = default;

sql::PreparedStatement& StatementCache::get(sql::Connection& connection, std::string_view text) {
    if (const auto found = by_text_.find(text); found != by_text_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
        return *entries_.front().statement;
    }
    std::string key(text);
    std::unique_ptr<sql::PreparedStatement> statement(connection.prepareStatement(key));
    if (entries_.size() >= capacity) {
        by_text_.erase(entries_.back().text);
        entries_.pop_back();
    }
    entries_.push_front(Entry{std::move(key), std::move(statement)});
    by_text_.emplace(entries_.front().text, entries_.begin());
    return *entries_.front().statement;
}

void StatementCache::forget(std::string_view text) {
    const auto found = by_text_.find(text);
    if (found == by_text_.end()) return;
    const auto entry = found->second;
    by_text_.erase(found);
    entries_.erase(entry);
}

}  // namespace gdprd::database
