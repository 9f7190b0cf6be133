#include "database/connection.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include "base/text.h"
#include "database/binding.h"
#include "database/cluster.h"
#include "database/connect.h"
#include "database/not_begun.h"
#include "database/rows.h"
#include "database/server_logs.h"
#include "database/session.h"
#include "database/statement_cache.h"

namespace gdprd::database {

namespace {

DatabaseError to_database_error(const sql::SQLException& error, std::string_view label) {
    const bool from_library = error.getErrorCode() == 0;
    return DatabaseError(error.getErrorCode(), error.getSQLState(), std::string(label),
                         from_library ? error.what() : "");
}

constexpr const char* set_savepoint = "SAVEPOINT mautic_gdprd_began";
constexpr const char* release_savepoint = "RELEASE SAVEPOINT mautic_gdprd_began";
constexpr int no_such_savepoint = 1305;

// Debian's MySQL has the comment "(Debian)", its MariaDB "Debian 12" and the name in the version.
std::string name_of_server(const std::string& version, const std::string& comment) {
    const std::string words = to_lower(version + ' ' + comment);
    const bool mariadb = words.find("mariadb") != std::string::npos;
    const bool percona = words.find("percona") != std::string::npos;
    return (mariadb ? "MariaDB " : percona ? "Percona Server " : "MySQL ") + version;
}

DatabaseError rolled_back_unsaid() {
    constexpr int rolled_back_by_cluster = 3101;
    return DatabaseError(rolled_back_by_cluster, "40000", "commit", "");
}

}  // namespace

class Connection::Implementation {
  public:
    std::unique_ptr<sql::Connection> session;
    StatementCache statements;  // after the session, so that it goes first
    std::string server_name;
    bool cluster = false;
    bool in_transaction = false;
    bool autocommit = true;

    // Runs `work` on the prepared statement of that text, with the parameters bound.
    template <class Work>
    auto with_prepared(std::string_view sql, std::span<const Value> parameters, Work work) {
        const std::string kinds = kinds_of(parameters);
        const std::string key = kinds + " " + std::string(sql);
        try {
            sql::PreparedStatement& statement = statements.get(*session, key, std::string(sql));
            bind_values(statement, parameters);
            auto result = work(statement);
            statement.clearParameters();  // values do not stay in memory longer than needed
            if (kinds.find('L') != std::string::npos) statements.forget(key);
            return result;
        } catch (...) {
            statements.forget(key);
            throw;
        }
    }

    void execute(const char* sql) {
        const std::unique_ptr<sql::Statement> statement(session->createStatement());
        statement->execute(sql);
    }

    // On a cluster only: see begin().
    void use_autocommit(bool on) {
        if (autocommit == on) return;
        execute(on ? "SET autocommit = 1" : "SET autocommit = 0");
        autocommit = on;
    }

    void before_statement() {
        if (!in_transaction) use_autocommit(true);
    }
};

Connection::Connection(const ConnectionOptions& options)
    : implementation_(std::make_unique<Implementation>()) {
    check_limits(options);
    try {
        implementation_->session = connect(options);
        set_up_session(*implementation_->session, options);
        keep_out_of_logs(*implementation_->session);
        prove_text_arrives(*implementation_->session);
        implementation_->cluster = set_up_for_cluster(*implementation_->session);
    } catch (const sql::SQLException& error) {
        throw DatabaseError(error.getErrorCode(), error.getSQLState(), "connect", error.what());
    }
    Rows rows = select("SELECT @@version, @@version_comment", {}, "server version");
    rows.next();
    implementation_->server_name = name_of_server(rows.text(0), rows.text(1));
}

Connection::Connection(Connection&&) noexcept = default;

Connection::~Connection() {
    if (implementation_) rollback();
}

Rows Connection::select(std::string_view sql, std::span<const Value> parameters, std::string_view label) {
    try {
        implementation_->before_statement();
        if (parameters.empty()) {
            const std::unique_ptr<sql::Statement> statement(implementation_->session->createStatement());
            const std::unique_ptr<sql::ResultSet> result(statement->executeQuery(std::string(sql)));
            return Rows(copy_rows(*result, false));
        }
        return Rows(implementation_->with_prepared(sql, parameters, [](sql::PreparedStatement& statement) {
            const std::unique_ptr<sql::ResultSet> result(statement.executeQuery());
            return copy_rows(*result, true);
        }));
    } catch (const sql::SQLException& error) {
        throw to_database_error(error, label);
    }
}

std::uint64_t Connection::change(std::string_view sql, std::span<const Value> parameters,
                                 std::string_view label) {
    try {
        implementation_->before_statement();
        int changed = 0;
        if (parameters.empty()) {
            const std::unique_ptr<sql::Statement> statement(implementation_->session->createStatement());
            changed = statement->executeUpdate(std::string(sql));
        } else {
            changed = implementation_->with_prepared(
                sql, parameters, [](sql::PreparedStatement& statement) { return statement.executeUpdate(); });
        }
        return changed < 0 ? 0 : static_cast<std::uint64_t>(changed);
    } catch (const sql::SQLException& error) {
        throw to_database_error(error, label);
    }
}

// A cluster's node rolls a transaction back when another node was first, and says so with the next statement.
// Not always: an abort in the moment in which a prepared statement is closed goes unsaid (seen on MariaDB
// 10.11), and what follows would be committed statement by statement. So nothing is committed by itself, and
// the savepoint tells at the end whether this is still the transaction that was begun.
void Connection::begin() {
    implementation_->in_transaction = true;
    try {
        if (implementation_->cluster) implementation_->use_autocommit(false);
        implementation_->execute("START TRANSACTION");
        if (implementation_->cluster) implementation_->execute(set_savepoint);
    } catch (const sql::SQLException& error) {
        rollback();
        throw NotBegun(error.getErrorCode(), error.getSQLState(), "begin", "");
    }
}

void Connection::commit() {
    try {
        if (implementation_->cluster) implementation_->execute(release_savepoint);
        implementation_->execute("COMMIT");
        implementation_->in_transaction = false;
    } catch (const sql::SQLException& error) {
        if (error.getErrorCode() == no_such_savepoint) throw rolled_back_unsaid();
        throw to_database_error(error, "commit");
    }
}

void Connection::rollback() noexcept {
    if (!implementation_->session || !implementation_->in_transaction) return;
    implementation_->in_transaction = false;
    try {
        implementation_->execute("ROLLBACK");
    } catch (...) {
        // The session is gone, and the server rolls back what a gone session left.
    }
}

std::string Connection::server_name() const { return implementation_->server_name; }

bool Connection::on_cluster() const { return implementation_->cluster; }

std::uint64_t Connection::last_insert_id() {
    Rows rows = select("SELECT LAST_INSERT_ID()", {}, "last insert id");
    return rows.next() ? rows.number(0) : 0;
}

ThreadScope::ThreadScope() { driver().threadInit(); }
ThreadScope::~ThreadScope() { driver().threadEnd(); }

}  // namespace gdprd::database
