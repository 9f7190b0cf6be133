#include <csignal>

#include "server.h"
#include "support/catch.h"

using namespace gdprd;
using database::Connection;
using database::DatabaseError;
using database::ErrorClass;
using database::Transaction;
using database::Value;

namespace {

using Values = std::vector<Value>;

template <class Work>
ErrorClass class_of_error(Work work) {
    try {
        work();
    } catch (const DatabaseError& error) {
        UNSCOPED_INFO(error.what());
        return error.error_class();
    }
    FAIL("no error");
    return ErrorClass::permanent;
}

void kill_session(Connection& connection) {
    auto id = connection.select("SELECT CONNECTION_ID()");
    REQUIRE(id.next());
    test::server().execute("KILL " + id.text(0));
}

}  // namespace

TEST_CASE("a killed session is a lost connection for every kind of call") {
    auto root = test::connect();
    test::make_table(root, "victims (n INT)");
    const Values one{std::int64_t{1}};
    SECTION("text") {
        auto connection = test::connect();
        kill_session(connection);
        CHECK(class_of_error([&] { connection.select("SELECT 1"); }) == ErrorClass::connection);
        CHECK(class_of_error([&] { connection.select("SELECT 1"); }) == ErrorClass::connection);
    }
    SECTION("prepared before, executed after") {
        auto connection = test::connect();
        connection.change("INSERT INTO victims VALUES (?)", one);
        kill_session(connection);
        CHECK(class_of_error([&] { connection.change("INSERT INTO victims VALUES (?)", one); }) ==
              ErrorClass::connection);
        CHECK(class_of_error([&] { connection.change("INSERT INTO victims VALUES (?)", one); }) ==
              ErrorClass::connection);
    }
    SECTION("a large parameter") {
        auto connection = test::connect();
        connection.select("SELECT ?", one);
        kill_session(connection);
        CHECK(class_of_error([&] { connection.select("SELECT ?", Values{std::string(5'000'000, 'x')}); }) ==
              ErrorClass::connection);
    }
    SECTION("begin") {
        auto connection = test::connect();
        kill_session(connection);
        CHECK(class_of_error([&] { connection.begin(); }) == ErrorClass::connection);
    }
    SECTION("commit, whose outcome is unknown; rolling back afterwards is harmless") {
        auto connection = test::connect();
        {
            Transaction transaction(connection);
            connection.change("INSERT INTO victims VALUES (?)", one);
            kill_session(connection);
            CHECK(class_of_error([&] { transaction.commit(); }) == ErrorClass::connection);
        }
        CHECK(test::server().value("SELECT COUNT(*) FROM victims", "test") == "0");
    }
}

TEST_CASE("a statement that exceeds the read timeout is a lost connection") {
    auto options = test::test_options();
    options.lock_wait_timeout = Milliseconds{1'000};
    options.read_timeout = Milliseconds{2'000};
    Connection connection(options);
    CHECK(class_of_error([&] { connection.select("SELECT SLEEP(30)"); }) == ErrorClass::connection);
    CHECK(class_of_error([&] { connection.select("SELECT 1"); }) == ErrorClass::connection);
}

TEST_CASE("a server that is not there, full, stopping or read-only is a matter of the connection") {
    database::ConnectionOptions nowhere;
    SECTION("no socket") { nowhere.unix_socket = "/nonexistent/socket"; }
    SECTION("no listener") { nowhere.port = 1; }
    SECTION("an IPv6 address without a listener") {
        nowhere.host = "::1";
        nowhere.port = 1;
    }
    CHECK(class_of_error([&] { const Connection connection(nowhere); }) == ErrorClass::connection);
}

TEST_CASE("too many connections and a read-only server wait for better times") {
    test::PrivateServer small({.arguments = {"--max-connections=10", "--loose-extra-max-connections=1"}});
    small.execute("CREATE DATABASE test");
    small.execute("CREATE TABLE test.t (n INT)");
    small.execute("CREATE USER plain@localhost");
    small.execute("GRANT ALL ON test.* TO plain@localhost");
    auto options = small.options("test");
    options.user = "plain";
    SECTION("of all users") {
        std::vector<Connection> crowd;
        CHECK(class_of_error([&] {
                  for (int i = 0; i < 20; ++i) crowd.emplace_back(options);
              }) == ErrorClass::connection);
        CHECK(crowd.size() >= 5);
    }
    SECTION("of this user") {
        small.execute("ALTER USER plain@localhost WITH MAX_USER_CONNECTIONS 1");
        const Connection first(options);
        CHECK(class_of_error([&] { const Connection second(options); }) == ErrorClass::connection);
    }
    SECTION("read-only") {
        Connection connection(options);
        small.execute("SET GLOBAL read_only = 1");
        CHECK(class_of_error([&] { connection.change("INSERT INTO t VALUES (1)"); }) ==
              ErrorClass::connection);
        CHECK(class_of_error([&] {
                  connection.change("INSERT INTO t VALUES (?)", Values{std::int64_t{1}});
              }) == ErrorClass::connection);
    }
}

TEST_CASE("a killed server loses no commit and keeps nothing that was not committed") {
    test::PrivateServer mortal;
    mortal.execute("CREATE DATABASE test");
    mortal.execute("CREATE TABLE test.t (n INT)");
    Connection connection(mortal.options("test"));
    const auto insert = [&](std::int64_t n) { connection.change("INSERT INTO t VALUES (?)", Values{n}); };
    Transaction first(connection);
    insert(1);
    first.commit();
    Transaction second(connection);
    insert(2);
    SECTION("killed") { mortal.kill(); }
    SECTION("stopped") { mortal.stop(); }
    CHECK_FALSE(mortal.running());
    CHECK(class_of_error([&] { insert(3); }) == ErrorClass::connection);
    CHECK(class_of_error([&] { const Connection again(mortal.options("test")); }) == ErrorClass::connection);
    mortal.start();
    CHECK(class_of_error([&] { second.commit(); }) == ErrorClass::connection);
    CHECK(mortal.value("SELECT GROUP_CONCAT(n) FROM t", "test") == "1");
}
