// A value in every form it can have, in every type of column that can hold it.
#include "content/zlib.h"
#include "support/catch.h"
#include "verify/world.h"

using namespace gdprd;
using namespace gdprd::test;
using Hits = std::map<std::string, std::string>;

TEST_CASE("a value is found in every form, and in no row that does not hold it") {
    SearchedDatabase db("forms");
    db.execute(
        "CREATE TABLE planted (id INT UNSIGNED PRIMARY KEY, plain VARCHAR(200), url LONGTEXT, "
        "base64 TEXT, json JSON, serialized LONGTEXT, compressed LONGBLOB)");
    const std::string other = "bob@example.org";
    db.insert("planted", {std::uint64_t{1}, other, "?e=bob%40example.org", "Ym9iQGV4YW1wbGUub3Jn",
                          "{\"email\":\"bob@example.org\"}", "a:1:{i:0;s:15:\"bob@example.org\";}",
                          content::deflate(other)});
    db.insert("planted",
              {std::uint64_t{2}, "Ann@Example.org", "?e=ann%40example.org", "YW5uQGV4YW1wbGUub3Jn",
               "{\"email\":\"ann@example.org\",\"url\":\"https:\\/\\/ann.example.org\\/\"}",
               "a:1:{i:0;s:15:\"ann@example.org\";}", content::deflate("{\"e\":\"ann@example.org\"}")});
    db.insert("planted", {std::uint64_t{3}, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr});
    const verify::Findings findings = db.search(identity_of({"ann@example.org"}));
    CHECK(hits_of(findings) == Hits{{"planted.plain", "1"},
                                    {"planted.url", "1"},
                                    {"planted.base64", "1"},
                                    {"planted.json", "1"},
                                    {"planted.serialized", "1"},
                                    {"planted.compressed", "1"}});
    CHECK(findings.tables == 1);
    CHECK(findings.rows == 3);
    CHECK(findings.not_searched.empty());
    CHECK_FALSE(findings.interrupted);
    CHECK(findings.failure.empty());
}

TEST_CASE("every type of column that can hold a text is searched, numbers and dates are not") {
    SearchedDatabase db("types");
    db.execute(
        "CREATE TABLE typed (id INT PRIMARY KEY, c CHAR(30), t TINYTEXT, x TEXT, m MEDIUMTEXT, "
        "l LONGTEXT, latin VARCHAR(30) CHARACTER SET latin1, e ENUM('a','ann@example.org'), "
        "s SET('a','ann@example.org'), b BINARY(30), v VARBINARY(30), tb TINYBLOB, bb BLOB, "
        "mb MEDIUMBLOB, lb LONGBLOB, g VARCHAR(40) AS (CONCAT(c, '.')) VIRTUAL, n BIGINT, d DATE)");
    const std::string a = "ann@example.org";
    db.execute("INSERT INTO typed (id, c, t, x, m, l, latin, e, s, b, v, tb, bb, mb, lb, n, d) VALUES (1, '" +
               a + "', '" + a + "', '" + a + "', '" + a + "', '" + a + "', '" + a + "', '" + a + "', '" + a +
               "', '" + a + "', '" + a + "', '" + a + "', '" + a + "', '" + a + "', '" + a +
               "', 30123456, '1980-05-17')");
    const auto hits = hits_of(db.search(identity_of({a, "30123456", "1980-05-17"})));
    Hits expected;
    for (const char* column :
         {"c", "t", "x", "m", "l", "latin", "e", "s", "b", "v", "tb", "bb", "mb", "lb", "g"}) {
        expected["typed." + std::string(column)] = "1";
    }
    CHECK(hits == expected);
}

TEST_CASE("what could be somebody else is counted apart, and left out on demand") {
    SearchedDatabase db("doubtful");
    db.execute("CREATE TABLE notes (id INT PRIMARY KEY, text TEXT, author VARCHAR(50))");
    db.insert("notes", {std::int64_t{1}, "called Annika", "Annika"});
    db.insert("notes", {std::int64_t{2}, "Annika is annika@example.org", "Bob"});
    db.insert("notes", {std::int64_t{3}, "Annikas", "annika%40example.org"});
    const matching::Identity identity = identity_of({"Annika", "annika@example.org"});
    CHECK(hits_of(db.search(identity)) == Hits{{"notes.text", "1+1"}, {"notes.author", "1+1"}});
    CHECK(hits_of(db.search(identity, true)) == Hits{{"notes.text", "1"}, {"notes.author", "1"}});
}

TEST_CASE("hashes are no hits") {
    SearchedDatabase db("hashes");
    db.execute("CREATE TABLE hashed (id INT PRIMARY KEY, email VARCHAR(191))");
    db.insert("hashed", {std::int64_t{1}, "5aa7c0a20b1234567b3a4d1e4b9c1f4e"});
    db.insert("hashed",
              {std::int64_t{2}, "00000000000000000000000000000000000000000000000000000001234567ab"});
    CHECK(db.search(identity_of({"1234567"})).hits.empty());
    db.insert("hashed", {std::int64_t{3}, "tel 1234567"});
    CHECK(hits_of(db.search(identity_of({"1234567"}))) == Hits{{"hashed.email", "1"}});
}

TEST_CASE("tables of whatever name are searched, in every database that is named once") {
    SearchedDatabase db("names");
    SearchedDatabase ledger("names_ledger");
    db.execute("CREATE TABLE `it's a \"plug-in`` %s` (`or``der` INT PRIMARY KEY, `te xt` TEXT)");
    db.insert("`it's a \"plug-in`` %s`", {std::int64_t{1}, "ann@example.org"});
    db.execute("CREATE VIEW seen AS SELECT * FROM `it's a \"plug-in`` %s`");
    db.execute("CREATE TABLE empty_one (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE numbers (id INT PRIMARY KEY)");
    ledger.execute("CREATE TABLE rows_ (id INT PRIMARY KEY, t TEXT)");
    ledger.insert("rows_", {std::int64_t{1}, "ann@example.org"});
    database::Connection reader(server().options(db.name));
    verify::WholeSearch search(reader, {db.name, ledger.name, db.name, "no_such_database"});
    const auto findings =
        search.run(identity_of({"ann@example.org"}), false, [](const verify::Progress&) { return true; });
    CHECK(hits_of(findings) == Hits{{"it's a \"plug-in` %s.te xt", "1"}, {"rows_.t", "1"}});
    CHECK(findings.tables == 3);
}
