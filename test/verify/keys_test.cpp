// Tables are read to their end along whatever key they have, each row once.
#include <algorithm>

#include "support/catch.h"
#include "support/server_under_test.h"
#include "verify/world.h"

using namespace gdprd;
using namespace gdprd::test;
using Hits = std::map<std::string, std::string>;

namespace {

constexpr int rows = 5'000;

struct Case {
    const char* name;
    const char* columns;
    const char* key_of_row;  // values of these columns for the number seq
};

const Case cases[] = {
    {"unsigned", "id BIGINT UNSIGNED PRIMARY KEY", "18446744073709551615 - seq"},
    {"signed", "id INT PRIMARY KEY", "CAST(seq AS SIGNED) - 2500"},
    {"composite", "a INT, b INT, PRIMARY KEY (a, b)", "seq DIV 7, seq MOD 7"},
    {"composite_of_three", "a INT, b VARCHAR(9), c INT, PRIMARY KEY (a, b, c)",
     "seq DIV 100, CONCAT('k', seq MOD 3), seq"},
    {"text", "id VARCHAR(40) PRIMARY KEY", "CONCAT('K', seq, IF(seq MOD 2, 'ä', '\\\\\\''))"},
    {"text_latin1", "id VARCHAR(40) CHARACTER SET latin1 PRIMARY KEY", "CONCAT(seq, 'ä')"},
    {"text_binary_collation", "id VARCHAR(40) COLLATE utf8mb4_bin PRIMARY KEY",
     "CONCAT(IF(seq MOD 2, 'a', 'A'), seq)"},
    {"binary", "id BINARY(16) PRIMARY KEY", "UNHEX(LEFT(SHA2(seq, 256), 32))"},
    {"unique", "id INT NOT NULL UNIQUE", "seq"},
    {"no_key", "id INT", "seq MOD 3"},
    {"unique_with_null", "id INT NULL UNIQUE", "IF(seq MOD 2, NULL, seq)"},
    {"enumeration", "e ENUM('z','y','x','w') NOT NULL, n INT NOT NULL, PRIMARY KEY (e, n)",
     "1 + seq MOD 4, seq"},
    {"date", "id DATETIME(6) PRIMARY KEY", "'2025-01-01' + INTERVAL seq SECOND"},
    {"beginning", "id VARCHAR(400), PRIMARY KEY (id(20))", "seq"},
    {"floating", "id DOUBLE PRIMARY KEY", "seq / 3"},
};

SearchedDatabase make_keyed(const Case& c) {
    SearchedDatabase db(std::string("key_") + c.name);
    const std::string columns = c.columns;
    const auto end_of_list = std::min(columns.find(", PRIMARY KEY ("), columns.size());
    db.execute("CREATE TABLE keyed (" + columns.substr(0, end_of_list) + ", note VARCHAR(60), details JSON" +
               columns.substr(end_of_list) + ")");
    db.execute("INSERT INTO keyed SELECT " + std::string(c.key_of_row) +
               ", IF(seq MOD 100 = 0, CONCAT(seq, '<ann@example.org>'), 'nothing here'), IF(seq MOD 1000 = "
               "0, '{\"a\": \"ann@example.org\"}', NULL) FROM " +
               test::sequence(1, rows));
    return db;
}

}  // namespace

TEST_CASE("a table with any kind of key, or none, is read to its end") {
    for (const Case& c : cases) {
        CAPTURE(c.name);
        SearchedDatabase db = make_keyed(c);
        const verify::Findings findings = db.search(identity_of({"ann@example.org"}));
        CHECK(findings.rows == rows);
        CHECK(hits_of(findings) == Hits{{"keyed.note", "50"}, {"keyed.details", "5"}});
        CHECK(findings.not_searched.empty());
    }
}

TEST_CASE("a key that holds the value is a hit itself") {
    SearchedDatabase db("key_value");
    db.execute("CREATE TABLE keyed (email VARCHAR(191) PRIMARY KEY)");
    db.insert("keyed", {"ann@example.org"});
    CHECK(hits_of(db.search(identity_of({"ann@example.org"}))) == Hits{{"keyed.email", "1"}});
}

TEST_CASE("a key is used where there is one that serves") {
    SearchedDatabase db("key_choice");
    db.execute("CREATE TABLE a (id INT PRIMARY KEY, u INT NOT NULL UNIQUE, t TEXT)");
    db.execute("CREATE TABLE b (d DATE PRIMARY KEY, x INT NOT NULL, y INT NOT NULL, t TEXT, UNIQUE (x, y))");
    db.execute("CREATE TABLE c (d DATE PRIMARY KEY, t TEXT)");
    const auto tables = verify::read_tables(db.connection, db.name);
    REQUIRE(tables.size() == 3);
    REQUIRE(tables[0].key.size() == 1);
    CHECK(tables[0].key[0].name == "id");
    REQUIRE(tables[1].key.size() == 2);
    CHECK(tables[1].key[1].name == "y");
    CHECK(tables[2].key.empty());
}

TEST_CASE("a table of which no reader gives all columns is named, and the others are searched") {
    SearchedDatabase db("hidden_column");
    db.execute("CREATE TABLE a (d DATE, t TEXT, hidden TEXT INVISIBLE)");
    db.execute("INSERT INTO a (d, t, hidden) VALUES ('2026-03-01', 'x', 'ann@example.org')");
    db.execute("CREATE TABLE b (id INT PRIMARY KEY, t TEXT)");
    db.execute("INSERT INTO b VALUES (1, 'ann@example.org')");
    const auto findings = db.search(identity_of({"ann@example.org"}));
    Hits hits = hits_of(findings);
    // A server that shows the column finds the value.
    const bool is_shown = hits.erase("a.hidden") == 1;
    CHECK(hits == Hits{{"b.t", "1"}});
    CHECK(findings.not_searched.size() == (is_shown ? 0 : 1));
}

TEST_CASE("reading a table touches every row once, however its key is made") {
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const SearchedDatabase db = make_keyed(c);
        database::Connection reader(server().options(db.name));
        verify::WholeSearch search(reader, {db.name});
        const auto touched = [&] {
            std::uint64_t sum = 0;
            database::Rows status = reader.select("SHOW SESSION STATUS LIKE 'Handler_read%next'");
            while (status.next()) sum += status.number(1);
            return sum;
        };
        const std::uint64_t before = touched();
        const auto findings =
            search.run(identity_of({"ann@example.org"}), false, [](const verify::Progress&) { return true; });
        CHECK(findings.rows == rows);
        const std::uint64_t read = touched() - before;
        CHECK(read > rows - rows / 10);
        CHECK(read < rows + rows / 10);
    }
}
