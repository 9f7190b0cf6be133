// The statements of the suppression guard and of the look at orphaned rows reach their rows through an index,
// on every schema (promise 9), and rows that are noted cost the reading of indexes only.
#include "background/background_fixture.h"
#include "background/statement_cost.h"
#include "erasure/filled_tables.h"
#include "orphans/contact_rows.h"
#include "orphans/logged_deletions.h"
#include "orphans/orphan_eraser.h"
#include "orphans/orphan_notes.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "suppression/contact_pages.h"
#include "suppression/lost_opt_outs.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::orphans;
using namespace gdprd::suppression;
using namespace gdprd::test;

namespace {

constexpr std::size_t page = 100;
constexpr std::uint64_t any = 1'000'000;  // what a page's range is estimated at says nothing: LIMIT ends it

std::string extra_of(World& world, const std::string& sql) {
    return explain(world.daemon, sql).front().at("Extra");
}

void check_page(World& world, const std::string& sql, std::uint64_t reads_max) {
    CAPTURE(sql);
    CHECK(bad_accesses(world, sql, any) == std::vector<std::string>{});
    CHECK(rows_read(world, sql) <= reads_max);
}

void check_leftovers(World& world) {
    const auto steps = orphans::orphan_steps(world.plan());
    const orphans::OrphanNotes rows(world.daemon, World::ledger_name);
    orphans::ContactRows known(world.daemon, World::ledger_name);
    for (const plan::Step* step : steps) known.keep(*step, std::vector<orphans::ContactRow>{{9, 999'999, 1}});
    world.mautic.connection().change(
        "INSERT IGNORE INTO test_ledger.contact_row SELECT t.id, seq, seq DIV 10, 1"
        " FROM test_ledger.watched_table t JOIN " +
        test::sequence(1, 5000));
    world.mautic.connection().select("ANALYZE TABLE test_ledger.contact_row");
    for (const plan::Step* step : steps) {
        CAPTURE(step->key());
        for (const std::uint64_t after : {std::uint64_t{0}, std::uint64_t{2'500}}) {
            const std::string sql = orphans::OrphanNotes::page_statement(*step, {after, 5'000}, page);
            check_page(world, sql, page + 5);
            CHECK_THAT(extra_of(world, sql), ContainsSubstring("Using index"));
        }
        orphans::RowIds ids;
        for (std::uint64_t id = 2'501; id <= 2'500 + page; ++id) ids.push_back(id);
        check_page(world, rows.noted_statement(*step, ids), 2 * page + 5);
        for (const orphans::ContactRow after : {orphans::ContactRow{}, orphans::ContactRow{1'500, 1, {}}}) {
            const std::string sql = orphans::ContactRows::by_contact_statement(*step, after, page);
            check_page(world, sql, page + 10);
            CHECK_THAT(extra_of(world, sql), ContainsSubstring("Using index"));
        }
        check_page(world, orphans::ContactRows::after_statement(*step, 2'500, page), page + 5);
        const std::vector<ContactId> contacts{1, 2, 500};
        check_page(world, known.of_statement(*step, contacts, page), page + 10);
        check_page(world, known.contacts_statement(*step, 100, page), page + 5);
    }
    check_page(world, LoggedDeletions::statement(world.mautic.prefix(), 2'500, page), page + 5);
}

void check(BackgroundFixture& here, bool has_change_index) {
    World& world = here.world;
    fill_tables_of_plan(world);
    auto& root = world.mautic.connection();
    root.change("INSERT INTO test_ledger.leftover_row SELECT 'email_stats', seq, 'erased', 1 FROM " +
                test::sequence(1, 5000));
    root.change(
        "INSERT INTO test_ledger.erasure SELECT seq, NULL, 'md5', NULL, 'email', 'unsubscribed',"
        " 'webhook', NULL, NULL, NOW(3), NOW(3), NULL, 'complete', 1, 0, 0, 0, '',"
        " REPEAT('0', 64), REPEAT('0', 64), REPEAT('0', 64), 0, 0, '', 0, NULL, NULL FROM " +
        test::sequence(1, 4000));
    root.select("ANALYZE TABLE test_ledger.erasure");
    root.change("UPDATE " + world.mautic.real_name("leads") +
                " SET date_modified = '2026-03-01 00:00:00' + INTERVAL id MINUTE");
    root.select("ANALYZE TABLE " + world.mautic.real_name("leads"));
    check_leftovers(world);

    const ContactPages contacts(world.daemon, world.plan());
    check_page(world, contacts.statement_after(0, page), page + 5);
    check_page(world, contacts.statement_after(3'000, page), page + 5);
    CHECK((contacts.change_index() != "") == has_change_index);
    if (has_change_index) {
        const Timestamp day = *parse_utc("2026-03-02 00:00:00");
        check_page(
            world,
            contacts.statement_changed({day, 5}, day + std::chrono::days{1}, contacts.change_index(), page),
            page + 5);
    }
    const std::stop_token stop;
    Throttle throttle({0, 0});
    const Run look{world.daemon, world.rules(), stop, throttle};
    check_page(world, LostOptOuts::winners_statement(world.mautic.prefix(), 3'000, page), page + 5);
    const std::string losers = LostOptOuts::losers_statement(look, {1001, 1002, 1003});
    CAPTURE(losers);
    CHECK(rows_read(world, losers) <= 60);
}

}  // namespace

TEST_CASE("No page of the background looks reads more than its rows, on our own schema") {
    BackgroundFixture here("mtc_");
    check(here, false);
    CHECK(orphans::orphan_steps(here.world.plan()).size() == 3);
}

TEST_CASE("No page of the background looks reads more than its rows, on any schema") {
    for (const std::string& version : MauticDatabase::facts_versions()) {
        CAPTURE(version);
        BackgroundFixture here("mtc_", version);
        check(here, version >= "6");
        CHECK(orphans::orphan_steps(here.world.plan()).size() == 11);
    }
}

TEST_CASE("A table without an index of its own for orphaned rows is left out, and the plan says so") {
    BackgroundFixture here;
    here.world.mautic.connection().change("ALTER TABLE email_stats DROP INDEX stat_contact");
    here.world.prepare();
    CHECK(orphans::orphan_steps(here.world.plan()).size() == 2);
    bool told = false;
    for (const std::string& warning : here.world.plan().warnings) {
        told = told || warning.find("email_stats: what deleted contacts leave behind") == 0;
    }
    CHECK(told);
}
