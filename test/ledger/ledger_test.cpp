// The ledger itself: what it takes, what it refuses, and that its tables cannot hold a name or an address.
#include "ledger/ledger.h"

#include <map>
#include <set>

#include "base/error.h"
#include "erasure/world.h"
#include "ledger/recorded_name.h"
#include "policy/hash.h"
#include "restore/file.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Ledger;
using ledger::Record;
using ledger::Status;

namespace {

const std::string digest(64, 'd');

Record full_row() {
    Record row;
    row.contact = 7;
    row.subject_hash = std::string(32, 'a');
    row.algorithm = "hmac-md5";
    row.key_id = std::string(16, 'b');
    row.channel = "sms";
    row.reason = policy::Reason::manual;
    row.origin = Origin::sweep;
    row.opted_out_at = parse_utc("2026-03-01 10:00:00.000");
    row.requested_at = parse_utc("2026-03-01 10:00:01.001");
    row.erased_at = parse_utc("2026-03-01 10:00:02.002");
    row.last_pass_at = parse_utc("2026-03-01 10:00:03.003");
    row.completed_at = parse_utc("2026-03-01 10:00:04.999");
    row.status = Status::partial;
    row.passes = 3;
    row.rows_changed = 18446744073709551615u;
    row.rows_deleted = 2;
    row.rows_late = 1;
    row.marks.add("email", row.subject_hash);
    row.policy_digest = row.schema_digest = row.map_digest = digest;
    row.files_removed = 3;
    row.values_emptied = 4;
    row.not_covered = {true, true, 5};
    row.findings = {{"email_stats", "source", 4}, {"page_hits", "url", 1}};
    return row;
}

class Shelf {
  public:
    Shelf() : connection(server().options()) {
        server().execute("DROP DATABASE IF EXISTS test_ledger");
        ledger().create();
    }
    Ledger ledger() { return Ledger(connection, "test_ledger"); }

    database::Connection connection;
};

// An INSERT of a whole row by hand, with one column's value replaced.
std::string insert_with(const std::string& column, const std::string& value) {
    std::map<std::string, std::string> row{{"contact_id", "7"},
                                           {"algorithm", "'md5'"},
                                           {"channel", "'email'"},
                                           {"reason", "'bounced'"},
                                           {"origin", "'webhook'"},
                                           {"status", "'settling'"},
                                           {"passes", "1"},
                                           {"rows_changed", "1"},
                                           {"rows_deleted", "1"},
                                           {"rows_late", "0"},
                                           {"hash_marks", "''"},
                                           {"policy_digest", "'" + digest + "'"},
                                           {"map_digest", "'" + digest + "'"},
                                           {"schema_digest", "'" + digest + "'"}};
    row[column] = "'" + value + "'";
    std::string columns, values;
    for (const auto& [name, literal] : row) {
        columns += (columns.empty() ? "" : ", ") + name;
        values += (values.empty() ? "" : ", ") + literal;
    }
    return "INSERT INTO test_ledger.erasure (" + columns + ") VALUES (" + values + ")";
}

bool is_refused(database::Connection& connection, const std::string& sql) {
    try {
        connection.change(sql);
    } catch (const database::DatabaseError&) {
        return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a row is read as it was written") {
    Shelf shelf;
    const Record row = full_row();
    shelf.ledger().write(row);
    const auto found = shelf.ledger().find(7);
    REQUIRE(found.has_value());
    CHECK(found->subject_hash == row.subject_hash);
    CHECK(found->algorithm == row.algorithm);
    CHECK(found->key_id == row.key_id);
    CHECK(found->channel == row.channel);
    CHECK(found->reason == row.reason);
    CHECK(found->origin == row.origin);
    CHECK(found->opted_out_at == row.opted_out_at);
    CHECK(found->requested_at == row.requested_at);
    CHECK(found->erased_at == row.erased_at);
    CHECK(found->last_pass_at == row.last_pass_at);
    CHECK(found->completed_at == row.completed_at);
    CHECK(found->status == row.status);
    CHECK(found->passes == row.passes);
    CHECK(found->rows_changed == row.rows_changed);
    CHECK(found->marks.text() == row.marks.text());
    CHECK(found->map_digest == row.map_digest);
    CHECK(found->files_removed == 3);
    CHECK(found->values_emptied == 4);
    CHECK(found->not_covered.files);
    CHECK(found->not_covered.older_rows);
    CHECK(found->not_covered.undecided == 5);
    REQUIRE(found->findings.size() == 2);
    CHECK(found->findings[0].table == "email_stats");
    CHECK(found->findings[0].cells == 4);
    CHECK_FALSE(shelf.ledger().find(8).has_value());
}

TEST_CASE("a record of every hash algorithm can be kept, in the tables and in a file") {
    Shelf shelf;
    ContactId contact = 0;
    std::set<std::string> names;
    for (const policy::HashOptions& options : policy::all_hash_options({"a key", "another key"})) {
        Record row = full_row();
        const policy::Hasher hasher(options);
        row.contact = ++contact;
        row.algorithm = hasher.algorithm_name();
        row.key_id = hasher.key_id();
        row.subject_hash = hasher.hash("ann@example.org", policy::Normalisation::email);
        names.insert(row.algorithm);
        CAPTURE(row.algorithm);
        CHECK(row.subject_hash.size() == policy::facts_of(options.algorithm).digits);
        shelf.ledger().write(row);
        const auto read = shelf.ledger().find(contact);
        REQUIRE(read);
        CHECK(read->algorithm == row.algorithm);
        CHECK(read->key_id == row.key_id);
        CHECK(restore::parse_ledger_line(restore::ledger_line(row)).key_id == row.key_id);
    }
    CHECK(names.size() == policy::Hasher::all_algorithm_names().size());
}

TEST_CASE("each of what was not covered is kept by itself, and a held row needs no erasure") {
    Shelf shelf;
    Record row = full_row();
    for (const bool files : {false, true}) {
        for (const bool older_rows : {false, true}) {
            row.not_covered = {files, older_rows, std::nullopt};
            shelf.ledger().write(row);
            CHECK(shelf.ledger().find(7)->not_covered.files == files);
            CHECK(shelf.ledger().find(7)->not_covered.older_rows == older_rows);
        }
    }
    Record held;
    held.contact = 8;
    held.status = Status::held;
    held.algorithm = "md5";
    held.channel = "email";
    held.policy_digest = held.schema_digest = held.map_digest = digest;
    shelf.ledger().write(held);
    const auto found = shelf.ledger().find(8);
    CHECK(found->status == Status::held);
    CHECK_FALSE(found->erased_at.has_value());
    CHECK(found->subject_hash.empty());
}

TEST_CASE("writing again replaces the row and its findings") {
    Shelf shelf;
    Record row = full_row();
    shelf.ledger().write(row);
    row.findings = {{"page_hits", "url", 9}};
    row.subject_hash.clear();
    row.key_id.clear();
    row.channel = "an invented channel";
    row.completed_at.reset();
    shelf.ledger().write(row);
    const auto found = shelf.ledger().find(7);
    CHECK(found->subject_hash.empty());
    CHECK(found->key_id.empty());
    CHECK(found->channel == "other");
    CHECK_FALSE(found->completed_at.has_value());
    REQUIRE(found->findings.size() == 1);
    CHECK(found->findings[0].cells == 9);
}

TEST_CASE("a finding is kept whatever its column is called") {
    Shelf shelf;
    Record row = full_row();
    std::string longest;  // that a server takes: 64 letters
    for (int i = 0; i < 64; ++i) longest += "\u0436";
    row.findings = {{"plugin-table", "gr\u00f6\u00dfe", 2},
                    {"plugin-table", longest, 3},
                    {"plugin_table", "a-b", 4},
                    {"plugin_table", "a_b", 5}};
    shelf.ledger().write(row);
    const auto found = shelf.ledger().find(7);
    REQUIRE(found->findings.size() == 4);
    std::map<std::string, std::uint64_t> cells;
    for (const ledger::Finding& finding : found->findings)
        cells[finding.table + '.' + finding.column] = finding.cells;
    for (const ledger::Finding& finding : row.findings) {
        CHECK(cells[ledger::recorded_name(finding.table) + '.' + ledger::recorded_name(finding.column)] ==
              finding.cells);
    }
    CHECK(ledger::recorded_name("plugin_table") == "plugin_table");
}

TEST_CASE("rows are found by the hash of the address") {
    Shelf shelf;
    Record row = full_row();
    for (const ContactId contact : {9, 7, 8}) {
        row.contact = contact;
        row.subject_hash = std::string(32, contact == 8 ? 'e' : 'a');
        shelf.ledger().write(row);
    }
    const std::vector<std::string> hashes{std::string(32, 'a'), std::string(64, 'f')};
    const auto found = shelf.ledger().find_by_subject(hashes);
    REQUIRE(found.size() == 2);
    CHECK(found[0].contact == 7);
    CHECK(found[1].contact == 9);
    CHECK(found[1].findings.size() == 2);
    CHECK(shelf.ledger().find_by_subject({}).empty());
}

TEST_CASE("no text column of the ledger takes a name or an address") {
    Shelf shelf;
    REQUIRE_FALSE(is_refused(shelf.connection, insert_with("channel", "email")));  // the row itself is fine
    shelf.connection.change("DELETE FROM test_ledger.erasure");
    database::Rows columns = shelf.connection.select(
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'test_ledger'"
        " AND CHARACTER_MAXIMUM_LENGTH IS NOT NULL AND TABLE_NAME = 'erasure'");
    std::size_t seen = 0;
    while (columns.next()) {
        ++seen;
        for (const std::string value :
             {"ann@example.org", "Ann", "Ann Other", "ann", "+49 30 1234567",
              "0123456789ABCDEF0123456789ABCDEF", "Gr\u00fc\u00dfe", "0123456789abcdef0123456789abcdef@"}) {
            CAPTURE(columns.text(1), value);
            CHECK(is_refused(shelf.connection, insert_with(columns.text(1), value)));
        }
    }
    CHECK(seen == 13);
    for (const std::string value : {"ann@example.org", "Ann Other", "+49 30 1234567", "Gr\u00fc\u00dfe"}) {
        CAPTURE(value);
        CHECK(is_refused(shelf.connection,
                         "INSERT INTO test_ledger.covered_column (table_name, column_name)"
                         " VALUES ('" +
                             value + "', 'a')"));
        CHECK(is_refused(shelf.connection,
                         "INSERT INTO test_ledger.covered_column (table_name, column_name)"
                         " VALUES ('a', '" +
                             value + "')"));
    }
    CHECK(shelf.connection.change("INSERT INTO test_ledger.covered_column (table_name, column_name)"
                                  " VALUES ('leads', 'email')") == 1);
}

TEST_CASE("the ledger is made once and refused when it is newer") {
    Shelf shelf;
    CHECK(shelf.ledger().format_found() == Ledger::format);
    shelf.ledger().write(full_row());
    shelf.ledger().create();
    CHECK(shelf.ledger().find(7).has_value());
    CHECK_FALSE(Ledger(shelf.connection, "nowhere").format_found().has_value());
    const std::string newer = std::to_string(Ledger::format + 1);
    shelf.connection.change("INSERT INTO test_ledger.ledger_format VALUES (" + newer + ")");
    try {
        shelf.ledger().create();
        FAIL("accepted");
    } catch (const ConfigurationError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("has format " + newer));
    }
}

TEST_CASE("a ledger whose making was interrupted is completed") {
    Shelf shelf;
    shelf.connection.change("DROP TABLE test_ledger.finding");
    shelf.connection.change("DROP TABLE test_ledger.ledger_format");
    CHECK_FALSE(shelf.ledger().format_found().has_value());
    shelf.ledger().create();
    shelf.ledger().write(full_row());
    CHECK(shelf.ledger().find(7)->findings.size() == 2);
}

TEST_CASE("marks that somebody changed by hand are refused") {
    Shelf shelf;
    shelf.ledger().write(full_row());
    shelf.connection.change("ALTER TABLE test_ledger.erasure DROP CONSTRAINT hash_marks_are_hex");
    shelf.connection.change("UPDATE test_ledger.erasure SET hash_marks = 'abc'");
    CHECK_THROWS_AS(shelf.ledger().find(7), Error);
}
