// Seals of a ledger in a database: what they hold, what is found, and by whom they are made at the same time.
#include <atomic>
#include <thread>

#include "base/error.h"
#include "erasure/world.h"
#include "restore/file.h"
#include "seal/outside.h"
#include "seal/sealed_ledger.h"
#include "support/catch.h"
#include "support/server_under_test.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;
using seal::Discrepancy;
using seal::Evidence;
using seal::SealKind;

namespace {

std::string in_ledger(const std::string& table) { return std::string(SealedLedger::name) + "." + table; }
std::string in_seals(const std::string& table) { return std::string(SealedLedger::seals_name) + "." + table; }

void age(SealedLedger& ledger) { ledger.time += std::chrono::hours{24}; }

// Two erasures, one of them finished; a look-up; all sealed.
void begin(SealedLedger& ledger) {
    ledger.erase(7);
    ledger.pass(7, Status::complete);
    ledger.erase(8);
    ledger.look_up();
    age(ledger);
    ledger.seal();
}

std::vector<Discrepancy> kinds_of(const seal::SealReport& report) {
    std::vector<Discrepancy> kinds;
    for (const auto& found : report.found) kinds.push_back(found.what);
    return kinds;
}

}  // namespace

TEST_CASE("A seal covers what changed since the one before") {
    SealedLedger ledger(server().options());
    begin(ledger);
    auto first = ledger.store().last();
    REQUIRE(first.has_value());
    CHECK(first->number == 1);
    CHECK(first->rows == 5);  // two records, their addresses, the look-up
    CHECK(first->whole);
    CHECK(first->previous == seal::no_seal_before());
    ledger.pass(8, Status::partial);
    CHECK(ledger.verify().unsealed == 1);
    const seal::SealRun run = ledger.seal();
    CHECK(run.sealed == 1);
    CHECK(run.last->previous == first->hash());
    const seal::SealReport report = ledger.verify();
    CHECK(report.found_count == 0);
    CHECK(report.seals == 2);
    CHECK(report.rows == 5);
    CHECK(report.unsealed == 0);
    // A finding belongs to its record.
    ledger.connection.change("UPDATE " + in_ledger("finding") + " SET cells = cells + 1 LIMIT 1");
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::changed});
}

TEST_CASE("What was forged stays found, and is not sealed, until a person accepts it") {
    SealedLedger ledger(server().options());
    begin(ledger);
    ledger.connection.change("UPDATE " + in_ledger("erasure") +
                             " SET rows_changed = 99 WHERE contact_id = 7");
    ledger.connection.change("DELETE FROM " + in_ledger("erased_address") + " WHERE contact_id = 8");
    age(ledger);
    for (int seals = 0; seals < 3; ++seals) {
        const seal::SealRun run = ledger.seal();
        CHECK(run.findings == 2);
        CHECK(run.sealed == 0);
        const seal::SealReport report = ledger.verify();
        REQUIRE(report.found_count == 2);
        CHECK(report.found[0].what == Discrepancy::changed);
        CHECK(report.found[0].table == Evidence::erasure);
        CHECK(report.found[0].key == 7);
        CHECK(report.found[0].seal == 1);
        CHECK(report.found[1].what == Discrepancy::removed);
        CHECK(report.found[1].table == Evidence::erased_address);
    }
    seal::SealerOptions accepting = ledger.sealing();
    accepting.kind = SealKind::accepted;
    CHECK(ledger.seal(accepting).sealed == 2);
    const seal::SealReport report = ledger.verify();
    CHECK(report.found_count == 0);
    CHECK(report.accepted == 1);
    CHECK(ledger.seal().findings == 0);
    // What was accepted as gone may not come back unseen.
    ledger.connection.change(
        "INSERT INTO " + in_ledger("erased_address") +
        " SELECT 2, 8, REPEAT('a', 64), 'sha256', '', 'current', '2026-03-01', NULL FROM DUAL");
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::added});
}

TEST_CASE("Seals that are cut off at the end are found by the ledger's own count, or by the copy outside") {
    const TemporaryDirectory directory;
    SealedLedger ledger(server().options());
    seal::SealerOptions options = ledger.sealing();
    options.file = directory / "seals";
    begin(ledger);  // this one is not in the file yet
    ledger.seal(options);
    CHECK(seal::read_copies(options.file).hashes.size() == 2);
    ledger.erase(9);
    ledger.seal(options);
    const auto cut = [&] {
        ledger.connection.change("DELETE FROM " + in_seals("leaf") + " WHERE seal = 3");
        ledger.connection.change("DELETE FROM " + in_seals("seal") + " WHERE number = 3");
    };
    cut();
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::cut_off});
    CHECK_THROWS_WITH(ledger.seal(), ContainsSubstring("the ledger knows of 3, and there are 2"));
    ledger.connection.change("UPDATE " + in_ledger("mark") + " SET number = 2 WHERE name = 'sealed'");
    // Whoever sets that back as well can be found by the copy only.
    CHECK(ledger.verify().found_count == 0);
    const seal::SealReport report = ledger.verify({options.file});
    REQUIRE(report.found_count == 1);
    CHECK(report.found[0].what == Discrepancy::cut_off);
    CHECK(report.found[0].seal == 3);
    CHECK(report.copies_compared == 2);
    CHECK_THROWS_WITH(ledger.seal(options), ContainsSubstring("is not in the database"));
    // A daemon without the file goes on, with another seal of that number.
    age(ledger);
    ledger.seal();
    CHECK(kinds_of(ledger.verify({options.file})) == std::vector{Discrepancy::outside_copy});
}

TEST_CASE("A file that cannot be written costs no seal at each attempt") {
    const TemporaryDirectory directory;
    SealedLedger ledger(server().options());
    seal::SealerOptions options = ledger.sealing();
    options.file = directory / "not there" / "seals";
    begin(ledger);
    for (int attempt = 0; attempt < 3; ++attempt) {
        CHECK_THROWS_WITH(ledger.seal(options), ContainsSubstring("cannot be written"));
    }
    CHECK(ledger.store().last()->number == 1);
    std::filesystem::create_directory(directory / "not there");
    ledger.seal(options);
    CHECK(seal::read_copies(options.file).hashes.size() == 2);
}

TEST_CASE("A chain that was made anew with another key does not pass for the old one") {
    SealedLedger ledger(server().options());
    begin(ledger);
    const SigningKey old_key = ledger.key;
    SECTION("forged") {
        ledger.connection.change("DELETE FROM " + in_seals("leaf"));
        ledger.connection.change("DELETE FROM " + in_seals("seal"));
        ledger.connection.change("DELETE FROM " + in_ledger("mark") + " WHERE name = 'sealed'");
        ledger.key = SigningKey(make_signing_key());
        ledger.seal();
        CHECK(ledger.verify().found_count == 0);
        const seal::SealReport report =
            seal::verify_seals(ledger.connection, {SealedLedger::name, {old_key.public_key()}, {}});
        REQUIRE(report.found_count == 1);
        CHECK(report.found[0].what == Discrepancy::key);
    }
    SECTION("a new key of the daemon's") {
        ledger.key = SigningKey(make_signing_key());
        CHECK_THROWS_WITH(ledger.seal(), ContainsSubstring("is not signed with this key"));
        seal::SealerOptions accepting = ledger.sealing();
        accepting.kind = SealKind::accepted;
        ledger.seal(accepting);
        ledger.seal();
        CHECK(ledger.verify().found_count == 0);  // the seals of the old key too
        CHECK(ledger.verify().public_keys == std::vector{old_key.public_key(), ledger.key.public_key()});
        ledger.connection.change("UPDATE " + in_seals("signing_key") + " SET public_key = '" +
                                 ledger.key.public_key() + "' WHERE public_key = '" + old_key.public_key() +
                                 "'");
        CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::signature});
    }
}

// The daemon's account can do that much.
TEST_CASE("A seal that somebody added with a key of their own is not built upon") {
    SealedLedger ledger(server().options());
    begin(ledger);
    const SigningKey own = ledger.key;
    ledger.key = SigningKey(make_signing_key());
    seal::Seal forged = *ledger.store().last();
    forged.previous = forged.hash();
    forged.number = 2;
    forged.rows = 0;
    forged.root = to_hex(sha256(""));
    seal::sign(forged, ledger.key);
    ledger.store().add(forged, ledger.key.public_key());
    ledger.key = own;
    CHECK_THROWS_WITH(ledger.seal(), ContainsSubstring("seal 2 is not signed with this key"));
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::key, Discrepancy::key});
    // A leaf that is added shows as well.
    ledger.connection.change("DELETE FROM " + in_seals("seal") + " WHERE number = 2");
    ledger.connection.change("INSERT INTO " + in_seals("leaf") +
                             " SELECT table_name, row_key, 2, state, changed_at, content, erasure FROM " +
                             in_seals("leaf") + " l LIMIT 1");
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::leaves});
}

TEST_CASE("Rows and leaves that a table's key would not allow are found") {
    constexpr std::uint64_t last_of_page = seal::Comparison::page_rows;
    SealedLedger ledger(server().options());
    ledger.connection.change(std::string("USE ") + SealedLedger::name);
    ledger.connection.change(
        "INSERT INTO " + in_ledger("erased_address") +
        " SELECT seq, seq, SHA2(seq, 256), 'sha256', '', 'seen', '2026-02-01', NULL FROM " +
        sequence(1, 1'200));
    ledger.seal();
    REQUIRE(ledger.verify().found_count == 0);
    SECTION("a row with the number of another one, at the end of a page") {
        ledger.connection.change("ALTER TABLE " + in_ledger("erased_address") +
                                 " MODIFY id BIGINT UNSIGNED NOT NULL, DROP PRIMARY KEY, ADD KEY (id)");
        ledger.connection.change("INSERT INTO " + in_ledger("erased_address") + " VALUES (" +
                                 std::to_string(last_of_page) +
                                 ", 1, REPEAT('a', 64), 'sha256', '', 'seen', '2026-02-01', NULL)");
        const seal::SealReport report = ledger.verify();
        REQUIRE(report.found_count > 0);
        CHECK(report.found[0].key == last_of_page);
    }
    SECTION("a leaf before the first seal") {
        ledger.connection.change(
            "INSERT INTO " + in_ledger("erasure") +
            " (contact_id, algorithm, channel, reason, origin, erased_at, last_pass_at, status, passes,"
            " rows_changed, rows_deleted, rows_late, hash_marks, policy_digest, schema_digest, map_digest)"
            " VALUES (0, 'sha256', 'email', 'bounced', 'webhook', '2026-02-01', '2026-02-01', 'complete', 3,"
            " 40, 5, 0, '', REPEAT('d', 64), REPEAT('d', 64), REPEAT('d', 64))");
        REQUIRE(kinds_of(ledger.verify()) == std::vector{Discrepancy::added});
        seal::RowReader rows(ledger.connection, SealedLedger::name);
        const seal::Leaf leaf = seal::leaf_of(*rows.record(0));
        ledger.store().add_leaves(std::span(&leaf, 1));
        CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::leaves, Discrepancy::added});
    }
}

TEST_CASE("What a record was before its last seal does not pass for a former record") {
    SealedLedger ledger(server().options());
    begin(ledger);
    ledger.connection.change("CREATE TABLE " + in_ledger("earlier") + " AS SELECT * FROM " +
                             in_ledger("erasure") + " WHERE contact_id = 8");
    ledger.pass(8, Status::complete);
    age(ledger);
    ledger.seal();
    const auto columns = [&] {
        std::string list;
        for (const seal::Column& column : seal::layout_of(Evidence::erasure).columns)
            list += (list.empty() ? "" : ", ") + std::string(column.name);
        return list;
    }();
    ledger.connection.change("INSERT INTO " + in_ledger("former_erasure") + " (" + columns + ") SELECT " +
                             columns + " FROM " + in_ledger("earlier"));
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::added});
    ledger.connection.change("DELETE FROM " + in_ledger("former_erasure"));
    ledger.erase(8);  // the last one does
    age(ledger);
    CHECK(ledger.verify().found_count == 0);
}

TEST_CASE("An erasure of last year is invented neither beside what was sealed nor in its place") {
    SealedLedger ledger(server().options());
    begin(ledger);
    const std::string columns = [] {
        std::string list;
        for (const seal::Column& column : seal::layout_of(Evidence::erasure).columns) {
            if (column.name != "contact_id") list += ", " + std::string(column.name);
        }
        return list;
    }();
    const std::string erasure = in_ledger("erasure");
    // A later pass would have made them young.
    const std::string young = "last_pass_at = '" + format_utc(ledger.time) +
                              "', requested_at = requested_at - INTERVAL 1 YEAR,"
                              " erased_at = erased_at - INTERVAL 1 YEAR";
    SECTION("beside it") {
        ledger.connection.change("INSERT INTO " + erasure + " (contact_id" + columns + ") SELECT 15" +
                                 columns + " FROM " + erasure + " e WHERE contact_id = 8");
        ledger.connection.change("UPDATE " + erasure + " SET " + young + " WHERE contact_id = 15");
        CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::added});
    }
    SECTION("in its place") {
        ledger.connection.change("INSERT INTO " + in_ledger("former_erasure") + " (contact_id" + columns +
                                 ") SELECT contact_id" + columns + " FROM " + erasure +
                                 " WHERE contact_id = 8");
        ledger.connection.change("UPDATE " + erasure + " SET " + young + " WHERE contact_id = 8");
        CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::changed});
    }
    SECTION("nobody did") {
        ledger.pass(8, Status::complete);
        ledger.erase(7);
        ledger.erase(15);
        age(ledger);
        CHECK(ledger.verify().found_count == 0);
    }
}

TEST_CASE("What is erased after a clock that was ahead was set back is no forgery") {
    SealedLedger ledger(server().options());
    const Timestamp before = now() - std::chrono::minutes{10};
    ledger.time = before + std::chrono::days{400};
    begin(ledger);
    ledger.time = before;
    ledger.erase(9);
    CHECK(ledger.verify().found_count == 0);
    const seal::SealRun run = ledger.seal();
    CHECK(run.findings == 0);
    CHECK(run.sealed == 2);
    // The past is no more open than it was.
    ledger.time = before - std::chrono::hours{3};
    ledger.erase(10);
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::added});
}

TEST_CASE("A ledger that was restored from a backup shows what is lost and what is as it was") {
    SealedLedger ledger(server().options());
    begin(ledger);
    std::map<std::string, std::string> backup;
    for (const char* table : {"erasure", "erased_address"}) {
        backup[table] = in_ledger(std::string("backup_of_") + table);
        ledger.connection.change("CREATE TABLE " + backup[table] + " AS SELECT * FROM " + in_ledger(table));
    }
    ledger.pass(8, Status::complete);
    ledger.erase(9);
    age(ledger);
    ledger.seal();
    for (const auto& [table, copy] : backup) {
        ledger.connection.change("DELETE FROM " + in_ledger(table));
        ledger.connection.change("INSERT INTO " + in_ledger(table) + " SELECT * FROM " + copy);
    }
    const seal::SealReport report = ledger.verify();
    REQUIRE(report.found_count == 3);
    CHECK(report.found[0].what == Discrepancy::changed);
    CHECK(report.found[0].key == 8);
    CHECK(report.found[0].seal == 2);
    CHECK(report.found[0].as_in_seal == 1);
    CHECK(report.found[1].what == Discrepancy::removed);
    CHECK(report.found[1].key == 9);
    CHECK(report.found[2].what == Discrepancy::removed);
    CHECK(report.found[2].table == Evidence::erased_address);
}

// What an authority may ask about; `bench seal` does the same with a hundred thousand.
TEST_CASE("One byte, one row more and one less are found among thousands, and seals that are cut off") {
    constexpr std::size_t rows = 5'000;
    SealedLedger ledger(server().options());
    ledger.connection.change(std::string("USE ") + SealedLedger::name);
    ledger.connection.change(
        "INSERT INTO " + in_ledger("erasure") +
        " (contact_id, subject_hash, algorithm, channel, reason, origin, erased_at, last_pass_at, status,"
        " passes, rows_changed, rows_deleted, rows_late, hash_marks, policy_digest, schema_digest, "
        "map_digest)"
        " SELECT 2 * seq, SHA2(seq, 256), 'sha256', 'email', 'bounced', 'webhook', '2026-02-01', "
        "'2026-02-02',"
        " 'complete', 3, 40, 5, 0, '', REPEAT('d', 64), REPEAT('d', 64), REPEAT('d', 64) FROM " +
        sequence(1, rows));
    seal::SealerOptions options = ledger.sealing();
    options.rows_per_seal = 1'500;
    CHECK(ledger.seal(options).sealed == rows);
    ledger.erase(1);
    age(ledger);
    ledger.seal();
    const TemporaryDirectory directory;
    std::string lines;
    for (const seal::Seal& seal : ledger.store().page(0, 100)) lines += seal.line() + '\n';
    const auto copy = directory.write("copy", lines);
    CHECK(ledger.verify({copy}).found_count == 0);

    ledger.connection.change(
        "UPDATE " + in_ledger("erasure") +
        " SET subject_hash = INSERT(subject_hash, 64, 1, IF(RIGHT(subject_hash, 1) = 'a',"
        " 'b', 'a')) WHERE contact_id = 6174");
    ledger.connection.change("DELETE FROM " + in_ledger("erasure") + " WHERE contact_id = 3334");
    ledger.connection.change("UPDATE " + in_ledger("erasure") +
                             " SET contact_id = 5555 WHERE contact_id = 1");
    ledger.connection.change("DELETE FROM " + in_seals("leaf") + " WHERE seal = 5");
    ledger.connection.change("DELETE FROM " + in_seals("seal") + " WHERE number = 5");
    const seal::SealReport report = ledger.verify({copy});
    REQUIRE(report.found_count == 3);
    CHECK(report.found[0].what == Discrepancy::cut_off);
    CHECK(report.found[0].seal == 5);
    CHECK(report.found[1].what == Discrepancy::removed);
    CHECK(report.found[1].key == 3334);
    CHECK(report.found[1].seal == 2);
    CHECK(report.found[2].what == Discrepancy::changed);
    CHECK(report.found[2].key == 6174);
    CHECK(report.found[2].seal == 3);
    ledger.connection.change("UPDATE " + in_ledger("erasure") +
                             " SET last_pass_at = '2026-01-01' WHERE contact_id = 5555");
    CHECK(ledger.verify({copy}).found_count == 4);
}

TEST_CASE("Two daemons that seal at once make one chain") {
    SealedLedger ledger(server().options());
    begin(ledger);
    for (int round = 0; round < 5; ++round) {
        for (ContactId contact = 100; contact < 160; ++contact) ledger.erase(contact);
        std::vector<std::thread> daemons;
        std::atomic<int> failed{0};
        for (int daemon = 0; daemon < 2; ++daemon) {
            daemons.emplace_back([&] {
                const database::ThreadScope scope;
                database::Connection connection(server().options());
                seal::SealerOptions options = ledger.sealing();
                options.rows_per_seal = 20;
                try {
                    seal::Sealer sealer(options, [](const seal::Seal&) {});
                    while (sealer.next(connection, [] {})) continue;
                } catch (const std::exception&) {
                    ++failed;
                }
            });
        }
        for (std::thread& daemon : daemons) daemon.join();
        CHECK(failed == 0);
        const seal::SealReport report = ledger.verify();
        CHECK(report.found_count == 0);
        CHECK(report.unsealed == 0);
        CHECK(report.seals == ledger.store().last()->number);
    }
}

TEST_CASE("Seals do not depend on session, order of columns or later columns") {
    SealedLedger ledger(server().options());
    begin(ledger);
    ledger.connection.change("ALTER TABLE " + in_ledger("erasure") +
                             " MODIFY passes INT UNSIGNED NOT NULL FIRST, ADD COLUMN later INT NULL");
    ledger.connection.change("ALTER TABLE " + in_ledger("erased_address") +
                             " MODIFY kind ENUM('current','former','merged','seen','heard') NOT NULL");
    ledger.connection.change("SET time_zone = '+05:00', sql_mode = 'ANSI'");
    CHECK(ledger.verify().found_count == 0);
    ledger.connection.change("SET time_zone = '+00:00'");
    CHECK(ledger.seal().sealed == 0);
}

TEST_CASE("A ledger with contact 0, and without a log of look-ups, is sealed too") {
    SealedLedger ledger(server().options());
    ledger.erase(7);
    ledger.connection.change(std::string("DROP DATABASE ") + SealedLedger::lookups_name);
    age(ledger);
    ledger.seal();
    CHECK(ledger.verify().found_count == 0);
    ledger.connection.change("UPDATE " + in_ledger("erasure") + " SET contact_id = 0");
    CHECK(kinds_of(ledger.verify()) == std::vector{Discrepancy::added, Discrepancy::removed});
}
