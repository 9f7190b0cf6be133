#include <cstdint>
#include <limits>

#include "server.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using database::Connection;
using database::Rows;
using database::Value;

namespace {

using Values = std::vector<Value>;

// What the server holds is read back by both protocols: without parameters as text, with one as prepared.
std::vector<Rows> read_by_both_protocols(Connection& connection, const std::string& sql) {
    std::vector<Rows> both;
    both.push_back(connection.select(sql));
    both.push_back(connection.select(sql + " LIMIT ?", Values{std::int64_t{1'000}}));
    return both;
}

std::string long_text(std::size_t length) {
    std::string text;
    while (text.size() < length) text += std::to_string(text.size()) + "é\n";
    return text;
}

}  // namespace

TEST_CASE("numbers keep their value at both ends of their range") {
    auto connection = test::connect();
    test::make_table(connection, "numbers (u BIGINT UNSIGNED, s BIGINT, i INT UNSIGNED, b TINYINT(1))");
    constexpr auto u_max = std::numeric_limits<std::uint64_t>::max();
    constexpr auto s_min = std::numeric_limits<std::int64_t>::min();
    CHECK(connection.change("INSERT INTO numbers VALUES (?, ?, ?, ?)",
                            Values{u_max, s_min, std::uint64_t{4'294'967'295}, std::int64_t{1}}) == 1);
    for (Rows& rows : read_by_both_protocols(connection, "SELECT u, s, i, b FROM numbers")) {
        REQUIRE(rows.next());
        CHECK(rows.number(0) == u_max);
        CHECK(rows.text(0) == "18446744073709551615");
        CHECK(rows.signed_number(1) == s_min);
        CHECK(rows.number(2) == 4'294'967'295);
        CHECK(rows.text(3) == "1");
        CHECK_THROWS_AS(rows.signed_number(0), std::out_of_range);
        CHECK_FALSE(rows.next());
        CHECK_FALSE(rows.next());
        CHECK_THROWS_AS(rows.number(0), std::out_of_range);
    }
    auto found = connection.select("SELECT 1 FROM numbers WHERE u = ?", Values{u_max});
    CHECK(found.next());
}

TEST_CASE("NULL is not the empty text") {
    auto connection = test::connect();
    test::make_table(connection, "texts (id INT PRIMARY KEY, t VARCHAR(10), n BIGINT, d DATETIME)");
    connection.change("INSERT INTO texts VALUES (?, ?, ?, ?)",
                      Values{std::int64_t{1}, nullptr, nullptr, nullptr});
    connection.change("INSERT INTO texts VALUES (?, ?, ?, ?)",
                      Values{std::int64_t{2}, "", std::int64_t{0}, "2026-03-01 12:34:56"});
    for (Rows& rows : read_by_both_protocols(connection, "SELECT t, n, d FROM texts ORDER BY id")) {
        REQUIRE(rows.next());
        CHECK(rows.is_null(0));
        CHECK(rows.text(0).empty());
        CHECK_FALSE(rows.optional_text(0).has_value());
        CHECK(rows.number(1) == 0);
        CHECK_FALSE(rows.time(2).has_value());
        REQUIRE(rows.next());
        CHECK_FALSE(rows.is_null(0));
        CHECK(rows.optional_text(0) == "");
        CHECK_FALSE(rows.is_null(1));
        CHECK(rows.time(2) == parse_utc("2026-03-01 12:34:56"));
    }
}

TEST_CASE("times and other types read the same by both protocols") {
    auto connection = test::connect();
    test::make_table(
        connection,
        "types (d3 DATETIME(3), d DATETIME, day DATE, t TIME, y YEAR, f DOUBLE, "
        "small FLOAT, dec_ DECIMAL(10,2), bits BIT(1), e ENUM('a','b'), j JSON, bin BINARY(3), ts "
        "TIMESTAMP(6) NULL)");
    connection.change(
        "INSERT INTO types VALUES ('2026-03-01 12:34:56.789', '2026-03-01 00:00:00', '2026-03-01', "
        "'01:02:03', 2026, "
        "0.1234567890123456, 1.5, 12.50, b'1', 'b', '{\"a\": 1}', x'00ff27', '2026-03-01 12:34:56.000001')");
    // MySQL's own JSON type is none that the client library reads by a prepared statement.
    auto both = read_by_both_protocols(connection,
                                       "SELECT d3, d, day, t, y, f, small, dec_, bits, e, CONVERT(j USING "
                                       "utf8mb4) AS j, bin, ts FROM types");
    REQUIRE(both[0].next());
    REQUIRE(both[1].next());
    REQUIRE(both[0].column_count() == both[1].column_count());
    // The first has three digits of fraction as text and six as prepared.
    for (std::size_t column = 1; column < both[0].column_count(); ++column) {
        CAPTURE(both[0].column_name(column));
        CHECK(both[0].text(column) == both[1].text(column));
    }
    CHECK(both[0].time(0) == parse_utc("2026-03-01 12:34:56.789"));
    CHECK(both[1].time(0) == parse_utc("2026-03-01 12:34:56.789"));
    CHECK(both[1].text(1) == "2026-03-01 00:00:00");
    CHECK(both[1].text(11) == std::string("\0\xff'", 3));
    CHECK(both[1].number(7) == 12);
}

TEST_CASE("what the client library says of itself is passed on") {
    auto connection = test::connect();
    test::make_table(connection, "documents (id INT PRIMARY KEY, j JSON)");
    connection.change("INSERT INTO documents VALUES (1, '{}')");
    CHECK(connection.select("SELECT j FROM documents").next());
    const auto read = [&] {
        return connection.select("SELECT j FROM documents WHERE id = ?", Values{std::int64_t{1}},
                                 "documents: read");
    };
    if (!test::ServerUnderTest::get().is_mysql()) {  // JSON is a text there
        CHECK(read().next());
        return;
    }
    try {
        read();
        FAIL("read");
    } catch (const database::DatabaseError& error) {
        CHECK(error.code() == 0);
        CHECK_THAT(error.what(), ContainsSubstring("documents: read: the client library says: "));
    }
}

TEST_CASE("texts of several MiB, of any bytes, survive the way there and back") {
    auto connection = test::connect();
    test::make_table(connection, "large (id INT PRIMARY KEY, t LONGTEXT, b LONGBLOB)");
    std::int64_t id = 0;
    for (const std::size_t length :
         {0U, 1U, 255U, 65'535U, 256U * 1024U, 256U * 1024U + 1U, 5U * 1024U * 1024U}) {
        CAPTURE(length);
        const std::string text = long_text(length);
        std::string bytes(length, '\0');
        for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
        connection.change("INSERT INTO large VALUES (?, ?, ?)", Values{++id, text, bytes});
        auto rows =
            connection.select("SELECT t, b, CHAR_LENGTH(t), LENGTH(b) FROM large WHERE id = ?", Values{id});
        REQUIRE(rows.next());
        CHECK((rows.text(0) == text));
        CHECK((rows.text(1) == bytes));
        CHECK(rows.number(3) == length);
    }
    auto all = connection.select("SELECT t FROM large ORDER BY id");
    std::size_t total = 0;
    while (all.next()) total += all.text(0).size();
    CHECK(total > 5U * 1024U * 1024U);
}

TEST_CASE("rows outlive the next execution of their statement") {
    auto connection = test::connect();
    const std::string sql = "SELECT ? AS value, 7 AS number";
    auto first = connection.select(sql, Values{"first"});
    auto second = connection.select(sql, Values{"second"});
    REQUIRE(first.next());
    REQUIRE(second.next());
    CHECK(first.text(0) == "first");
    CHECK(second.text(0) == "second");
    CHECK(first.column_name(0) == "value");
    CHECK_THROWS_AS(first.text(2), std::out_of_range);
}

TEST_CASE("a parameter may change its type and its size from one call to the next") {
    auto connection = test::connect();
    test::make_table(connection, "changing (id INT PRIMARY KEY, t LONGTEXT)");
    const Value values[] = {Value{"text"}, Value{nullptr}, Value{std::int64_t{-5}}, Value{std::uint64_t{5}},
                            Value{std::string(300'000, 'x')}};
    std::int64_t id = 0;
    for (const Value& before : values) {
        for (const Value& after : values) {
            for (const Value& value : {before, after}) {
                CAPTURE(before.index(), after.index());
                connection.change("REPLACE INTO changing VALUES (?, ?)", Values{++id, value});
                auto rows = connection.select("SELECT t FROM changing WHERE id = ?", Values{id});
                REQUIRE(rows.next());
                CHECK(rows.is_null(0) == std::holds_alternative<std::nullptr_t>(value));
                if (const auto* text = std::get_if<std::string>(&value)) CHECK((rows.text(0) == *text));
                if (std::holds_alternative<std::int64_t>(value)) CHECK(rows.text(0) == "-5");
                if (std::holds_alternative<std::uint64_t>(value)) CHECK(rows.text(0) == "5");
            }
        }
    }
}

TEST_CASE(
    "a large text is stored as text in a column of another character set, when the statement converts it") {
    auto connection = test::connect();
    test::make_table(connection, "old_charset (t LONGTEXT CHARACTER SET latin1, n LONGTEXT)");
    for (const std::size_t length : {1'000U, 300'000U}) {
        CAPTURE(length);
        std::string text;
        while (text.size() < length) text += "caf\xc3\xa9 ";
        connection.change("DELETE FROM old_charset");
        connection.change("INSERT INTO old_charset VALUES (CONVERT(? USING utf8mb4), ?)", Values{text, text});
        auto rows = connection.select("SELECT t, n FROM old_charset");
        REQUIRE(rows.next());
        CHECK((rows.text(0) == text));
        CHECK((rows.text(1) == text));
    }
}

TEST_CASE("rows changed are counted, not rows matched") {
    auto connection = test::connect();
    test::make_table(connection, "counted (id INT PRIMARY KEY AUTO_INCREMENT, t TEXT)");
    CHECK(connection.change("INSERT INTO counted (t) VALUES ('a'), ('a'), ('b')") == 3);
    CHECK(connection.last_insert_id() == 1);
    CHECK(connection.change("UPDATE counted SET t = ?", Values{"a"}) == 1);
    CHECK(connection.change("UPDATE counted SET t = ?", Values{"a"}) == 0);
    CHECK(connection.change("UPDATE counted SET t = 'a'") == 0);
    CHECK(connection.change("DELETE FROM counted WHERE id > ?", Values{std::int64_t{1}}) == 2);
}
