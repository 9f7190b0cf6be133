// One moment, for reading only; and what the account may not see is told.
#include "verify/snapshot.h"

#include "support/catch.h"
#include "verify/world.h"

using namespace gdprd;
using namespace gdprd::test;
using Hits = std::map<std::string, std::string>;

TEST_CASE("the server refuses to write on the connection of a search, and takes it again afterwards") {
    SearchedDatabase db("read_only");
    db.execute("CREATE TABLE t (id INT PRIMARY KEY, x TEXT)");
    database::Connection reader(server().options(db.name));
    {
        verify::WholeSearch search(reader, {db.name});
        for (const char* sql : {"INSERT INTO t VALUES (1, 'x')", "UPDATE t SET x = 'y'", "DELETE FROM t"}) {
            CAPTURE(sql);
            try {
                reader.change(sql);
                FAIL("written");
            } catch (const database::DatabaseError& error) {
                CHECK(error.code() == 1792);  // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
            }
        }
    }
    CHECK(reader.change("INSERT INTO t VALUES (1, 'x')") == 1);
}

TEST_CASE("what is written during a search is not seen") {
    SearchedDatabase db("moment");
    db.execute("CREATE TABLE a (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE b (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE keyless (t TEXT)");
    db.insert("b", {std::int64_t{1}, "before: ann@example.org"});
    bool written = false;
    const auto findings = db.search(identity_of({"ann@example.org"}), [&](const verify::Progress&) {
        if (!written) {
            db.insert("b", {std::int64_t{2}, "ann@example.org"});
            db.insert("keyless", {"ann@example.org"});
            db.execute("DELETE FROM b WHERE id = 1");
        }
        written = true;
        return true;
    });
    CHECK(written);
    CHECK(hits_of(findings) == Hits{{"b.t", "1"}});
}

TEST_CASE("a table that changes its shape or goes away is told, and the others are searched") {
    SearchedDatabase db("shapes");
    for (const char* table : {"a", "b", "c", "d"}) {
        db.execute("CREATE TABLE " + std::string(table) + " (id INT PRIMARY KEY, t TEXT)");
        db.insert(table, {std::int64_t{1}, "ann@example.org"});
    }
    bool changed = false;
    const auto findings = db.search(identity_of({"ann@example.org"}), [&](const verify::Progress&) {
        if (!changed) {
            db.execute("DROP TABLE b");
            db.execute("ALTER TABLE c DROP COLUMN t, ADD COLUMN u TEXT");
        }
        changed = true;
        return true;
    });
    CHECK(hits_of(findings) == Hits{{"a.t", "1"}, {"d.t", "1"}});
    REQUIRE(findings.not_searched.size() == 2);
    CHECK(findings.not_searched[0].what == "b");
    CHECK(findings.not_searched[1].what == "c");
    CHECK(findings.failure.empty());
}

TEST_CASE("a lost connection ends the search and keeps what was found") {
    SearchedDatabase db("lost");
    for (const char* table : {"a", "b"}) {
        db.execute("CREATE TABLE " + std::string(table) + " (id INT PRIMARY KEY, t TEXT)");
        db.insert(table, {std::int64_t{1}, "ann@example.org"});
    }
    database::Connection reader(server().options(db.name));
    database::Rows own = reader.select("SELECT CONNECTION_ID()");
    REQUIRE(own.next());
    verify::WholeSearch search(reader, {db.name});
    const auto findings = search.run(identity_of({"ann@example.org"}), false, [&](const verify::Progress&) {
        db.execute("KILL " + own.text(0));
        return true;
    });
    CHECK(hits_of(findings) == Hits{{"a.t", "1"}});
    CHECK_FALSE(findings.failure.empty());
}

TEST_CASE("an account that may not see everything is told so") {
    SearchedDatabase db("grants");
    db.execute("CREATE TABLE seen (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE unseen (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE USER 'part@er'@localhost, whole@localhost");
    db.execute("GRANT SELECT ON grants.seen TO 'part@er'@localhost");
    db.execute("GRANT SELECT ON grants.* TO whole@localhost");
    for (const auto& [user, sees_all] : {std::pair{"part@er", false}, std::pair{"whole", true}}) {
        CAPTURE(user);
        auto options = server().options(db.name);
        options.user = user;
        database::Connection reader(options);
        verify::WholeSearch search(reader, {db.name});
        const auto findings =
            search.run(identity_of({"ann@example.org"}), false, [](const verify::Progress&) { return true; });
        CHECK(findings.not_searched.empty() == sees_all);
        CHECK(findings.tables == (sees_all ? 2u : 1u));
    }
}

TEST_CASE("a search that sees no table at all is not a search of everything") {
    SearchedDatabase db("blind");
    db.execute("CREATE TABLE unseen (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE USER blind@localhost");
    db.execute("GRANT CREATE ON blind.* TO blind@localhost");
    auto options = server().options(db.name);
    options.user = "blind";
    database::Connection reader(options);
    verify::WholeSearch search(reader, {db.name});
    const auto findings =
        search.run(identity_of({"ann@example.org"}), false, [](const verify::Progress&) { return true; });
    CHECK(findings.tables == 0);
    REQUIRE(findings.not_searched.size() == 1);
    CHECK(findings.not_searched[0].what == db.name);
}
