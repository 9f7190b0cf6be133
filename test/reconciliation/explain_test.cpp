// The statements of the sweep reach their rows through an index, on every schema (promise 9).
#include "background/statement_cost.h"
#include "erasure/filled_tables.h"
#include "reconciliation/household.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::reconciliation;
using namespace gdprd::test;

namespace {

void fill_list(World& world) {
    auto& root = world.mautic.connection();
    root.change("SET SESSION foreign_key_checks = 0");
    const std::string dnc = world.mautic.real_name("lead_donotcontact");
    root.change("INSERT INTO " + dnc +
                " (lead_id, date_added, reason, channel) SELECT 100 + seq, '2026-03-01 12:00:00' - INTERVAL "
                "(5000 - seq) MINUTE, 1, 'email' FROM " +
                test::sequence(1, 5000));
    root.change(
        "INSERT INTO test_ledger.erasure SELECT 100 + seq, NULL, 'md5', NULL, 'email',"
        " 'unsubscribed', 'webhook', NULL, NULL, NOW(3), NOW(3), NULL, 'complete', 1, 0, 0, 0, '',"
        " REPEAT('0', 64), REPEAT('0', 64), REPEAT('0', 64), 0, 0, '', 0, NULL, NULL FROM " +
        test::sequence(1, 4000));
    root.change("SET SESSION foreign_key_checks = 1");
    for (const std::string& table : {dnc, std::string("test_ledger.erasure")})
        root.select("ANALYZE TABLE " + table);
}

void check(World& world, bool has_date_index) {
    world.prepare();
    fill_tables_of_plan(world);
    fill_list(world);
    const OptOuts opt_outs(world.daemon, *world.rules());
    constexpr std::size_t page = 100;
    // Besides its own, a page of rows is three rows of other tables at the most for each, and their ends.
    constexpr std::uint64_t reads_max = 4 * page + 10;
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = 3000; id < 3000 + page; ++id) ids.push_back(id);
    std::vector<std::string> pages{opt_outs.statement_after(0, page), opt_outs.statement_after(4000, page)};
    CHECK((opt_outs.date_index() != "") == has_date_index);
    if (has_date_index) {
        const Timestamp day = *parse_utc("2026-03-01 00:00:00");
        pages.push_back(
            opt_outs.statement_since({day, 0}, day + std::chrono::days{1}, opt_outs.date_index(), page));
    }
    for (const std::string& sql : pages) {
        CAPTURE(sql);
        // What a page's range is estimated at says nothing: LIMIT ends it.
        CHECK(bad_accesses(world, sql, 1'000'000) == std::vector<std::string>{});
        CHECK(rows_read(world, sql) <= reads_max);
    }
    const std::string named = opt_outs.statement_of(ids);
    CHECK(bad_accesses(world, named, page) == std::vector<std::string>{});
    CHECK(rows_read(world, named) <= reads_max + page);
    CHECK(rows_read(world, opt_outs.statement_after(1'000'000, page)) <= 5);
}

}  // namespace

TEST_CASE("No page of the sweep reads more than its rows, on our own schema") {
    World world("mtc_");
    check(world, true);
}

TEST_CASE("No page of the sweep reads more than its rows, on any schema") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        CAPTURE(version);
        World world("mtc_", version, false);
        check(world, version >= "5.2");
    }
}

TEST_CASE("The check of the sweep's statements can fail") {
    World world;
    world.prepare();
    fill_tables_of_plan(world);
    fill_list(world);
    const std::string bad =
        "SELECT * FROM lead_donotcontact WHERE channel = 'email' ORDER BY channel_id LIMIT 10";
    CHECK_FALSE(bad_accesses(world, bad, 1'000'000).empty());
    CHECK(rows_read(world, bad) > 1000);
}
