// One connection to Mautic's MySQL or MariaDB server. The only room with MySQL Connector/C++ (cppconn).
//
// Threads: a Connection belongs to one thread; that thread holds a ThreadScope for as long as it uses
// connections. The very first connection of the process must be made before other threads make theirs (the
// client library initialises itself then): daemon start-up does that with its check.
// After a DatabaseError of class `connection` the object is of no use: destroy it and make another. There is
// no reconnecting in place, because session settings and open transactions would be lost silently.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "database/error.h"
#include "database/quote.h"
#include "database/value.h"

namespace gdprd::database {

struct ConnectionOptions {
    std::string host = "127.0.0.1";  // ignored when unix_socket is set
    std::uint16_t port = 3306;
    std::string unix_socket;  // e.g. /run/mysqld/mysqld.sock
    std::string user = "mautic_gdprd";
    std::string password;     // kept in memory only
    std::string database;     // Mautic's own database; unqualified table names mean its tables
    std::string tls_ca_file;  // set: TLS is required and the server's certificate verified against it
    Milliseconds connect_timeout{5'000};
    Milliseconds read_timeout{60'000};       // one statement; whole seconds; must exceed lock_wait_timeout
    Milliseconds lock_wait_timeout{10'000};  // innodb_lock_wait_timeout of the session; whole seconds

    bool operator==(const ConnectionOptions&) const = default;
};

// The rows of one SELECT, all of them copied from the server: no cursor stays open, and the connection may be
// used for something else meanwhile. Columns count from 0. Reading without a current row, a column that is
// not there, or a number too large for the asked type throws std::out_of_range.
class Rows {
  public:
    class Implementation;
    explicit Rows(std::unique_ptr<Implementation> implementation);
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) noexcept;
    ~Rows();

    bool next();  // false after the last row
    bool is_null(std::size_t column) const;
    std::string text(std::size_t column) const;  // "" for NULL
    std::optional<std::string> optional_text(std::size_t column) const;
    std::uint64_t number(std::size_t column) const;  // 0 for NULL
    std::int64_t signed_number(std::size_t column) const;
    // DATETIME as UTC, to be preferred over text(), whose fraction has 3 or 6 digits; nothing for NULL and
    // zero dates.
    std::optional<Timestamp> time(std::size_t column) const;
    std::size_t column_count() const;
    std::string column_name(std::size_t column) const;

  private:
    std::unique_ptr<Implementation> implementation_;
};

class Connection {
  public:
    // Connects, then sets up the session and verifies it: utf8mb4, strict sql_mode, time zone UTC, READ
    // COMMITTED, lock waits and whatever else our statements depend on (database/session.h); on a cluster
    // also that it sees what was committed on other nodes. Throws DatabaseError, also when the cluster's node
    // cannot work now, and ConfigurationError when the session cannot be made what it must be.
    explicit Connection(const ConnectionOptions& options);
    Connection(Connection&&) noexcept;
    ~Connection();  // rolls back what was not committed

    // Without parameters the statement goes as text; with parameters as a prepared statement, kept for the
    // next call with the same text and kinds of parameters (the 128 last used stay). Throw DatabaseError.
    // `label` names the statement in errors, e.g. "email_stats: update"; it must hold no value.
    Rows select(std::string_view sql, std::span<const Value> parameters = {}, std::string_view label = {});
    // Rows *changed*, not rows matched: writing a value that is already there counts 0.
    std::uint64_t change(std::string_view sql, std::span<const Value> parameters = {},
                         std::string_view label = {});

    void begin();
    // A lost connection here throws DatabaseError of class `connection`: the outcome is unknown. One of class
    // `conflict` means that nothing was committed.
    void commit();
    void rollback() noexcept;

    // "MariaDB 10.11.19-MariaDB-…", "MySQL 9.7.4", "Percona Server 8.4.3": for people. What a server can do
    // is not read off it (database/server_traits.h).
    std::string server_name() const;
    // A node of a Galera cluster: row locks hold on this node only, and of two nodes that change a row the
    // one that commits first wins; the other's commit is a conflict.
    bool on_cluster() const;
    std::uint64_t last_insert_id();

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

// Registers the calling thread with the client library for as long as it lives. Make one per thread, first.
class ThreadScope {
  public:
    ThreadScope();
    ~ThreadScope();
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;
};

// Begins a transaction; rolls it back on destruction unless commit() was called.
class Transaction {
  public:
    explicit Transaction(Connection& connection) : connection_(connection) { connection_.begin(); }
    ~Transaction() {
        if (!committed_) connection_.rollback();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit() {
        connection_.commit();
        committed_ = true;
    }

  private:
    Connection& connection_;
    bool committed_ = false;
};

}  // namespace gdprd::database
