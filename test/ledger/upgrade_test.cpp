// A ledger of format 1, as the first version of the program left it, becomes one of today's.
#include <thread>

#include "base/error.h"
#include "erasure/world.h"
#include "ledger/ledger.h"
#include "ledger/owner.h"
#include "seal/sealer.h"
#include "seal/verifier.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Ledger;
using ledger::Status;

namespace {

constexpr const char* ledger_name = "old_ledger";

// Format 1's tables as they are on disk, with two erasures and a finding.
const std::vector<std::string> format_1{
    "DROP DATABASE IF EXISTS old_ledger",
    "CREATE DATABASE old_ledger CHARACTER SET ascii COLLATE ascii_bin",
    R"(CREATE TABLE old_ledger.erasure (
    contact_id BIGINT UNSIGNED NOT NULL, subject_hash VARCHAR(64) NULL,
    algorithm ENUM('md5','sha256','hmac-md5','hmac-sha256') NOT NULL, key_id CHAR(16) NULL,
    channel ENUM('email','sms','other') NOT NULL, reason ENUM('unsubscribed','bounced','manual') NOT NULL,
    origin ENUM('webhook','sweep','command') NOT NULL, opted_out_at DATETIME(3) NULL,
    requested_at DATETIME(3) NULL, erased_at DATETIME(3) NULL, last_pass_at DATETIME(3) NULL,
    completed_at DATETIME(3) NULL, status ENUM('settling','complete','partial','superseded') NOT NULL,
    passes INT UNSIGNED NOT NULL, rows_changed BIGINT UNSIGNED NOT NULL,
    rows_deleted BIGINT UNSIGNED NOT NULL, rows_late BIGINT UNSIGNED NOT NULL,
    hash_marks VARCHAR(2048) NOT NULL, policy_digest CHAR(64) NOT NULL, schema_digest CHAR(64) NOT NULL,
    map_digest CHAR(64) NOT NULL,
    PRIMARY KEY (contact_id), KEY subject (subject_hash), KEY status (status, last_pass_at),
    CONSTRAINT subject_hash_is_hex CHECK (subject_hash REGEXP '^([0-9a-f]{32}|[0-9a-f]{64})$'),
    CONSTRAINT key_id_is_hex CHECK (key_id REGEXP '^[0-9a-f]{16}$'),
    CONSTRAINT hash_marks_are_hex CHECK (hash_marks REGEXP '^([0-9a-f]{16})*$'),
    CONSTRAINT digests_are_hex CHECK (CONCAT(policy_digest, schema_digest, map_digest)
                                      REGEXP '^[0-9a-f]{192}$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE old_ledger.covered_column (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT, table_name VARCHAR(64) NOT NULL, column_name VARCHAR(64) NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY name (table_name, column_name),
    CONSTRAINT names_are_identifiers CHECK (CONCAT(table_name, column_name) REGEXP '^[0-9A-Za-z_$]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE old_ledger.finding (
    contact_id BIGINT UNSIGNED NOT NULL, column_id INT UNSIGNED NOT NULL, cells BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (contact_id, column_id),
    CONSTRAINT finding_of_erasure FOREIGN KEY (contact_id) REFERENCES old_ledger.erasure (contact_id),
    CONSTRAINT finding_in_column FOREIGN KEY (column_id) REFERENCES old_ledger.covered_column (id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE old_ledger.ledger_format (version INT UNSIGNED NOT NULL, PRIMARY KEY (version))
    ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    "INSERT INTO old_ledger.ledger_format VALUES (1)",
    R"(INSERT INTO old_ledger.erasure VALUES (7, REPEAT('a', 32), 'md5', NULL, 'email', 'bounced', 'webhook',
    '2026-03-01 10:00:00.000', '2026-03-01 10:00:01.000', '2026-03-01 10:00:02.000', '2026-03-02 10:00:00.000',
    NULL, 'partial', 2, 11, 3, 1, '', REPEAT('d', 64), REPEAT('e', 64), REPEAT('f', 64)))",
    R"(INSERT INTO old_ledger.erasure VALUES (8, NULL, 'hmac-sha256', REPEAT('b', 16), 'sms', 'manual', 'command',
    NULL, NULL, '2026-03-01 10:00:02.000', '2026-03-02 10:00:00.000', NULL, 'superseded', 1, 2, 0, 0, '',
    REPEAT('d', 64), REPEAT('e', 64), REPEAT('f', 64)))",
    "INSERT INTO old_ledger.covered_column VALUES (1, 'page_hits', 'url')",
    "INSERT INTO old_ledger.finding VALUES (7, 1, 4)"};

void make_format_1() {
    for (const std::string& statement : format_1) server().execute(statement);
}

void drop_tenth_format(database::Connection& connection) {
    for (const char* statement :
         {"erasure DROP KEY by_time, DROP CONSTRAINT key_ids_are_hex, MODIFY key_id CHAR(16) NULL, ADD "
          "CONSTRAINT key_id_is_hex"
          " CHECK (key_id REGEXP '^[0-9a-f]{16}$')",
          "former_erasure DROP KEY by_time, DROP CONSTRAINT former_key_ids_are_hex, MODIFY key_id CHAR(16) "
          "NULL,"
          " ADD CONSTRAINT former_key_id_is_hex CHECK (key_id REGEXP '^[0-9a-f]{16}$')",
          "erased_address DROP CONSTRAINT address_key_ids_are_hex, MODIFY key_id CHAR(16) NOT NULL,"
          " ADD CONSTRAINT address_key_id_is_hex CHECK (key_id REGEXP '^([0-9a-f]{16})?$')"}) {
        connection.change(std::string("ALTER TABLE old_ledger.") + statement);
    }
}

void drop_ninth_format(database::Connection& connection) {
    for (const char* statement :
         {"erasure DROP CONSTRAINT salt_is_hex, DROP CONSTRAINT erasure_is_forgotten, DROP KEY forgotten,"
          " DROP COLUMN salt, DROP COLUMN forgotten_at",
          "former_erasure DROP CONSTRAINT former_salt_is_hex, DROP CONSTRAINT former_is_forgotten, DROP KEY"
          " forgotten, DROP COLUMN salt, DROP COLUMN forgotten_at",
          "erased_address DROP CONSTRAINT address_salt_is_hex, DROP CONSTRAINT address_is_forgotten,"
          " DROP COLUMN salt, MODIFY address_hash VARCHAR(64) NOT NULL",
          "hash_fingerprint DROP COLUMN noted_on"}) {
        connection.change(std::string("ALTER TABLE old_ledger.") + statement);
    }
}

// Two records, one former record, one address.
void check_seals(database::Connection& connection) {
    connection.change("DROP DATABASE IF EXISTS seals_of_old_ledger");
    const SigningKey key(make_signing_key());
    seal::Sealer sealer({ledger_name, key, {}}, [](const seal::Seal&) {});
    while (sealer.next(connection, [] {})) continue;
    CHECK(sealer.run().sealed == 4);
    CHECK(seal::verify_seals(connection, {ledger_name, {key.public_key()}}).found_count == 0);
}

void check_rows(database::Connection& connection) {
    Ledger ledger(connection, ledger_name);
    CHECK(ledger.format_found() == Ledger::format);
    auto row = ledger.find(7);
    REQUIRE(row.has_value());
    CHECK(row->subject_hash == std::string(32, 'a'));
    CHECK(row->salt.size() == 32);  // rows of earlier formats get one, each its own
    CHECK(ledger.find(8)->salt != row->salt);
    CHECK(row->status == Status::partial);
    CHECK(row->reason == policy::Reason::bounced);
    CHECK(row->rows_changed == 11);
    CHECK(row->files_removed == 0);
    CHECK(row->values_emptied == 0);
    CHECK_FALSE(row->not_covered.any());
    CHECK_FALSE(row->not_covered.undecided.has_value());
    row->not_covered.undecided = 3;
    REQUIRE(row->findings.size() == 1);
    CHECK(row->findings[0].cells == 4);
    CHECK(ledger.find(8)->status == Status::superseded);
    row->status = Status::erasing;
    ledger.write(*row);
    CHECK(ledger.find(7)->status == Status::erasing);
    row->begins = true;
    ledger.write(*row);
    const std::vector<ContactId> seven{7};
    REQUIRE(ledger.former(seven).size() == 1);
    CHECK(ledger.former(seven)[0].subject_hash == std::string(32, 'a'));
    CHECK(ledger.former(seven)[0].findings.size() == 1);
    CHECK(ledger.former(seven)[0].not_covered.undecided == 3);
    row->begins = false;
    CHECK(connection.select("SELECT 1 FROM old_ledger.mark WHERE name = 'addresses_filed'").next() == false);
    connection.change(
        "INSERT INTO old_ledger.erased_address (contact_id, address_hash, algorithm, key_id, kind, noted_at)"
        " VALUES (7, REPEAT('a', 64), 'sha256', '', 'former', NOW(3))");
    connection.change("INSERT INTO old_ledger.hash_fingerprint VALUES (18446744073709551615, NULL)");
    connection.change("INSERT INTO old_ledger.mark (name, number) VALUES ('contacts_seen', 7)");
    connection.change("INSERT INTO old_ledger.leftover_row VALUES ('email_stats', 7, 'left', 1)");
    connection.change("INSERT INTO old_ledger.watched_table (name) VALUES ('email_stats')");
    connection.change("INSERT INTO old_ledger.contact_row VALUES (1, 7, 7, 1)");
    connection.change("INSERT INTO old_ledger.gone_contact (contact_id, seen_at) VALUES (7, NOW(3))");
    connection.change("INSERT INTO old_ledger.sighting VALUES ('reappeared', 9, 7, 'reported', NOW())");
    connection.change(
        "INSERT INTO old_ledger.notification (receiver, message, contact_id, algorithm, erased_at, state,"
        " attempts, due_at, last_error) VALUES ('crm', REPEAT('a', 32), 7, 'md5', NOW(3), 'waiting', 0, "
        "NOW(3),"
        " '')");
    connection.change(
        "UPDATE old_ledger.erased_address SET algorithm = 'wrapped-sha256', key_id ="
        " REPEAT('b', 16)");
    connection.change(
        "UPDATE old_ledger.former_erasure SET algorithm = 'wrapped-hmac-md5', key_id ="
        " REPEAT('b', 32)");
    row->status = Status::held;
    row->not_covered.files = true;
    ledger.write(*row);
    CHECK(ledger.find(7)->status == Status::held);
    CHECK(ledger.find(7)->not_covered.files);
    check_seals(connection);
}

}  // namespace

TEST_CASE("a ledger of format 1 keeps its rows and takes today's") {
    make_format_1();
    database::Connection connection(server().options());
    CHECK(Ledger(connection, ledger_name).format_found() == 1);
    Ledger(connection, ledger_name).create();
    check_rows(connection);
    Ledger(connection, ledger_name).create();
    CHECK(Ledger(connection, ledger_name).find(8)->passes == 1);
}

TEST_CASE("every format between the first and today's is brought up to date") {
    for (int format = 2; format < Ledger::format; ++format) {
        CAPTURE(format);
        make_format_1();
        database::Connection connection(server().options());
        Ledger(connection, ledger_name).create();
        if (format < 9) connection.change("DROP TABLE old_ledger.notification");
        drop_tenth_format(connection);
        if (format < 9) drop_ninth_format(connection);
        if (format < 8) connection.change("DROP TABLE old_ledger.erased_address");
        if (format < 7) connection.change("DROP TABLE old_ledger.merged_row");
        for (const char* table : {"contact_row", "leftover_row"}) {
            if (format >= 7) continue;
            connection.change(std::string("ALTER TABLE old_ledger.") + table + " DROP COLUMN row_constant");
        }
        for (const char* table : {"audit_table", "audit_column", "audit_row", "audit_contact"}) {
            if (format >= 6) continue;
            connection.change(std::string("DROP TABLE old_ledger.") + table);
        }
        for (const char* table : {"erasure", "former_erasure"}) {
            if (format >= 5) continue;
            connection.change(std::string("ALTER TABLE old_ledger.") + table + " DROP COLUMN undecided");
        }
        for (const char* table : {"former_finding", "former_erasure", "hash_fingerprint"}) {
            if (format < 4) connection.change(std::string("DROP TABLE old_ledger.") + table);
        }
        if (format < 3) {
            for (const char* table : {"mark", "leftover_row", "sighting"}) {
                connection.change(std::string("DROP TABLE old_ledger.") + table);
            }
            connection.change(
                "ALTER TABLE old_ledger.erasure MODIFY status"
                " ENUM('settling','complete','partial','superseded','held') NOT NULL");
        }
        connection.change("DELETE FROM old_ledger.ledger_format WHERE version > " + std::to_string(format));
        CHECK(Ledger(connection, ledger_name).format_found() == format);
        Ledger(connection, ledger_name).create();
        check_rows(connection);
    }
}

TEST_CASE("an upgrade that was interrupted between two tables is completed") {
    make_format_1();
    database::Connection connection(server().options());
    Ledger(connection, ledger_name).create();
    connection.change("ALTER TABLE old_ledger.erasure DROP COLUMN undecided");
    connection.change("DELETE FROM old_ledger.ledger_format WHERE version > 4");
    Ledger(connection, ledger_name).create();
    check_rows(connection);
}

TEST_CASE("an upgrade that was interrupted before it was noted is completed") {
    make_format_1();
    database::Connection connection(server().options());
    Ledger(connection, ledger_name).create();
    connection.change("DELETE FROM old_ledger.ledger_format WHERE version > 1");
    CHECK(Ledger(connection, ledger_name).format_found() == 1);
    Ledger(connection, ledger_name).create();
    check_rows(connection);
}

TEST_CASE("daemons that start together bring the ledger up to date once") {
    const database::Connection first_of_the_process(server().options());
    for (const bool from_format_1 : {true, false}) {
        CAPTURE(from_format_1);
        make_format_1();
        if (!from_format_1) server().execute("DROP DATABASE old_ledger");
        constexpr std::size_t daemons = 6;
        std::vector<std::string> failures(daemons);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < daemons; ++i) {
            threads.emplace_back([&failures, i] {
                const database::ThreadScope scope;
                try {
                    database::Connection connection(server().options());
                    Ledger(connection, ledger_name).create();
                } catch (const std::exception& error) {
                    failures[i] = describe(error);
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (const std::string& failure : failures) CHECK(failure.empty());
        database::Connection connection(server().options());
        CHECK(Ledger(connection, ledger_name).format_found() == Ledger::format);
        if (from_format_1) check_rows(connection);
    }
}

TEST_CASE("a ledger that somebody else holds for long is told, not waited for") {
    make_format_1();
    database::Connection other(server().options());
    // MD5 of "mautic-gdprd ledger old_ledger", which programs before this one let the server make: an old one
    // and a new one wait for each other.
    other.select("SELECT GET_LOCK('a7cb12feeeb42beda154beb02cadda14', 1)");
    database::Connection connection(server().options());
    try {
        Ledger(connection, ledger_name).create();
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), ContainsSubstring("another mautic-gdprd"));
    }
    CHECK(Ledger(connection, ledger_name).format_found() == 1);
}

// `check` and `lookup` come before the first start of the new daemon.
TEST_CASE("a ledger of before there were owners is nobody else's") {
    make_format_1();
    database::Connection connection(server().options());
    REQUIRE(Ledger(connection, ledger_name).format_found() == 1);
    CHECK_NOTHROW(ledger::require_owner(connection, ledger_name, ""));
}
