#include "database/connection.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>

#include <array>
#include <charconv>

#include "base/text.h"
#include "database/connect.h"
#include "database/rows.h"
#include "database/statement_cache.h"

namespace gdprd::database {

namespace {

DatabaseError to_database_error(const sql::SQLException& error, std::string_view label) {
    return DatabaseError(error.getErrorCode(), error.getSQLState(), std::string(label), error.what());
}

void bind(sql::PreparedStatement& statement, std::span<const Value> parameters) {
    unsigned int position = 0;
    for (const Value& parameter : parameters) {
        ++position;
        if (const auto* text = std::get_if<std::string>(&parameter)) {
            statement.setString(position, *text);
        } else if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
            statement.setInt64(position, *number);
        } else if (const auto* natural = std::get_if<std::uint64_t>(&parameter)) {
            statement.setUInt64(position, *natural);
        } else {
            statement.setNull(position, sql::DataType::VARCHAR);
        }
    }
}

// The library sends a longer text in pieces.
constexpr std::size_t plain_text_bytes_max = 256 * 1024;

// One letter a parameter. A statement is only used again for parameters of the same kinds, because the
// library does not forget what a `?` was before: a signed number after an unsigned one is sent as unsigned,
// and a large text after a number as a number made of the text's address.
char kind_of(const Value& parameter) {
    if (std::holds_alternative<std::int64_t>(parameter)) return 's';
    if (std::holds_alternative<std::uint64_t>(parameter)) return 'u';
    const auto* text = std::get_if<std::string>(&parameter);
    return text != nullptr && text->size() > plain_text_bytes_max ? 'L' : 't';
}

template <class Number>
std::string shortest_text(Number number) {
    std::array<char, 64> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), result.ptr};
}

// A prepared statement's floating-point number is printed by the library with six digits after the point, so
// it is printed here, as many digits as the number has.
std::string cell_text(sql::ResultSet& result, unsigned int column, int type, bool prepared) {
    if (prepared && type == sql::DataType::DOUBLE) {
        return shortest_text(static_cast<double>(result.getDouble(column)));
    }
    if (prepared && type == sql::DataType::REAL) {
        return shortest_text(static_cast<float>(result.getDouble(column)));
    }
    return result.getString(column).asStdString();
}

std::unique_ptr<Rows::Implementation> copy(sql::ResultSet& result, bool prepared) {
    auto rows = std::make_unique<Rows::Implementation>();
    sql::ResultSetMetaData& metadata = *result.getMetaData();
    const unsigned int columns = metadata.getColumnCount();
    std::vector<int> types;
    for (unsigned int column = 1; column <= columns; ++column) {
        rows->names.push_back(metadata.getColumnLabel(column));
        types.push_back(metadata.getColumnType(column));
    }
    while (result.next()) {
        ++rows->row_count;
        for (unsigned int column = 1; column <= columns; ++column) {
            if (result.isNull(column)) {
                rows->cells.emplace_back();
            } else {
                rows->cells.emplace_back(cell_text(result, column, types[column - 1], prepared));
            }
        }
    }
    return rows;
}

}  // namespace

class Connection::Implementation {
  public:
    std::unique_ptr<sql::Connection> session;
    StatementCache statements;  // after the session, so that it goes first
    std::string version;
    bool mariadb = false;
    bool in_transaction = false;

    // Runs `work` on the prepared statement of that text, with the parameters bound.
    template <class Work>
    auto with_prepared(std::string_view sql, std::span<const Value> parameters, Work work) {
        std::string kinds;
        for (const Value& parameter : parameters) kinds += kind_of(parameter);
        const std::string key = kinds + " " + std::string(sql);
        try {
            sql::PreparedStatement& statement = statements.get(*session, key, std::string(sql));
            bind(statement, parameters);
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
};

Connection::Connection(const ConnectionOptions& options)
    : implementation_(std::make_unique<Implementation>()) {
    check_limits(options);
    try {
        implementation_->session = connect(options);
        set_up_session(*implementation_->session, options);
    } catch (const sql::SQLException& error) {
        throw to_database_error(error, "connect");
    }
    Rows rows = select("SELECT @@version, @@version_comment", {}, "server version");
    rows.next();
    implementation_->version = rows.text(0);
    implementation_->mariadb = to_lower(rows.text(0) + rows.text(1)).find("mariadb") != std::string::npos;
}

Connection::Connection(Connection&&) noexcept = default;

Connection::~Connection() {
    if (implementation_) rollback();
}

Rows Connection::select(std::string_view sql, std::span<const Value> parameters, std::string_view label) {
    try {
        if (parameters.empty()) {
            const std::unique_ptr<sql::Statement> statement(implementation_->session->createStatement());
            const std::unique_ptr<sql::ResultSet> result(statement->executeQuery(std::string(sql)));
            return Rows(copy(*result, false));
        }
        return Rows(implementation_->with_prepared(sql, parameters, [](sql::PreparedStatement& statement) {
            const std::unique_ptr<sql::ResultSet> result(statement.executeQuery());
            return copy(*result, true);
        }));
    } catch (const sql::SQLException& error) {
        throw to_database_error(error, label);
    }
}

std::uint64_t Connection::change(std::string_view sql, std::span<const Value> parameters,
                                 std::string_view label) {
    try {
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

void Connection::begin() {
    try {
        implementation_->execute("START TRANSACTION");
        implementation_->in_transaction = true;
    } catch (const sql::SQLException& error) {
        throw to_database_error(error, "begin");
    }
}

void Connection::commit() {
    try {
        implementation_->execute("COMMIT");
        implementation_->in_transaction = false;
    } catch (const sql::SQLException& error) {
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

std::string Connection::server_version() const { return implementation_->version; }

bool Connection::is_mariadb() const { return implementation_->mariadb; }

std::uint64_t Connection::last_insert_id() {
    Rows rows = select("SELECT LAST_INSERT_ID()", {}, "last insert id");
    return rows.next() ? rows.number(0) : 0;
}

ThreadScope::ThreadScope() { driver().threadInit(); }
ThreadScope::~ThreadScope() { driver().threadEnd(); }

std::string quote_identifier(std::string_view name) {
    std::string quoted = "`";
    for (const char character : name) {
        if (character == '`') quoted += '`';
        quoted += character;
    }
    return quoted + "`";
}

}  // namespace gdprd::database
