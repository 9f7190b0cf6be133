// Large tables, large cells, and a search that is ended early.
#include <algorithm>

#include "content/zlib.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "verify/table_reader.h"
#include "verify/world.h"

using namespace gdprd;
using namespace gdprd::test;
using Hits = std::map<std::string, std::string>;

namespace {

std::string filler(std::size_t bytes) {
    std::string text;
    text.reserve(bytes + 64);
    for (std::size_t i = 0; text.size() < bytes; ++i)
        text += "the quick brown fox " + std::to_string(i % 977) + ' ';
    text.resize(bytes);
    return text;
}

// What each chunk held.
class ChunkSizes : public verify::TableVisitor {
  public:
    void cell(std::size_t, std::string_view text) override { bytes_ += text.size(); }
    void unreadable_cell(std::size_t) override {}
    void end_of_row() override { ++rows; }
    bool end_of_chunk() override {
        chunks.push_back(bytes_);
        bytes_ = 0;
        return true;
    }
    std::vector<std::size_t> chunks;
    std::size_t rows = 0;

  private:
    std::size_t bytes_ = 0;
};

}  // namespace

TEST_CASE("a hundred thousand rows are read in chunks, and the progress ends at one") {
    SearchedDatabase db("many");
    db.execute("CREATE TABLE hits (id INT PRIMARY KEY, url VARCHAR(300))");
    db.execute(
        "INSERT INTO hits SELECT seq, CONCAT('https://example.org/', REPEAT('x', 200), "
        "IF(seq MOD 1000 = 0, '?e=ann%40example.org', '')) FROM " +
        test::sequence(1, 100000));
    db.connection.select("ANALYZE TABLE hits");
    std::size_t calls = 0;
    double part = 0;
    std::uint64_t done = 0;
    const auto findings = db.search(identity_of({"ann@example.org"}), [&](const verify::Progress& progress) {
        ++calls;
        CHECK(progress.table == "hits");
        CHECK(progress.part_done >= part);
        CHECK(progress.rows_done >= done);
        CHECK(progress.rows_estimated >= progress.rows_done);
        part = progress.part_done;
        done = progress.rows_done;
        return true;
    });
    CHECK(findings.rows == 100'000);
    CHECK(done == 100'000);
    CHECK(calls >= 100);
    CHECK(part > 0.8);
    CHECK(part <= 1.0);
    CHECK(hits_of(findings) == Hits{{"hits.url", "100"}});
}

TEST_CASE("chunks shrink where rows are large") {
    SearchedDatabase db("chunks");
    db.execute("CREATE TABLE pages (id INT PRIMARY KEY, html LONGTEXT)");
    db.execute("INSERT INTO pages SELECT seq, REPEAT('x', IF(seq <= 500, 10, 16000)) FROM " +
               test::sequence(1, 4000));
    ChunkSizes sizes;
    const auto tables = verify::read_tables(db.connection, db.name);
    REQUIRE(verify::read_table(db.connection, tables.at(0), sizes));
    CHECK(sizes.rows == 4'000);
    // The chunk after the small rows is too large once, and never again.
    REQUIRE(sizes.chunks.size() > 7);
    std::sort(sizes.chunks.begin(), sizes.chunks.end());
    CHECK(sizes.chunks.back() <= 1'000 * 16'000);
    CHECK(sizes.chunks[sizes.chunks.size() - 2] <= 8 * 1024 * 1024);
}

TEST_CASE("cells of every length are searched to their end") {
    SearchedDatabase db("cells");
    db.execute(
        "CREATE TABLE cells (id INT, part VARCHAR(20), t LONGTEXT, b LONGBLOB, PRIMARY KEY (id, part))");
    const std::string at_end = " ann@example.org";
    db.insert("cells", {std::int64_t{1}, "64 KiB", filler(64 * 1024) + at_end, filler(64 * 1024) + at_end});
    db.insert("cells", {std::int64_t{2}, "2 MiB", filler(2'000'000) + at_end,
                        content::deflate(filler(9'000'000) + at_end)});
    CHECK(hits_of(db.search(identity_of({"ann@example.org"}))) == Hits{{"cells.t", "2"}, {"cells.b", "2"}});
}

TEST_CASE("a cell of more than 16 MiB is read in parts, and what cannot be read is told") {
    SearchedDatabase db("parts");
    server().execute("SET GLOBAL max_allowed_packet = 134217728");
    database::Connection connection(server().options(db.name));
    connection.change("CREATE TABLE parts (id INT PRIMARY KEY, t LONGTEXT, b LONGBLOB)");
    // The address begins before the end of the first part and ends behind it.
    connection.change(
        "INSERT INTO parts VALUES (1, CONCAT(REPEAT('x ', 524284), 'ann@example.org ', "
        "REPEAT('ü ', 9000000)), CONCAT(UNHEX('789C'), REPEAT('x', 17000000)))");
    const auto findings = db.search(identity_of({"ann@example.org"}));
    server().execute("SET GLOBAL max_allowed_packet = 16777216");
    CHECK(hits_of(findings) == Hits{{"parts.t", "1"}});
    REQUIRE(findings.not_searched.size() == 1);
    CHECK(findings.not_searched[0].what == "parts.b");
    CHECK_THAT(findings.not_searched[0].why, ContainsSubstring("16 MiB"));
    CHECK(findings.bytes > 20'000'000);
}

// MariaDB's JSON is a text. MySQL makes an empty text of a value that is too long for a packet.
TEST_CASE("a JSON value that is longer than a packet is found, or told to be unsearched") {
    const bool is_text = !ServerUnderTest::get().is_mysql();
    SearchedDatabase db("json_cells");
    db.execute("CREATE TABLE keyed (id INT PRIMARY KEY, j JSON)");
    db.execute("CREATE TABLE unkeyed (id INT, j JSON)");
    for (const std::string table : {"keyed", "unkeyed"}) {
        db.execute("INSERT INTO " + table +
                   " VALUES (1, JSON_OBJECT('a', 'ann@example.org')), (2, NULL), (3," +
                   " JSON_OBJECT('a', CONCAT(REPEAT('x', 3000000), ' ann@example.org')))");
    }
    const std::string usual = server().value("SELECT @@GLOBAL.max_allowed_packet");
    server().execute("SET GLOBAL max_allowed_packet = 1048576");
    const auto findings = db.search(identity_of({"ann@example.org"}));
    server().execute("SET GLOBAL max_allowed_packet = " + usual);
    const std::string rows = is_text ? "2" : "1";
    CHECK(hits_of(findings) == Hits{{"keyed.j", rows}, {"unkeyed.j", rows}});
    REQUIRE(findings.not_searched.size() == (is_text ? 0 : 2));
    for (const auto& missing : findings.not_searched) {
        CHECK(missing.what.ends_with(".j"));
        CHECK_THAT(missing.why, ContainsSubstring("max_allowed_packet"));
    }
}

TEST_CASE("an interrupted search keeps what it found") {
    SearchedDatabase db("interrupted");
    db.execute("CREATE TABLE a (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE b (id INT PRIMARY KEY, t TEXT)");
    db.execute("INSERT INTO a SELECT seq, 'ann@example.org' FROM " + test::sequence(1, 10000));
    db.insert("b", {std::int64_t{1}, "ann@example.org"});
    int calls = 0;
    const auto findings =
        db.search(identity_of({"ann@example.org"}), [&](const verify::Progress&) { return ++calls < 2; });
    CHECK(calls == 2);
    CHECK(findings.interrupted);
    REQUIRE(findings.hits.size() == 1);
    CHECK(findings.hits[0].table == "a");
    CHECK(findings.hits[0].rows_strong == findings.rows);
    CHECK(findings.rows < 10'000);
}
