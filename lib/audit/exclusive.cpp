#include "audit/exclusive.h"

#include <vector>

#include "base/hex.h"

namespace gdprd::audit {

using database::Value;

// A lock's name is short, a database's may not be.
Exclusive::Exclusive(database::Connection& connection, const std::string& ledger_database,
                     Milliseconds patience)
    : connection_(connection), name_("gdprd audit " + sha256_hex(ledger_database).substr(0, 32)) {
    if (connection_.on_cluster()) {
        is_held_ = true;
        return;
    }
    const std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(patience).count();
    auto rows =
        connection_.select("SELECT GET_LOCK(?, ?)", std::vector<Value>{name_, seconds}, "audit: lock");
    is_held_ = rows.next() && rows.number(0) == 1;
}

Exclusive::~Exclusive() {
    if (!is_held_ || connection_.on_cluster()) return;
    try {
        connection_.select("SELECT RELEASE_LOCK(?)", std::vector<Value>{name_}, "audit: unlock");
    } catch (const std::exception&) {
        return;  // a connection that is lost holds no lock
    }
}

}  // namespace gdprd::audit
