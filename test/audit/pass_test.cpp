// What an audit finds in a database, and of whom.
#include "audit/pass.h"

#include <algorithm>

#include "audit/world.h"
#include "audit/writer.h"
#include "base/error.h"
#include "content/zlib.h"
#include "ledger/owner.h"
#include "matching/identity.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

const std::vector<std::string>& erased_people() {
    static const std::vector<std::string> some{people()[0], people()[3], people()[11], people()[13]};
    return some;
}

bool is_of_erased(const std::string& text) {
    return std::any_of(erased_people().begin(), erased_people().end(), [&](const std::string& person) {
        matching::Identity identity;
        identity.add(person);
        return identity.match(text) == matching::Match::strong;
    });
}

}  // namespace

TEST_CASE("rows with an address of somebody erased are counted, and no neighbour's") {
    AuditedDatabase db("random");
    db.execute("CREATE TABLE texts (id INT UNSIGNED PRIMARY KEY, words LONGTEXT, bytes LONGBLOB, page TEXT)");
    std::map<std::string, std::uint64_t> expected;
    for (unsigned seed = 1; seed <= 1'500; ++seed) {
        Writer writer(seed);
        const std::string words = writer.text(false), bytes = writer.text(), page = writer.text(false);
        db.insert("texts", {std::uint64_t{seed}, words, bytes, page});
        expected["texts.words"] += is_of_erased(words) ? 1 : 0;
        expected["texts.bytes"] += is_of_erased(bytes) ? 1 : 0;
        expected["texts.page"] += is_of_erased(page) ? 1 : 0;
    }
    ContactId contact = 1;
    for (const std::string& person : erased_people()) db.erase(contact++, person);
    Hits hits;
    for (const auto& [column, rows] : expected) {
        REQUIRE(rows > 100);
        REQUIRE(rows < 1'400);
        hits[column] = std::to_string(rows);
    }
    CHECK(db.audit() == hits);
}

TEST_CASE("who is a contact again is counted apart, and the erased contact's own row is not") {
    AuditedDatabase db("again");
    db.execute("CREATE TABLE notes (id INT PRIMARY KEY, text TEXT)");
    db.insert("notes", {std::int64_t{1}, "ann@example.org and bob@example.org"});
    db.insert("notes", {std::int64_t{2}, "to bob@example.org"});
    db.insert("notes", {std::int64_t{3}, "to carol@example.org"});
    db.erase(1, "ann@example.org");
    db.erase(2, "bob@example.org");
    CHECK(db.audit() == Hits{{"notes.text", "2"}});
    db.add_contact(12, "Bob@Example.org");
    CHECK(db.audit() == Hits{{"notes.text", "1+1"}, {"leads.email", "0+1"}});
    db.add_contact(1, "ann@example.org");
    CHECK(db.audit() == Hits{{"notes.text", "1+1"}, {"leads.email", "1+1"}});
}

TEST_CASE("a record counts if it tells of an erasure that stands and was made before") {
    AuditedDatabase db("records");
    db.execute("CREATE TABLE notes (id INT PRIMARY KEY, text TEXT)");
    db.insert("notes", {std::int64_t{1}, "ann@example.org"});
    auto record = db.record(7, "ann@example.org");
    const auto is_found_with = [&](Status status) {
        record.status = status;
        db.write(record);
        return !db.audit().empty();
    };
    CHECK(is_found_with(Status::settling));
    CHECK(is_found_with(Status::complete));
    CHECK(is_found_with(Status::partial));
    CHECK_FALSE(is_found_with(Status::superseded));
    CHECK_FALSE(is_found_with(Status::held));
    // Another erasure of the same id followed, of another address.
    record.status = Status::complete;
    db.write(record);
    auto next = db.record(7, "other@example.org");
    next.begins = true;
    db.write(next);
    CHECK(db.audit() == Hits{{"notes.text", "1"}});
    next.begins = false;
    next.status = Status::superseded;
    db.write(next);
    CHECK(db.audit().empty());
    // Made while the audit runs: the rows that were read before still had the address.
    db.insert("notes", {std::int64_t{2}, "late@example.org"});
    auto late = db.record(8, "late@example.org");
    late.erased_at = now() + std::chrono::minutes{1};
    db.write(late);
    CHECK(db.audit().empty());
}

TEST_CASE("of a replica the erasures of the last minutes do not count") {
    AuditedDatabase db("replica");
    db.execute("CREATE TABLE notes (id INT PRIMARY KEY, text TEXT)");
    db.insert("notes", {std::int64_t{1}, "ann@example.org"});
    auto record = db.record(7, "ann@example.org");
    record.erased_at = now() - std::chrono::minutes{2};
    db.write(record);
    auto options = db.options();
    CHECK_FALSE(db.audit(options).empty());
    options.is_replica = true;
    CHECK(db.audit(options).empty());
}

TEST_CASE("every algorithm, key and spelling that the ledger has is recognised, and a missing key is told") {
    AuditedDatabase db("hash_keys");
    db.execute("CREATE TABLE notes (id INT PRIMARY KEY, text TEXT)");
    using policy::Algorithm;
    db.erase(1, "md5@example.org");
    db.erase(2, "sha@example.org", {Algorithm::sha256, ""});
    db.erase(3, "keyed@example.org", {Algorithm::md5, "secret"});
    db.erase(4, "keyed-sha@example.org", {Algorithm::sha256, "secret"});
    db.erase(5, "J\xc3\x96RG@b\xc3\xbc\x63her.example");
    int id = 1;
    for (const char* text : {"MD5@example.org", "sha@EXAMPLE.org", "keyed@example.org",
                             "keyed-sha@example.org", "j\xc3\xb6rg@xn--bcher-kva.example"}) {
        db.insert("notes", {std::int64_t{id++}, text});
    }
    database::Connection reader(audit_server().options(db.name));
    audit::Pass without({reader, reader}, db.options(), [] { return true; });
    db.run(without, [](const audit::TableState&) { return true; });
    CHECK(hits_of(without) == Hits{{"notes.text", "3"}});
    CHECK(without.not_searched().size() == 2);
    auto options = db.options();
    options.keys = {"secret"};
    CHECK(db.audit(options) == Hits{{"notes.text", "5"}});
}

TEST_CASE("rows are named by keys that are numbers, and by no other") {
    AuditedDatabase db("named");
    db.execute("CREATE TABLE pairs (a INT, b BIGINT UNSIGNED, t TEXT, PRIMARY KEY (a, b))");
    db.execute("CREATE TABLE people (email VARCHAR(100) PRIMARY KEY)");
    db.execute("CREATE TABLE `odd it's` (id INT PRIMARY KEY, `t x` TEXT)");
    db.execute("CREATE TABLE keyless (t TEXT)");
    db.insert("pairs", {std::int64_t{-7}, std::uint64_t{18446744073709551615u}, "ann@example.org"});
    db.insert("people", {"ann@example.org"});
    db.insert("`odd it's`", {std::int64_t{9}, "ann@example.org"});
    db.insert("keyless", {"ann@example.org"});
    db.erase(77, "ann@example.org");
    database::Connection reader(audit_server().options(db.name));
    const auto keys = [&](const audit::Pass& pass) {
        std::map<std::string, std::string> named;
        for (const auto& state : pass.tables()) {
            CHECK(state.failure.empty());
            for (const auto& row : state.columns[0].rows) {
                named[state.table.name] = row.key;
                CHECK(row.contact == 77);
            }
            if (state.table.name != "leads") CHECK(state.contacts == std::set<ContactId>{77});
        }
        return named;
    };
    audit::Pass pass({reader, reader}, db.options(), [] { return true; });
    db.run(pass, [](const audit::TableState&) { return true; });
    const std::map<std::string, std::string> expected{{"pairs", "-7,18446744073709551615"},
                                                      {"odd it's", "9"}};
    CHECK(keys(pass) == expected);
    CHECK(hits_of(pass).size() == 4);
    // What was kept is the same, and no address.
    auto options = db.options();
    options.anew = false;
    db.connection.change("DELETE FROM named_ledger.mark WHERE name = 'audit_finished'");
    audit::Pass again({reader, reader}, options, [] { return true; });
    CHECK(again.is_continued());
    CHECK(again.take() == nullptr);
    CHECK(keys(again) == expected);
    CHECK(hits_of(again) == hits_of(pass));
    for (const char* table : {"audit_table", "audit_column", "audit_row", "audit_contact"}) {
        auto rows = db.connection.select(std::string("SELECT * FROM named_ledger.") + table);
        while (rows.next()) {
            for (std::size_t i = 0; i < rows.column_count(); ++i) {
                CHECK(rows.text(i).find('@') == std::string::npos);
            }
        }
    }
}

TEST_CASE("only the tables that are named are read, and nothing of it is kept") {
    AuditedDatabase db("some");
    db.execute("CREATE TABLE one (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE other (id INT PRIMARY KEY, t TEXT)");
    db.insert("one", {std::int64_t{1}, "ann@example.org"});
    db.insert("other", {std::int64_t{1}, "ann@example.org"});
    db.erase(1, "ann@example.org");
    auto options = db.options();
    options.tables = {"other"};
    CHECK(db.audit(options) == Hits{{"other.t", "1"}});
    CHECK_FALSE(db.connection.select("SELECT * FROM some_ledger.audit_table").next());
    options.tables = {"another"};
    CHECK_THROWS_AS(db.audit(options), ConfigurationError);
}

TEST_CASE("a table that cannot be read is told, and the others are read") {
    AuditedDatabase db("unreadable");
    db.execute("CREATE TABLE a (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE b (id INT PRIMARY KEY, t TEXT)");
    db.insert("b", {std::int64_t{1}, "ann@example.org"});
    db.erase(1, "ann@example.org");
    database::Connection reader(audit_server().options(db.name));
    audit::Pass pass({reader, reader}, db.options(), [] { return true; });
    db.execute("DROP TABLE a");
    CHECK(db.run(pass, [](const audit::TableState&) { return true; }));
    CHECK(hits_of(pass) == Hits{{"b.t", "1"}});
    REQUIRE(pass.not_searched().size() == 1);
    CHECK(pass.not_searched()[0].what == "a");
}

TEST_CASE("what an audit could not search is told of it afterwards too") {
    AuditedDatabase db("unsearched");
    db.execute("CREATE TABLE a (id INT PRIMARY KEY, t TEXT)");
    db.execute("CREATE TABLE b (id INT PRIMARY KEY, t TEXT)");
    db.erase(1, "ann@example.org");
    db.erase(2, "keyed@example.org", {policy::Algorithm::sha256, "secret"});
    database::Connection reader(audit_server().options(db.name));
    const auto missing = [&](const std::string& key) {
        auto options = db.options();
        options.keys = {key};
        std::vector<std::string> names;
        for (const auto& one : audit::read_kept_audit({reader, reader}, options).not_searched) {
            names.push_back(one.what.substr(0, one.what.find(' ')));
        }
        return names;
    };
    using Names = std::vector<std::string>;
    CHECK(missing("") == Names{});  // there was none yet
    audit::Pass pass({reader, reader}, db.options(), [] { return true; });
    CHECK(missing("secret") == Names{});
    db.execute("RENAME TABLE a TO elsewhere");
    CHECK(db.run(pass, [](const audit::TableState&) { return true; }));
    db.execute("RENAME TABLE elsewhere TO a");
    CHECK(missing("secret") == Names{"a"});
    CHECK(missing("") == Names{"erasures", "a"});
    db.execute(
        "INSERT INTO unsearched_ledger.audit_column (table_name, column_name, rows_erased, rows_returned, "
        "unreadable) VALUES ('b', 't', 0, 0, 3)");
    CHECK(missing("secret") == Names{"a", "b.t"});
}

TEST_CASE("a compressed cell that is too long to be looked into is told, and no other") {
    AuditedDatabase db("too_long");
    db.execute("CREATE TABLE cells (id INT PRIMARY KEY, b LONGBLOB)");
    constexpr std::size_t limit = content::searched_bytes_max;
    const std::string address = " ann@example.org";
    const std::string filler(limit - address.size(), '.');
    db.insert("cells", {std::int64_t{1}, content::deflate(filler + address)});
    db.insert("cells", {std::int64_t{2}, content::deflate('.' + filler + address)});
    db.insert("cells", {std::int64_t{3}, content::deflate(address).substr(0, 2) + std::string(100'000, 'x')});
    db.erase(1, "ann@example.org");
    database::Connection reader(audit_server().options(db.name));
    audit::Pass pass({reader, reader}, db.options(), [] { return true; });
    CHECK(db.run(pass, [](const audit::TableState&) { return true; }));
    CHECK(hits_of(pass) == Hits{{"cells.b", "1"}});
    REQUIRE(pass.not_searched().size() == 1);
    CHECK(pass.not_searched()[0].what == "cells.b");
    CHECK(pass.not_searched()[0].why.starts_with("1 compressed"));
    matching::Identity identity;
    identity.add("ann@example.org");
    verify::WholeSearch search(reader, {db.name});
    const auto findings = search.run(identity, true, [](const verify::Progress&) { return true; });
    CHECK(findings.hits.size() == 1);
    REQUIRE(findings.not_searched.size() == 1);
    CHECK(findings.not_searched[0].why == pass.not_searched()[0].why);
}

TEST_CASE("a ledger that is not there is refused") {
    AuditedDatabase db("no_ledger");
    auto options = db.options();
    options.ledger_database = "nowhere";
    CHECK_THROWS_AS(db.audit(options), ConfigurationError);
}

TEST_CASE("a ledger of another Mautic is refused, also for what is kept in it") {
    AuditedDatabase db("not_ours");
    database::Connection reader(audit_server().options(db.name));
    auto options = db.options();
    ledger::open_ledger(db.connection, db.ledger_name, "mtc_");
    CHECK_THROWS_AS(db.audit(options), ConfigurationError);
    CHECK_THROWS_AS(audit::read_kept_audit({reader, reader}, options), ConfigurationError);
    options.tables = {"leads"};
    CHECK_THROWS_AS(db.audit(options), ConfigurationError);
    ledger::adopt(db.connection, db.ledger_name, "");
    CHECK_NOTHROW(db.audit(options));
    CHECK_NOTHROW(audit::read_kept_audit({reader, reader}, options));
}
