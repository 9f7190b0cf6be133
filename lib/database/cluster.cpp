#include "database/cluster.h"

#include <cppconn/connection.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <memory>
#include <string>

#include "base/text.h"
#include "database/error.h"

namespace gdprd::database {

namespace {

// SHOW … LIKE, of variables or status: "ON", "OFF", or "" when this server knows no such thing.
std::string shown(sql::Connection& session, const std::string& what) {
    const std::unique_ptr<sql::Statement> statement(session.createStatement());
    const std::unique_ptr<sql::ResultSet> rows(statement->executeQuery("SHOW GLOBAL " + what));
    return rows->next() ? to_lower(rows->getString(2).asStdString()) : "";
}

}  // namespace

bool set_up_for_cluster(sql::Connection& session) {
    if (shown(session, "VARIABLES LIKE 'wsrep_on'") != "on") return false;
    if (shown(session, "STATUS LIKE 'wsrep_ready'") != "on") {
        throw DatabaseError(1047, "08S01", "connect", "");
    }
    const std::unique_ptr<sql::Statement> statement(session.createStatement());
    // Bit 1: SELECT, SHOW and the begin of a transaction. What the administrator set besides stays.
    statement->execute("SET SESSION wsrep_sync_wait = @@SESSION.wsrep_sync_wait | 1");
    return true;
}

}  // namespace gdprd::database
