#include "server.h"
#include "support/catch.h"

using namespace gdprd;
using database::Connection;
using database::Value;

namespace {

using Values = std::vector<Value>;

std::uint64_t status(Connection& connection, const std::string& name) {
    auto rows = connection.select("SHOW SESSION STATUS LIKE '" + name + "'");
    REQUIRE(rows.next());
    return rows.number(1);
}

// Its counters begin at 0: making a connection prepares a statement, too.
Connection connect_and_count() {
    auto connection = test::connect();
    connection.change("FLUSH STATUS");
    return connection;
}

}  // namespace

TEST_CASE("a statement with parameters is prepared once") {
    auto connection = connect_and_count();
    for (std::int64_t i = 0; i < 10; ++i) {
        auto rows = connection.select("SELECT ? + 1", Values{i});
        REQUIRE(rows.next());
        CHECK(rows.signed_number(0) == i + 1);
    }
    CHECK(status(connection, "Com_stmt_prepare") == 1);
    CHECK(status(connection, "Com_stmt_execute") == 10);
}

TEST_CASE("text and NULL share a prepared statement, numbers have their own") {
    auto connection = connect_and_count();
    for (int round = 0; round < 2; ++round) {
        for (const Value& value :
             {Value{"a"}, Value{nullptr}, Value{std::int64_t{-1}}, Value{std::uint64_t{1}}}) {
            connection.select("SELECT ?", Values{value});
        }
    }
    // MySQL prepares one again by itself when NULL comes after a text, and counts that too.
    CHECK(status(connection, "Com_stmt_prepare") - status(connection, "Com_stmt_reprepare") == 3);
}

TEST_CASE("a statement without parameters goes as text") {
    auto connection = connect_and_count();
    connection.select("SELECT 1");
    connection.change("DO 1");
    CHECK(status(connection, "Com_stmt_prepare") == 0);
}

TEST_CASE("only the 128 statements used last stay prepared") {
    auto connection = connect_and_count();
    const auto run = [&connection](int number) {
        auto rows = connection.select("SELECT ? + " + std::to_string(number), Values{std::int64_t{1}});
        REQUIRE(rows.next());
        CHECK(rows.number(0) == static_cast<std::uint64_t>(number) + 1);
    };
    for (int number = 0; number < 128; ++number) run(number);
    run(0);    // now the one used last
    run(128);  // 1 has to go
    CHECK(status(connection, "Com_stmt_prepare") == 129);
    CHECK(status(connection, "Com_stmt_close") == 1);
    run(0);
    CHECK(status(connection, "Com_stmt_prepare") == 129);
    run(1);
    CHECK(status(connection, "Com_stmt_prepare") == 130);
}

TEST_CASE("SELECT * shows a column that was added since the last time") {
    auto connection = test::connect();
    test::make_table(connection, "growing (a INT)");
    CHECK(connection.select("SELECT * FROM growing").column_count() == 1);
    CHECK(connection.select("SELECT * FROM growing WHERE a = ?", Values{std::int64_t{1}}).column_count() ==
          1);
    test::server().execute("ALTER TABLE growing ADD COLUMN b INT", "test");
    const auto rows = connection.select("SELECT * FROM growing");
    REQUIRE(rows.column_count() == 2);
    CHECK(rows.column_name(1) == "b");
    SECTION("and a prepared one either does so too or says once that the schema changed") {
        const Values one{std::int64_t{1}};
        std::size_t columns = 0;
        try {
            columns = connection.select("SELECT * FROM growing WHERE a = ?", one).column_count();
        } catch (const database::DatabaseError& error) {
            CHECK(error.error_class() == database::ErrorClass::schema);
            columns = connection.select("SELECT * FROM growing WHERE a = ?", one).column_count();
        }
        CHECK(columns == 2);
    }
}

TEST_CASE("a statement works again after its table was dropped and made anew") {
    auto connection = test::connect();
    const auto insert = [&connection] {
        return connection.change("INSERT INTO reborn VALUES (?)", Values{std::int64_t{1}});
    };
    test::make_table(connection, "reborn (a INT)");
    CHECK(insert() == 1);
    connection.change("DROP TABLE reborn");
    CHECK_THROWS_AS(insert(), database::DatabaseError);
    connection.change("CREATE TABLE reborn (a BIGINT)");
    CHECK(insert() == 1);
}
