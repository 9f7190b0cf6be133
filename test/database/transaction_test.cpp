#include <atomic>
#include <thread>

#include "server.h"
#include "support/catch.h"

using namespace gdprd;
using database::Connection;
using database::DatabaseError;
using database::ErrorClass;
using database::ThreadScope;
using database::Transaction;
using database::Value;

namespace {

using Values = std::vector<Value>;

void make_pair_of_rows() {
    auto connection = test::connect();
    test::make_table(connection, "pair (id INT PRIMARY KEY, n INT)");
    test::server().execute("INSERT INTO pair VALUES (1, 0), (2, 0)", "test");
}

std::string sum() { return test::server().value("SELECT SUM(n) FROM pair", "test"); }

std::uint64_t add_one(Connection& connection, std::int64_t id) {
    return connection.change("UPDATE pair SET n = n + 1 WHERE id = ?", Values{id}, "pair: update");
}

// Waits until the server shows a session that waits for a row lock.
void wait_for_lock_wait() {
    auto watcher = test::connect();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < deadline) {
        auto rows = watcher.select(
            "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
        if (rows.next() && rows.number(0) > 0) return;
        // InnoDB makes this table anew only when nobody has read it for a tenth of a second.
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
    }
    FAIL("no session waits for a lock");
}

}  // namespace

TEST_CASE("what is not committed is gone, whether rolled back, left or dropped with its connection") {
    make_pair_of_rows();
    auto connection = test::connect();
    {
        const Transaction left(connection);
        CHECK(add_one(connection, 1) == 1);
    }
    CHECK(sum() == "0");
    connection.begin();
    CHECK(add_one(connection, 1) == 1);
    connection.rollback();
    CHECK(sum() == "0");
    {
        auto dropped = test::connect();
        dropped.begin();
        CHECK(add_one(dropped, 1) == 1);
    }
    CHECK(add_one(connection, 1) == 1);  // outside a transaction each statement commits itself
    CHECK(sum() == "1");
    Transaction kept(connection);
    CHECK(add_one(connection, 2) == 1);
    kept.commit();
    CHECK(sum() == "2");
}

TEST_CASE("waiting for a lock ends with a conflict, and the connection still works") {
    make_pair_of_rows();
    auto holder = test::connect();
    auto waiter = test::connect();
    const Transaction held(holder);
    CHECK(add_one(holder, 1) == 1);
    waiter.begin();
    CHECK(add_one(waiter, 2) == 1);
    try {
        add_one(waiter, 1);
        FAIL("got a lock that another transaction holds");
    } catch (const DatabaseError& error) {
        CHECK(error.code() == 1205);
        CHECK(error.error_class() == ErrorClass::conflict);
        CHECK(std::string(error.what()) == "pair: update: lock wait timeout (error 1205, SQLSTATE HY000)");
    }
    waiter.rollback();
    CHECK(add_one(waiter, 2) == 1);
    CHECK(sum() == "1");
}

TEST_CASE("of two transactions that wait for each other one gets a conflict") {
    make_pair_of_rows();
    test::connect();  // the process's first connection belongs to the main thread
    std::atomic<int> holding = 0;
    std::atomic<int> deadlocks = 0;
    std::atomic<int> commits = 0;
    const auto take = [&](std::int64_t first, std::int64_t second) {
        const ThreadScope scope;
        auto options = test::test_options();
        options.lock_wait_timeout = Milliseconds{20'000};
        Connection connection(options);
        Transaction transaction(connection);
        add_one(connection, first);
        ++holding;
        while (holding < 2) std::this_thread::yield();
        try {
            add_one(connection, second);
            transaction.commit();
            ++commits;
        } catch (const DatabaseError& error) {
            if (error.code() == 1213 && error.error_class() == ErrorClass::conflict) ++deadlocks;
        }
    };
    {
        const std::jthread one(take, 1, 2);
        const std::jthread other(take, 2, 1);
    }
    CHECK(deadlocks == 1);
    CHECK(commits == 1);
    CHECK(sum() == "2");
}

TEST_CASE("KILL QUERY during a lock wait is a conflict, KILL a lost connection") {
    make_pair_of_rows();
    auto holder = test::connect();
    const Transaction held(holder);
    CHECK(add_one(holder, 1) == 1);
    const struct {
        const char* kill;
        ErrorClass error_class;
    } cases[] = {{"KILL QUERY ", ErrorClass::conflict}, {"KILL ", ErrorClass::connection}};
    for (const auto& c : cases) {
        CAPTURE(c.kill);
        auto options = test::test_options();
        options.lock_wait_timeout = Milliseconds{20'000};
        Connection victim(options);
        auto id = victim.select("SELECT CONNECTION_ID()");
        REQUIRE(id.next());
        std::jthread killer([&, number = id.text(0)] {
            const ThreadScope scope;
            wait_for_lock_wait();
            test::server().execute(c.kill + number);
        });
        try {
            add_one(victim, 1);
            FAIL("the statement was not killed");
        } catch (const DatabaseError& error) {
            CAPTURE(error.what());
            CHECK(error.error_class() == c.error_class);
        }
    }
}

TEST_CASE("threads with a scope of their own use their connections at the same time") {
    auto first = test::connect();
    test::make_table(first, "parallel (t INT, n INT, PRIMARY KEY (t, n))");
    {
        std::vector<std::jthread> threads;
        for (std::int64_t number = 0; number < 4; ++number) {
            threads.emplace_back([number] {
                const ThreadScope scope;
                auto connection = test::connect();
                for (std::int64_t i = 0; i < 50; ++i) {
                    Transaction transaction(connection);
                    connection.change("INSERT INTO parallel VALUES (?, ?)", Values{number, i});
                    transaction.commit();
                }
            });
        }
    }
    CHECK(test::server().value("SELECT COUNT(*) FROM parallel", "test") == "200");
}
