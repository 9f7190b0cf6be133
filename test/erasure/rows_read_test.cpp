// What an erasure reads does not depend on how many people are in the database (promise 9). EXPLAIN tells a
// plan and an estimate; here the statements are counted as they were sent, by the server that carried them
// out.
#include "bench/large_mautic.h"
#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr std::uint64_t people = 10'000;
constexpr std::uint64_t rows_a_contact = 100;  // each has 37, and an index may find some of them twice

struct Examined {
    std::string sql;
    std::uint64_t rows = 0;
};

// The slow log, as a table, of everything that one session does. A session of MariaDB takes it over from the
// server when it begins: before the world is made.
void log_statements() {
    server().execute("SET GLOBAL log_output = 'TABLE'");
    server().execute("SET GLOBAL slow_query_log = 1");
}

template <class Work>
std::vector<Examined> examined_by(World& world, Work work) {
    server().execute("TRUNCATE TABLE mysql.slow_log");
    world.daemon.change("SET SESSION long_query_time = 0, min_examined_row_limit = 0");
    work();
    world.daemon.change("SET SESSION long_query_time = 1000");
    std::vector<Examined> statements;
    database::Rows rows =
        server().select("SELECT CONVERT(sql_text USING utf8mb4), rows_examined FROM mysql.slow_log");
    while (rows.next()) statements.push_back({rows.text(0), rows.number(1)});
    return statements;
}

// So many tables the statement looks through for texts; each has its bound.
std::uint64_t newest_rows_of(std::string_view sql) {
    constexpr std::string_view of_one = "AS SIGNED) - ";
    std::uint64_t rows = 0;
    for (auto at = sql.find(of_one); at != std::string_view::npos; at = sql.find(of_one, at + 1)) {
        rows += std::stoull(std::string(sql.substr(at + of_one.size(), 10)));
    }
    return rows;
}

// Those that examine more than the contacts' own rows and, of tables of free text, the newest ones, each with
// the visitor it is of.
std::vector<std::string> too_much(const std::vector<Examined>& statements, std::size_t contacts) {
    std::vector<std::string> found;
    for (const auto& [sql, rows] : statements) {
        if (rows <= rows_a_contact * contacts + 2 * newest_rows_of(sql)) continue;
        found.push_back(std::to_string(rows) + " rows: " + sql);
    }
    return found;
}

bool has_changed_a_contact(const std::vector<Examined>& statements) {
    return std::any_of(statements.begin(), statements.end(), [](const Examined& one) {
        return one.sql.find("UPDATE `leads`") != std::string::npos;
    });
}

std::vector<erasure::Request> requests_for(ContactId first, std::size_t count, int pass) {
    std::vector<erasure::Request> requests;
    for (ContactId id = first; id < first + count; ++id) {
        requests.push_back({id, Origin::webhook, now(), pass, true});
    }
    return requests;
}

}  // namespace

TEST_CASE("no statement of an erasure examines more rows than are its contacts'") {
    log_statements();
    World world;
    bench::add_shared_content(world.mautic);
    bench::add_contacts(world.mautic, {1, people});
    bench::unsubscribe(world.mautic, {1, people});
    bench::analyze(world.mautic);
    world.prepare();
    for (const std::size_t count : {1UL, 16UL}) {
        for (const int pass : {0, 1}) {
            CAPTURE(count, pass);
            const auto statements = examined_by(world, [&] {
                for (const auto& result : world.erase(requests_for(people / 2, count, pass))) {
                    CHECK(result.verdict == erasure::Verdict::erased);
                }
            });
            CHECK(too_much(statements, count) == std::vector<std::string>{});
            if (pass == 0) CHECK(has_changed_a_contact(statements));
        }
    }
    // The count can fail: nobody of these has an index.
    const auto unindexed = examined_by(
        world, [&] { world.daemon.change("UPDATE leads SET points = 1 WHERE firstname = ?", {{"no one"}}); });
    CHECK(too_much(unindexed, 16).size() == 1);
}
