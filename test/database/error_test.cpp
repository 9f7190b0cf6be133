#include "database/error.h"

#include "server.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using database::Connection;
using database::DatabaseError;
using database::ErrorClass;
using database::Value;

namespace {

using Values = std::vector<Value>;

// Runs the statement, which must fail.
DatabaseError error_of(Connection& connection, const std::string& sql, const Values& values = {}) {
    try {
        if (sql.starts_with("SELECT")) {
            connection.select(sql, values, "step 1");
        } else {
            connection.change(sql, values, "step 1");
        }
    } catch (const DatabaseError& error) {
        return error;
    }
    FAIL("no error from: " << sql);
    throw std::logic_error("unreachable");
}

struct Case {
    const char* name;
    const char* sql;
    int code;
    ErrorClass error_class;
    const char* words;
};

}  // namespace

TEST_CASE("what the server refuses is sorted by what to do about it, and quotes no value") {
    auto connection = test::connect();
    connection.change("DROP TABLE IF EXISTS child, parent");
    connection.change(
        "CREATE TABLE parent (id INT PRIMARY KEY, email VARCHAR(40) UNIQUE, small TINYINT, "
        "needed VARCHAR(5) NOT NULL, checked VARCHAR(40) CHECK (checked <> 'secret@example.org'))");
    connection.change("CREATE TABLE child (parent_id INT, FOREIGN KEY (parent_id) REFERENCES parent (id))");
    connection.change(
        "INSERT INTO parent VALUES (1, 'secret@example.org', 1, 'x', NULL), (2, 'b', 1, 'x', NULL)");
    connection.change("INSERT INTO child VALUES (1)");
    const bool mysql = test::ServerUnderTest::get().is_mysql();
    // MySQL's limit is one for SELECT only.
    const std::string slow =
        mysql ? "SELECT /*+ MAX_EXECUTION_TIME(10) */ COUNT(*) FROM " + test::sequence(1, 1'000'000)
              : "SET STATEMENT max_statement_time = 0.01 FOR UPDATE parent SET id = 3 WHERE SLEEP(5) = 9";
    const Case cases[] = {
        {"unknown table", "DELETE FROM nowhere", 1146, ErrorClass::schema, "unknown table"},
        {"unknown database", "DELETE FROM nowhere.parent", mysql ? 1049 : 1146, ErrorClass::schema,
         "unknown"},
        {"unknown column", "UPDATE parent SET nothing = 1", 1054, ErrorClass::schema, "unknown column"},
        {"unknown index", "DELETE parent FROM parent FORCE INDEX (gone)", 1176, ErrorClass::schema,
         "unknown index"},
        {"duplicate key", "UPDATE parent SET email = 'secret@example.org' WHERE id = 2", 1062,
         ErrorClass::permanent, "duplicate key"},
        {"NULL", "UPDATE parent SET needed = NULL", 1048, ErrorClass::permanent, "cannot be NULL"},
        {"too long", "UPDATE parent SET needed = 'secret@example.org'", 1406, ErrorClass::permanent,
         "too long"},
        {"out of range", "UPDATE parent SET small = 4711", 1264, ErrorClass::permanent,
         "out of the column's range"},
        {"not a number", "UPDATE parent SET small = 'secret@example.org'", 1366, ErrorClass::permanent,
         "incorrect value"},
        {"check", "UPDATE parent SET checked = 'secret@example.org'", mysql ? 3819 : 4025,
         ErrorClass::permanent, "CHECK"},
        {"referred to", "DELETE FROM parent WHERE id = 1", 1451, ErrorClass::permanent, "foreign key"},
        {"refers to nothing", "UPDATE child SET parent_id = 4711", 1452, ErrorClass::permanent,
         "foreign key"},
        {"syntax", "UPDATE parent SET 'secret@example.org'", 1064, ErrorClass::permanent, "syntax"},
        {"own signal", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'secret@example.org'", 1644,
         ErrorClass::permanent, "trigger"},
        {"signal of unknown number",
         "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30001, MESSAGE_TEXT = 'secret'", 30001,
         ErrorClass::permanent, "database error"},
        {"interrupted", slow.c_str(), mysql ? 3024 : 1969, ErrorClass::conflict, "time limit"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const DatabaseError error = error_of(connection, c.sql);
        CHECK(error.code() == c.code);
        CHECK(error.error_class() == c.error_class);
        CHECK_THAT(error.what(), ContainsSubstring(c.words));
        CHECK_THAT(error.what(), ContainsSubstring("step 1: "));
        CHECK_THAT(error.what(), ContainsSubstring("error " + std::to_string(c.code)));
        CHECK_THAT(describe(error), !ContainsSubstring("secret"));
        CHECK_THAT(describe(error), !ContainsSubstring("4711"));
    }
    CHECK(connection.change("DO 1") == 0);  // none of these costs the connection
}

TEST_CASE("a value in a parameter is not quoted either") {
    auto connection = test::connect();
    test::make_table(connection, "addresses (email VARCHAR(40) PRIMARY KEY)");
    const std::string sql = "INSERT INTO addresses VALUES (?)";
    CHECK(connection.change(sql, Values{"ann@example.org"}) == 1);
    for (int round = 0; round < 2; ++round) {
        const DatabaseError error = error_of(connection, sql, Values{"ann@example.org"});
        CHECK(error.code() == 1062);
        CHECK_THAT(describe(error), !ContainsSubstring("ann"));
    }
    CHECK(error_of(connection, sql, Values{"x", "y"}).error_class() == ErrorClass::permanent);
    CHECK(error_of(connection, "INSERT INTO addresses VALUES (?, ?)", Values{"x"}).error_class() !=
          ErrorClass::connection);
    CHECK(connection.change(sql, Values{"bob@example.org"}) == 1);
}

TEST_CASE("a missing grant names the step, and an unknown user the user") {
    auto& server = test::server();
    auto root = test::connect();
    test::make_table(root, "guarded (a INT, b INT)");
    server.execute("DROP USER IF EXISTS eraser@localhost");
    server.execute("CREATE USER eraser@localhost IDENTIFIED BY 'p'");
    server.execute("GRANT SELECT, UPDATE (a) ON test.guarded TO eraser@localhost");
    auto options = test::test_options();
    options.user = "eraser";
    options.password = "p";
    Connection connection(options);
    const struct {
        const char* sql;
        int code;
        const char* words;
    } cases[] = {{"DELETE FROM guarded", 1142, "denied on a table"},
                 {"UPDATE guarded SET b = 1", 1143, "denied on a column"},
                 {"DELETE FROM mysql.user", 1142, "denied on a table"},
                 {"SET GLOBAL max_connections = 5", 1227, "privilege"},
                 {"USE mysql", 1044, "access to the database denied"}};
    for (const auto& c : cases) {
        CAPTURE(c.sql);
        const DatabaseError error = error_of(connection, c.sql);
        CHECK(error.code() == c.code);
        CHECK(error.error_class() == ErrorClass::privilege);
        CHECK_THAT(error.what(), ContainsSubstring(c.words));
        CHECK_THAT(error.what(), ContainsSubstring("step 1: "));
        CHECK_FALSE(error.advice().empty());
    }
    options.password = "wrong";
    try {
        const Connection refused(options);
        FAIL("connected with a wrong password");
    } catch (const DatabaseError& error) {
        CHECK(error.code() == 1045);
        CHECK(error.error_class() == ErrorClass::privilege);
        CHECK_THAT(error.what(), ContainsSubstring("eraser"));
        CHECK_THAT(error.what(), !ContainsSubstring("wrong"));
    }
}

TEST_CASE("a trigger's own text is not passed on, whatever code it takes") {
    auto connection = test::connect();
    for (const char* state : {"45000", "42000", "HY000", "08S01"}) {
        for (const int code : {1053, 1142, 1205, 1290, 1644, 3100}) {
            CAPTURE(state, code);
            const DatabaseError error =
                error_of(connection,
                         "SIGNAL SQLSTATE '" + std::string(state) +
                             "' SET MESSAGE_TEXT = 'ann@example.org', MYSQL_ERRNO = " + std::to_string(code));
            CHECK(error.code() == code);
            CHECK_THAT(describe(error), !ContainsSubstring("ann@example.org"));
        }
    }
    CHECK_THAT(DatabaseError(1290, "45000", "connect", "ann@example.org").what(),
               !ContainsSubstring("ann@example.org"));
}

TEST_CASE("codes that only other servers give are sorted too") {
    for (const int code :
         {1040, 1047, 1053, 1203, 1290, 1836, 1927, 2002, 2003, 2006, 2013, 1158, 1161, 3032, 9001}) {
        CAPTURE(code);
        CHECK(database::classify(code) == ErrorClass::connection);
    }
    for (const int code : {1020, 1180, 1205, 1213, 1317, 3024, 3101}) {
        CAPTURE(code);
        CHECK(database::classify(code) == ErrorClass::conflict);
    }
    CHECK(database::classify(3819) == ErrorClass::permanent);
    CHECK(database::classify(0) == ErrorClass::permanent);
    // A column has become one of native JSON since the plan was made.
    CHECK(DatabaseError(0, "", "read", "allocate_buffer_for_field: invalid rbind data type").error_class() ==
          ErrorClass::schema);
    CHECK(DatabaseError(0, "", "read", "something else").error_class() == ErrorClass::permanent);
    CHECK(database::classify(65'000) == ErrorClass::permanent);
    CHECK(DatabaseError(65'000, "08S01", "x", "y").error_class() == ErrorClass::connection);
    CHECK(DatabaseError(65'000, "40001", "x", "y").error_class() == ErrorClass::conflict);
    CHECK(std::string(DatabaseError(65'000, "08S01", "x", "secret").what()) ==
          "x: database error (error 65000, SQLSTATE 08S01)");
    CHECK(std::string(DatabaseError(2006, "", "", "").what()) ==
          "database: the server has gone away (error 2006)");
}

TEST_CASE("the classes have names for logs and metrics") {
    CHECK(std::string(database::name_of(ErrorClass::connection)) == "connection");
    CHECK(std::string(database::name_of(ErrorClass::conflict)) == "conflict");
    CHECK(std::string(database::name_of(ErrorClass::schema)) == "schema");
    CHECK(std::string(database::name_of(ErrorClass::privilege)) == "privilege");
    CHECK(std::string(database::name_of(ErrorClass::permanent)) == "permanent");
}
