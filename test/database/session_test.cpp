#include "server.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using database::Connection;
using database::Value;

namespace {

std::string variable(Connection& connection, const std::string& name) {
    auto rows = connection.select("SELECT @@SESSION." + name);
    REQUIRE(rows.next());
    return rows.text(0);
}

}  // namespace

TEST_CASE("a session is strict, in UTC, READ COMMITTED and utf8mb4, whatever the server's defaults are") {
    test::PrivateServer odd(
        {.arguments = {"--sql-mode=ANSI,NO_ZERO_DATE", "--default-time-zone=+05:00", "--autocommit=0",
                       "--character-set-server=latin1", "--transaction-isolation=SERIALIZABLE",
                       "--loose-innodb-snapshot-isolation=1"}});
    auto options = odd.options();
    options.lock_wait_timeout = Milliseconds{7'000};
    Connection connection(options);
    const bool mysql = test::ServerUnderTest::get().is_mysql();
    CHECK(variable(connection, "sql_mode") ==
          "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION");
    CHECK(variable(connection, "time_zone") == "+00:00");
    CHECK(variable(connection, "autocommit") == "1");
    CHECK(variable(connection, mysql ? "transaction_isolation" : "tx_isolation") == "READ-COMMITTED");
    auto snapshots = connection.select("SHOW SESSION VARIABLES LIKE 'innodb_snapshot_isolation'");
    if (snapshots.next()) CHECK(snapshots.text(1) == "OFF");  // MySQL has none
    CHECK(variable(connection, "innodb_lock_wait_timeout") == "7");
    CHECK(variable(connection, "lock_wait_timeout") == "7");
    for (const char* name : {"character_set_client", "character_set_connection", "character_set_results"}) {
        CAPTURE(name);
        CHECK(variable(connection, name) == "utf8mb4");
    }
    CHECK_THAT(connection.server_name(), Catch::Matchers::StartsWith(mysql ? "MySQL 9." : "MariaDB 1"));
}

TEST_CASE(
    "what init_connect and the server's defaults do to a session is undone, and text arrives as it was "
    "sent") {
    const bool mysql = test::ServerUnderTest::get().is_mysql();
    const std::string of_server =
        mysql ? "completion_type = 1, max_execution_time = 1000, range_optimizer_max_mem_size = 1000"
              : "completion_type = 2, check_constraint_checks = 0, max_statement_time = 1,"
                " system_versioning_asof = '2001-01-01 00:00:00', default_regex_flags = 'MULTILINE',"
                " alter_algorithm = 'INSTANT', optimizer_max_sel_arg_weight = 2";
    test::PrivateServer odd(
        {.arguments = {
             "--loose-skip-character-set-client-handshake", "--character-set-server=latin2",
             "--init-connect=SET NAMES latin1, sql_auto_is_null = 1, sql_safe_updates = 1,"
             " sql_select_limit = 1, foreign_key_checks = 0, unique_checks = 0,"
             " time_zone = '-07:00', sql_big_selects = 0, max_join_size = 1, sql_quote_show_create = 0, " +
                 of_server + "; SET SESSION TRANSACTION READ ONLY; USE information_schema"}});
    odd.execute("CREATE DATABASE test CHARACTER SET utf8mb4");
    odd.execute("CREATE USER 'ordinary'@'localhost'");  // for root init_connect is not run
    odd.execute("GRANT ALL ON test.* TO 'ordinary'@'localhost'");
    auto options = odd.options("test");
    options.user = "ordinary";
    Connection connection(options);
    for (const char* name : {"character_set_client", "character_set_connection", "character_set_results"}) {
        CAPTURE(name);
        CHECK(variable(connection, name) == "utf8mb4");
    }
    CHECK(variable(connection, "sql_auto_is_null") == "0");
    CHECK(variable(connection, "sql_safe_updates") == "0");
    CHECK(variable(connection, "foreign_key_checks") == "1");
    CHECK(variable(connection, "unique_checks") == "1");
    CHECK(variable(connection, "sql_big_selects") == "1");
    CHECK(variable(connection, "sql_quote_show_create") == "1");
    CHECK(variable(connection, "completion_type") == "NO_CHAIN");
    CHECK(variable(connection, mysql ? "transaction_read_only" : "tx_read_only") == "0");
    CHECK(variable(connection, "time_zone") == "+00:00");
    CHECK(variable(connection, "sql_select_limit") == "18446744073709551615");
    if (mysql) {
        CHECK(variable(connection, "max_execution_time") == "0");
        CHECK(variable(connection, "range_optimizer_max_mem_size") == "0");
    } else {
        CHECK(variable(connection, "system_versioning_asof") == "DEFAULT");
        CHECK(variable(connection, "default_regex_flags").empty());
        CHECK(variable(connection, "alter_algorithm") == "DEFAULT");
        CHECK(variable(connection, "optimizer_max_sel_arg_weight") == "0");
        connection.change("CREATE TABLE kept (id INT PRIMARY KEY) WITH SYSTEM VERSIONING");
        connection.change("INSERT INTO kept VALUES (1)");
        CHECK(connection.change("DELETE FROM kept WHERE id = 1") == 1);
        CHECK(variable(connection, "check_constraint_checks") == "1");
        CHECK(variable(connection, "max_statement_time") == "0.000000");
    }

    const std::string address = "\u0151r\u0151@p\u00e9lda.hu \U0001F600";
    connection.change("CREATE TABLE texts (id INT PRIMARY KEY, word TEXT CHARACTER SET utf8mb4)");
    connection.change("INSERT INTO texts VALUES (1, '" + address + "')");
    connection.change("INSERT INTO texts VALUES (2, ?)", std::vector<Value>{address});
    for (const std::string id : {"1", "2"}) {
        CAPTURE(id);
        CHECK(odd.value("SELECT word FROM texts WHERE id = " + id, "test") == address);
        auto plain = connection.select("SELECT word, SHA2(word, 256) FROM texts WHERE id = " + id);
        REQUIRE(plain.next());
        CHECK(plain.text(0) == address);
        CHECK(plain.text(1) == odd.value("SELECT SHA2(word, 256) FROM texts WHERE id = 1", "test"));
        auto prepared = connection.select("SELECT word FROM texts WHERE id = ? AND word = ?",
                                          std::vector<Value>{id, address});
        REQUIRE(prepared.next());
        CHECK(prepared.text(0) == address);
    }
}

TEST_CASE("a read timeout that is not longer than the lock wait timeout is refused before connecting") {
    database::ConnectionOptions options;
    options.unix_socket = "/nonexistent";
    for (const int read_timeout : {1'000, 9'999, 10'000}) {
        CAPTURE(read_timeout);
        options.read_timeout = Milliseconds{read_timeout};
        CHECK_THROWS_AS(Connection(options), ConfigurationError);
    }
    options.read_timeout = Milliseconds{10'001};
    CHECK_THROWS_AS(Connection(options), database::DatabaseError);
}

TEST_CASE("a server cannot ask for a file of ours") {
    auto connection = test::connect();
    test::make_table(connection, "loaded (line TEXT)");
    CHECK_THROWS_AS(connection.change("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE loaded"),
                    database::DatabaseError);
    CHECK(test::server().value("SELECT COUNT(*) FROM loaded", "test") == "0");
}

TEST_CASE("rows with zero dates can be updated") {
    auto connection = test::connect();
    test::make_table(connection, "old (id INT PRIMARY KEY, at DATETIME NOT NULL, name TEXT)");
    connection.change("INSERT INTO old VALUES (1, '0000-00-00 00:00:00', 'a')");
    CHECK(connection.change("UPDATE old SET name = NULL, at = at WHERE id = ?",
                            std::vector<Value>{std::uint64_t{1}}) == 1);
    auto rows = connection.select("SELECT at FROM old");
    REQUIRE(rows.next());
    CHECK_FALSE(rows.time(0).has_value());
    CHECK(rows.text(0) == "0000-00-00 00:00:00");
}

TEST_CASE("identifiers are quoted") {
    CHECK(database::quote_identifier("leads") == "`leads`");
    CHECK(database::quote_identifier("a`b") == "`a``b`");
    CHECK(database::quote_identifier("") == "``");
}
