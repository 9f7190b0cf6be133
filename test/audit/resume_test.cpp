// An audit that was stopped, or whose process died, goes on where it was: nothing is read twice but the chunk
// in hand, nothing is left out, and nothing is counted twice.
#include <algorithm>

#include "audit/world.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr int rows = 30'000;

// Chunks grow to 10,000 rows: every one of these tables has several.
void fill(AuditedDatabase& db) {
    const std::string text =
        ", IF(seq MOD 1000 = 0, CONCAT(seq, '<ann@example.org>'), REPEAT('word ', 20)) FROM " +
        test::sequence(1, rows);
    db.execute("CREATE TABLE numbers (id BIGINT UNSIGNED PRIMARY KEY, t TEXT)");
    db.execute("INSERT INTO numbers SELECT seq" + text);
    db.execute("CREATE TABLE pairs (a INT, b INT, t TEXT, PRIMARY KEY (a, b))");
    db.execute("INSERT INTO pairs SELECT CAST(seq DIV 100 AS SIGNED) - 100, seq MOD 100" + text);
    db.execute("CREATE TABLE words (id VARCHAR(60) PRIMARY KEY, t TEXT)");
    db.execute("INSERT INTO words SELECT CONCAT(seq, '-key')" + text);
    db.execute("CREATE TABLE keyless (t TEXT)");
    db.execute("INSERT INTO keyless SELECT" + text.substr(1));
    db.erase(1, "ann@example.org");
}

const Hits all{{"numbers.t", "30"}, {"pairs.t", "30"}, {"words.t", "30"}, {"keyless.t", "30"}};

audit::PassOptions going_on(const AuditedDatabase& db) {
    auto options = db.options();
    options.anew = false;
    return options;
}

std::uint64_t rows_of(const audit::Pass& pass) {
    std::uint64_t sum = 0;
    for (const auto& state : pass.tables()) sum += state.rows;
    return sum;
}

}  // namespace

TEST_CASE("an audit is gone on with after a stop or a kill at every chunk") {
    AuditedDatabase db("resumed");
    fill(db);
    for (const bool is_killed : {false, true}) {
        db.connection.change("DELETE FROM resumed_ledger.mark WHERE name LIKE 'audit%'");
        std::size_t chunks_read = 0;
        std::size_t passes = 0;
        for (bool is_finished = false; !is_finished; ++passes) {
            REQUIRE(passes < 200);
            database::Connection reader(audit_server().options(db.name));
            audit::Pass pass({reader, reader}, going_on(db), [] { return true; });
            CHECK(pass.is_continued() == (passes > 0));
            std::size_t chunks = 0;
            // Every second one is not saved before the kill. A table without numbers for keys needs its whole
            // run.
            const std::size_t chunks_max = 2 + passes;
            const auto after_chunk = [&](const audit::TableState& state) {
                ++chunks_read;
                const bool may_end = state.table.name == "numbers" || state.table.name == "pairs";
                return !may_end || ++chunks < chunks_max;
            };
            is_finished = db.run(pass, after_chunk, !is_killed || passes % 2 == 0);
            if (!is_finished) continue;
            CHECK(hits_of(pass) == all);
            CHECK(rows_of(pass) == 4 * rows);
        }
        CHECK(passes > 2);
        if (!is_killed) CHECK(chunks_read < 100);
    }
}

TEST_CASE("a table that is begun anew is not counted twice, by another process or by this one") {
    AuditedDatabase db("begun_anew");
    fill(db);
    for (const std::string table : {"keyless", "words"}) {
        CAPTURE(table);
        db.connection.change("DELETE FROM begun_anew_ledger.mark WHERE name LIKE 'audit%'");
        const auto leave = [&](const audit::TableState& state) {
            return state.table.name != table || state.rows < rows / 2;
        };
        database::Connection reader(audit_server().options(db.name));
        audit::Pass first({reader, reader}, going_on(db), [] { return true; });
        REQUIRE_FALSE(db.run(first, leave));
        audit::Pass second({reader, reader}, going_on(db), [] { return true; });
        CHECK(second.is_continued());
        CHECK(db.run(second, [](const audit::TableState&) { return true; }));
        CHECK(hits_of(second) == all);
        CHECK(rows_of(second) == 4 * rows);
    }
    database::Connection reader(audit_server().options(db.name));
    auto options = db.options();
    options.tables = {"keyless"};
    audit::Pass pass({reader, reader}, options, [] { return true; });
    audit::TableState& state = *pass.take();
    const auto read = [&](bool go_on) {
        audit::audit_table({reader, reader}, state, pass.people(),
                           [&](const audit::TableState&) { return go_on; });
    };
    read(false);
    CHECK(state.rows > 0);
    read(true);
    CHECK(state.rows == rows);
    CHECK(hits_of(pass) == Hits{{"keyless.t", "30"}});
}

TEST_CASE("a table that was read to its end stays so, whoever is still in the middle of it") {
    AuditedDatabase db("overtaken");
    fill(db);
    database::Connection reader(audit_server().options(db.name));
    audit::Pass slow({reader, reader}, going_on(db), [] { return true; });
    audit::Pass fast({reader, reader}, going_on(db), [] { return true; });
    REQUIRE(fast.is_continued());
    REQUIRE(db.run(fast, [](const audit::TableState&) { return true; }));
    while (audit::TableState* state = slow.take()) {
        audit::audit_table({reader, reader}, *state, slow.people(),
                           [](const audit::TableState&) { return false; });
        slow.save(reader, *state);
    }
    const audit::KeptAudit kept = audit::read_kept_audit({reader, reader}, going_on(db));
    CHECK(kept.not_searched.empty());
    CHECK(audit::counts_of(kept.tables).erased == 120);
}

TEST_CASE("one that came to its end is followed by another one, and --restart forgets a half one") {
    AuditedDatabase db("restarted");
    fill(db);
    database::Connection reader(audit_server().options(db.name));
    const auto begin = [&](bool anew) {
        auto options = db.options();
        options.anew = anew;
        return std::make_unique<audit::Pass>(audit::Connections{reader, reader}, options,
                                             [] { return true; });
    };
    const auto go_on = [](const audit::TableState&) { return true; };
    auto first = begin(false);
    CHECK_FALSE(first->is_continued());
    CHECK(db.run(*first, go_on));
    auto second = begin(false);
    CHECK_FALSE(second->is_continued());
    CHECK(hits_of(*second).empty());
    CHECK_FALSE(db.run(*second, [](const audit::TableState& state) { return state.rows < 1'000; }));
    CHECK(begin(false)->is_continued());
    CHECK_FALSE(begin(true)->is_continued());
}

TEST_CASE("a preparation that is ended leaves nothing behind that could be taken for an audit") {
    AuditedDatabase db("unprepared");
    fill(db);
    database::Connection reader(audit_server().options(db.name));
    for (ContactId contact = 2; contact < 10'100; contact += 100) db.erase(contact, std::to_string(contact));
    db.execute("INSERT INTO leads SELECT seq, 'bob@example.org' FROM " + test::sequence(1, 10'001));
    audit::Pass pass({reader, reader}, going_on(db), [] { return false; });
    CHECK_FALSE(pass.is_ready());
    CHECK(db.audit(going_on(db)) == all);
}
