// The ledger's tables. To change them:
//   1. add a step to `steps` (never change one that was released);  2. raise Ledger::format;
//   3. add a test that starts from the format before.
// A step may be interrupted between its statements and is then run again from its beginning.
#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "ledger/ledger.h"
#include "policy/hash.h"

namespace gdprd::ledger {

namespace {

// {db} is the ledger's database, {random} a secret of the moment. ascii_bin: a comparison is byte by byte,
// and nothing but ASCII fits.
const std::vector<std::string_view> first_format{
    R"(CREATE TABLE IF NOT EXISTS {db}.erasure (
    contact_id     BIGINT UNSIGNED NOT NULL,
    subject_hash   VARCHAR(64) NULL,
    algorithm      ENUM('md5','sha256','hmac-md5','hmac-sha256') NOT NULL,
    key_id         CHAR(16) NULL,
    channel        ENUM('email','sms','other') NOT NULL,
    reason         ENUM('unsubscribed','bounced','manual') NOT NULL,
    origin         ENUM('webhook','sweep','command') NOT NULL,
    opted_out_at   DATETIME(3) NULL,
    requested_at   DATETIME(3) NULL,
    erased_at      DATETIME(3) NULL,
    last_pass_at   DATETIME(3) NULL,
    completed_at   DATETIME(3) NULL,
    status         ENUM('settling','complete','partial','superseded') NOT NULL,
    passes         INT UNSIGNED NOT NULL,
    rows_changed   BIGINT UNSIGNED NOT NULL,
    rows_deleted   BIGINT UNSIGNED NOT NULL,
    rows_late      BIGINT UNSIGNED NOT NULL,
    hash_marks     VARCHAR(2048) NOT NULL,
    policy_digest  CHAR(64) NOT NULL,
    schema_digest  CHAR(64) NOT NULL,
    map_digest     CHAR(64) NOT NULL,
    PRIMARY KEY (contact_id),
    KEY subject (subject_hash),
    KEY status (status, last_pass_at),
    CONSTRAINT subject_hash_is_hex CHECK (subject_hash REGEXP '^([0-9a-f]{32}|[0-9a-f]{64})$'),
    CONSTRAINT key_id_is_hex       CHECK (key_id REGEXP '^[0-9a-f]{16}$'),
    CONSTRAINT hash_marks_are_hex  CHECK (hash_marks REGEXP '^([0-9a-f]{16})*$'),
    CONSTRAINT digests_are_hex     CHECK (CONCAT(policy_digest, schema_digest, map_digest) REGEXP '^[0-9a-f]{192}$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    // Identifiers of the live schema, written from the plan only.
    R"(CREATE TABLE IF NOT EXISTS {db}.covered_column (
    id          INT UNSIGNED NOT NULL AUTO_INCREMENT,
    table_name  VARCHAR(64) NOT NULL,
    column_name VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY name (table_name, column_name),
    CONSTRAINT names_are_identifiers CHECK (CONCAT(table_name, column_name) REGEXP '^[0-9A-Za-z_$]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.finding (
    contact_id BIGINT UNSIGNED NOT NULL,
    column_id  INT UNSIGNED NOT NULL,
    cells      BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (contact_id, column_id),
    CONSTRAINT finding_of_erasure FOREIGN KEY (contact_id) REFERENCES {db}.erasure (contact_id),
    CONSTRAINT finding_in_column  FOREIGN KEY (column_id) REFERENCES {db}.covered_column (id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.ledger_format (
    version INT UNSIGNED NOT NULL,
    PRIMARY KEY (version)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)"};

// One statement, so that it is done or not done. New words of an ENUM go to its end: rows keep their meaning.
const std::vector<std::string_view> second_format{
    R"(ALTER TABLE {db}.erasure
    MODIFY status ENUM('settling','complete','partial','superseded','held') NOT NULL,
    ADD COLUMN files_removed  INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN values_emptied INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN not_covered    SET('files','older_rows') NOT NULL DEFAULT '')"};

// What the background looks remember; nothing in it is of a person either. `mark` holds how far a look came
// and when the daemon was first started; `leftover_row` the rows without a contact that are dealt with or
// left as they were found at the installation; `sighting` contacts that a person must look at.
const std::vector<std::string_view> third_format{
    R"(CREATE TABLE IF NOT EXISTS {db}.mark (
    name   VARCHAR(96) NOT NULL,
    number BIGINT UNSIGNED NULL,
    at     DATETIME(3) NULL,
    PRIMARY KEY (name),
    CONSTRAINT mark_is_a_word CHECK (name REGEXP '^[0-9A-Za-z_$]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.leftover_row (
    table_name VARCHAR(64) NOT NULL,
    row_id     BIGINT UNSIGNED NOT NULL,
    what       ENUM('left','erased') NOT NULL,
    PRIMARY KEY (table_name, row_id),
    CONSTRAINT leftover_in_a_table CHECK (table_name REGEXP '^[0-9A-Za-z_$]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.sighting (
    kind       ENUM('reappeared','lost_opt_out') NOT NULL,
    contact_id BIGINT UNSIGNED NOT NULL,
    former_id  BIGINT UNSIGNED NOT NULL,
    outcome    ENUM('reported','do_not_contact','consented') NOT NULL,
    seen_at    DATETIME(3) NOT NULL,
    PRIMARY KEY (kind, contact_id, former_id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(ALTER TABLE {db}.erasure
    MODIFY status ENUM('settling','complete','partial','superseded','held','erasing') NOT NULL)"};

// The records of erasures that others of the same contact id followed, and marks of all hashes of ours
// (ledger/fingerprints.h). Only INSERT and SELECT are ever needed on these tables.
// Which contact the rows belong to that Mautic keeps when it deletes one, and the contacts that are gone and
// not dealt with: numbers only. (`leftover_row` holds what is dealt with; its 'left' is of format 3.)
const std::vector<std::string_view> fourth_format{
    R"(CREATE TABLE IF NOT EXISTS {db}.former_erasure (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    contact_id     BIGINT UNSIGNED NOT NULL,
    subject_hash   VARCHAR(64) NULL,
    algorithm      ENUM('md5','sha256','hmac-md5','hmac-sha256') NOT NULL,
    key_id         CHAR(16) NULL,
    channel        ENUM('email','sms','other') NOT NULL,
    reason         ENUM('unsubscribed','bounced','manual') NOT NULL,
    origin         ENUM('webhook','sweep','command') NOT NULL,
    opted_out_at   DATETIME(3) NULL,
    requested_at   DATETIME(3) NULL,
    erased_at      DATETIME(3) NULL,
    last_pass_at   DATETIME(3) NULL,
    completed_at   DATETIME(3) NULL,
    status         ENUM('settling','complete','partial','superseded','held','erasing') NOT NULL,
    passes         INT UNSIGNED NOT NULL,
    rows_changed   BIGINT UNSIGNED NOT NULL,
    rows_deleted   BIGINT UNSIGNED NOT NULL,
    rows_late      BIGINT UNSIGNED NOT NULL,
    hash_marks     VARCHAR(2048) NOT NULL,
    policy_digest  CHAR(64) NOT NULL,
    schema_digest  CHAR(64) NOT NULL,
    map_digest     CHAR(64) NOT NULL,
    files_removed  INT UNSIGNED NOT NULL,
    values_emptied INT UNSIGNED NOT NULL,
    not_covered    SET('files','older_rows') NOT NULL,
    PRIMARY KEY (id),
    KEY contact (contact_id),
    KEY subject (subject_hash),
    KEY hasher (algorithm, key_id, subject_hash),
    CONSTRAINT former_hash_is_hex     CHECK (subject_hash REGEXP '^([0-9a-f]{32}|[0-9a-f]{64})$'),
    CONSTRAINT former_key_id_is_hex   CHECK (key_id REGEXP '^[0-9a-f]{16}$'),
    CONSTRAINT former_marks_are_hex   CHECK (hash_marks REGEXP '^([0-9a-f]{16})*$'),
    CONSTRAINT former_digests_are_hex CHECK (CONCAT(policy_digest, schema_digest, map_digest) REGEXP '^[0-9a-f]{192}$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.former_finding (
    former_id BIGINT UNSIGNED NOT NULL,
    column_id INT UNSIGNED NOT NULL,
    cells     BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (former_id, column_id),
    CONSTRAINT finding_of_former   FOREIGN KEY (former_id) REFERENCES {db}.former_erasure (id),
    CONSTRAINT former_in_a_column  FOREIGN KEY (column_id) REFERENCES {db}.covered_column (id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.hash_fingerprint (
    fingerprint BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (fingerprint)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.watched_table (
    id   SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY name (name),
    CONSTRAINT watched_table_is_a_table CHECK (name REGEXP '^[0-9A-Za-z_$]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.contact_row (
    table_id   SMALLINT UNSIGNED NOT NULL,
    row_id     BIGINT UNSIGNED NOT NULL,
    contact_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (table_id, row_id),
    KEY contact (table_id, contact_id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.gone_contact (
    contact_id BIGINT UNSIGNED NOT NULL,
    seen_at    DATETIME(3) NOT NULL,
    deleted    TINYINT NOT NULL DEFAULT 0,
    PRIMARY KEY (contact_id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)"};

// How many tables and columns lead to contacts and nobody had decided about when the last pass was made; NULL
// for the passes of earlier formats.
const std::vector<std::string_view> fifth_format_former{
    "ALTER TABLE {db}.former_erasure ADD COLUMN undecided INT UNSIGNED NULL"};
const std::vector<std::string_view> fifth_format{
    "ALTER TABLE {db}.erasure ADD COLUMN undecided INT UNSIGNED NULL"};

// How far an audit came, table by table, and what it found there (audit/store.h): names of tables and
// columns, keys that are numbers, counts. `key_reached` and `row_key` hold numbers with commas between them.
const std::vector<std::string_view> sixth_format{
    R"(CREATE TABLE IF NOT EXISTS {db}.audit_table (
    table_name  VARCHAR(64) NOT NULL,
    finished    TINYINT NOT NULL,
    key_reached VARCHAR(255) NOT NULL,
    rows_read   BIGINT UNSIGNED NOT NULL,
    bytes_read  BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (table_name),
    CONSTRAINT audit_of_a_table   CHECK (table_name REGEXP '^[0-9A-Za-z_$]+$'),
    CONSTRAINT audit_up_to_number CHECK (key_reached REGEXP '^[-0-9,]*$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.audit_column (
    table_name    VARCHAR(64) NOT NULL,
    column_name   VARCHAR(64) NOT NULL,
    rows_erased   BIGINT UNSIGNED NOT NULL,
    rows_returned BIGINT UNSIGNED NOT NULL,
    unreadable    BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (table_name, column_name),
    CONSTRAINT audit_in_a_column CHECK (CONCAT(table_name, column_name) REGEXP '^[0-9A-Za-z_$]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.audit_row (
    table_name  VARCHAR(64) NOT NULL,
    column_name VARCHAR(64) NOT NULL,
    row_key     VARCHAR(128) NOT NULL,
    contact_id  BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (table_name, column_name, row_key),
    CONSTRAINT audit_row_in_a_column CHECK (CONCAT(table_name, column_name) REGEXP '^[0-9A-Za-z_$]+$'),
    CONSTRAINT audit_row_is_numbers  CHECK (row_key REGEXP '^[-0-9,]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.audit_contact (
    table_name VARCHAR(64) NOT NULL,
    contact_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (table_name, contact_id),
    CONSTRAINT audit_contact_in_a_table CHECK (table_name REGEXP '^[0-9A-Za-z_$]+$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)"};

// What tells a remembered row from a later one of its id (orphans/row_constant.h); NULL for those of earlier
// formats until they are walked through again, at once. `merged_row` holds rows without a contact that a
// merge gave to one.
const std::vector<std::string_view> seventh_format_noted{
    "ALTER TABLE {db}.leftover_row ADD COLUMN row_constant BIGINT UNSIGNED NULL"};
const std::vector<std::string_view> seventh_format{
    R"(CREATE TABLE IF NOT EXISTS {db}.merged_row (
    table_id     SMALLINT UNSIGNED NOT NULL,
    row_id       BIGINT UNSIGNED NOT NULL,
    contact_id   BIGINT UNSIGNED NOT NULL,
    row_constant BIGINT UNSIGNED NULL,
    PRIMARY KEY (table_id, row_id),
    KEY contact (table_id, contact_id),
    KEY winner (contact_id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    "DELETE FROM {db}.mark WHERE LEFT(name, 17) = 'leftovers_walked_'",
    "ALTER TABLE {db}.contact_row ADD COLUMN row_constant BIGINT UNSIGNED NULL"};

// Which keys there are is read from an index, as in `former_erasure`.
const std::vector<std::string_view> eighth_format_keys{
    "ALTER TABLE {db}.erasure ADD KEY hasher (algorithm, key_id)"};
// The addresses of the people who were erased (ledger/addresses.h). What erasures before this have met is
// filed by `ledger addresses`.
const std::vector<std::string_view> eighth_format{
    R"(CREATE TABLE IF NOT EXISTS {db}.erased_address (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    contact_id   BIGINT UNSIGNED NOT NULL,
    address_hash VARCHAR(64) NOT NULL,
    algorithm    ENUM('md5','sha256','hmac-md5','hmac-sha256') NOT NULL,
    key_id       CHAR(16) NOT NULL,
    kind         ENUM('current','former','merged','seen') NOT NULL,
    noted_at     DATETIME(3) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY of_contact (contact_id, address_hash, noted_at),
    KEY address (address_hash),
    KEY hasher (algorithm, key_id, contact_id),
    CONSTRAINT address_hash_is_hex   CHECK (address_hash REGEXP '^([0-9a-f]{32}|[0-9a-f]{64})$'),
    CONSTRAINT address_key_id_is_hex CHECK (key_id REGEXP '^([0-9a-f]{16})?$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)"};

// What is to be told to other systems of the people who were erased (ledger/outbox.h). `due_at` of what waits
// is when it is sent at the earliest, of what was delivered when that was.
const std::vector<std::string_view> ninth_format_outbox{
    R"(CREATE TABLE IF NOT EXISTS {db}.notification (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    receiver     VARCHAR(32) NOT NULL,
    message      CHAR(32) NOT NULL,
    contact_id   BIGINT UNSIGNED NOT NULL,
    subject_hash VARCHAR(64) NULL,
    algorithm    ENUM('md5','sha256','hmac-md5','hmac-sha256') NOT NULL,
    key_id       CHAR(16) NULL,
    opted_out_at DATETIME(3) NULL,
    erased_at    DATETIME(3) NOT NULL,
    state        ENUM('waiting','parked','delivered') NOT NULL,
    attempts     INT UNSIGNED NOT NULL,
    due_at       DATETIME(3) NOT NULL,
    claim        CHAR(16) NULL,
    last_error   VARCHAR(32) NOT NULL,
    PRIMARY KEY (id),
    KEY due (state, receiver, due_at),
    KEY oldest (state, receiver, erased_at),
    KEY contact (contact_id),
    CONSTRAINT notification_to_a_name CHECK (receiver REGEXP '^[0-9A-Za-z_]+$'),
    CONSTRAINT notification_has_hex   CHECK (CONCAT(message, COALESCE(key_id, ''), COALESCE(claim, ''))
                                             REGEXP '^[0-9a-f]+$'),
    CONSTRAINT notification_of_a_hash CHECK (subject_hash REGEXP '^([0-9a-f]{32}|[0-9a-f]{64})$'),
    CONSTRAINT notification_error_is_a_word CHECK (last_error REGEXP '^[0-9A-Za-z ]*$')
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)"};
// The end of the retention period (ledger/forgetting.h). A salt hides from who keeps the seals whose hash a
// row has; it goes with the hash, and the CHECKs hold that nothing of it stays. Fingerprints have the month
// in which a hash was written last.
const std::vector<std::string_view> ninth_format_retention_former{
    R"(ALTER TABLE {db}.former_erasure
    ADD COLUMN salt         CHAR(32) NULL,
    ADD COLUMN forgotten_at DATETIME(3) NULL,
    ADD KEY forgotten (forgotten_at, erased_at),
    ADD CONSTRAINT former_salt_is_hex  CHECK (salt REGEXP '^[0-9a-f]{32}$'),
    ADD CONSTRAINT former_is_forgotten CHECK (forgotten_at IS NULL OR
        (subject_hash IS NULL AND key_id IS NULL AND hash_marks = '' AND salt IS NULL)))"};
const std::vector<std::string_view> ninth_format_retention{
    R"(ALTER TABLE {db}.erasure
    ADD COLUMN salt         CHAR(32) NULL,
    ADD COLUMN forgotten_at DATETIME(3) NULL,
    ADD KEY forgotten (forgotten_at, erased_at),
    ADD CONSTRAINT salt_is_hex          CHECK (salt REGEXP '^[0-9a-f]{32}$'),
    ADD CONSTRAINT erasure_is_forgotten CHECK (forgotten_at IS NULL OR
        (subject_hash IS NULL AND key_id IS NULL AND hash_marks = '' AND salt IS NULL)))"};
const std::vector<std::string_view> ninth_format_retention_addresses{
    R"(ALTER TABLE {db}.erased_address
    MODIFY address_hash VARCHAR(64) NULL,
    ADD COLUMN salt CHAR(32) NULL,
    ADD CONSTRAINT address_salt_is_hex  CHECK (salt REGEXP '^[0-9a-f]{32}$'),
    ADD CONSTRAINT address_is_forgotten CHECK (address_hash IS NOT NULL OR (salt IS NULL AND key_id = '')))"};
const std::vector<std::string_view> ninth_format_retention_fingerprints{
    "ALTER TABLE {db}.hash_fingerprint ADD COLUMN noted_on DATE NULL"};
// Rows of earlier formats. {random} is another secret for each statement, which nobody keeps.
const std::vector<std::string_view> ninth_format_retention_rows{
    "UPDATE {db}.erasure SET salt = LEFT(SHA2(CONCAT('{random}', contact_id), 256), 32)"
    " WHERE salt IS NULL AND forgotten_at IS NULL",
    "UPDATE {db}.former_erasure SET salt = LEFT(SHA2(CONCAT('{random}', id), 256), 32)"
    " WHERE salt IS NULL AND forgotten_at IS NULL",
    "UPDATE {db}.erased_address SET salt = LEFT(SHA2(CONCAT('{random}', id), 256), 32)"
    " WHERE salt IS NULL AND address_hash IS NOT NULL",
    "UPDATE {db}.hash_fingerprint SET noted_on = UTC_DATE() WHERE noted_on IS NULL"};

// Hashes of former times that are wrapped (policy/hash.h): their key_id names two keys.
const std::vector<std::string_view> tenth_format_former{
    R"(ALTER TABLE {db}.former_erasure
    MODIFY algorithm ENUM('md5','sha256','hmac-md5','hmac-sha256','wrapped-md5','wrapped-sha256',
                          'wrapped-hmac-md5','wrapped-hmac-sha256') NOT NULL,
    MODIFY key_id VARCHAR(32) NULL,
    DROP CONSTRAINT former_key_id_is_hex,
    ADD CONSTRAINT former_key_ids_are_hex CHECK (key_id REGEXP '^([0-9a-f]{16}){1,2}$'))"};
const std::vector<std::string_view> tenth_format{
    R"(ALTER TABLE {db}.erasure
    MODIFY algorithm ENUM('md5','sha256','hmac-md5','hmac-sha256','wrapped-md5','wrapped-sha256',
                          'wrapped-hmac-md5','wrapped-hmac-sha256') NOT NULL,
    MODIFY key_id VARCHAR(32) NULL,
    DROP CONSTRAINT key_id_is_hex,
    ADD CONSTRAINT key_ids_are_hex CHECK (key_id REGEXP '^([0-9a-f]{16}){1,2}$'))"};
const std::vector<std::string_view> tenth_format_addresses{
    R"(ALTER TABLE {db}.erased_address
    MODIFY algorithm ENUM('md5','sha256','hmac-md5','hmac-sha256','wrapped-md5','wrapped-sha256',
                          'wrapped-hmac-md5','wrapped-hmac-sha256') NOT NULL,
    MODIFY key_id VARCHAR(32) NOT NULL,
    DROP CONSTRAINT address_key_id_is_hex,
    ADD CONSTRAINT address_key_ids_are_hex CHECK (key_id REGEXP '^([0-9a-f]{16}){0,2}$'))"};
const std::vector<std::string_view> tenth_format_outbox{
    R"(ALTER TABLE {db}.notification
    MODIFY algorithm ENUM('md5','sha256','hmac-md5','hmac-sha256','wrapped-md5','wrapped-sha256',
                          'wrapped-hmac-md5','wrapped-hmac-sha256') NOT NULL,
    MODIFY key_id VARCHAR(32) NULL)"};

// The register, the newest first, with what people filter it by (ledger/register.h).
const std::vector<std::string_view> tenth_format_register_former{
    "ALTER TABLE {db}.former_erasure ADD KEY by_time (erased_at, contact_id, id, status, origin, reason)"};
const std::vector<std::string_view> tenth_format_register{
    "ALTER TABLE {db}.erasure ADD KEY by_time (erased_at, contact_id, status, origin, reason)"};

// What leads from the format before to this one, in the order of the formats. A step with a `column` is done
// when the table has it, or an index or a constraint of that name.
struct FormatStep {
    int format;
    const std::vector<std::string_view>& statements;
    std::string_view table;
    std::string_view column;
};
const std::array<FormatStep, 23> steps{
    {{1, first_format, "", ""},
     {2, second_format, "erasure", "not_covered"},
     {3, third_format, "", ""},
     {4, fourth_format, "", ""},
     {5, fifth_format_former, "former_erasure", "undecided"},
     {5, fifth_format, "erasure", "undecided"},
     {6, sixth_format, "", ""},
     {7, seventh_format_noted, "leftover_row", "row_constant"},
     {7, seventh_format, "contact_row", "row_constant"},
     {8, eighth_format_keys, "erasure", "hasher"},
     {8, eighth_format, "", ""},
     {9, ninth_format_retention_former, "former_erasure", "forgotten_at"},
     {9, ninth_format_retention, "erasure", "forgotten_at"},
     {9, ninth_format_retention_addresses, "erased_address", "salt"},
     {9, ninth_format_retention_fingerprints, "hash_fingerprint", "noted_on"},
     {9, ninth_format_retention_rows, "", ""},
     {9, ninth_format_outbox, "", ""},
     {10, tenth_format_former, "former_erasure", "former_key_ids_are_hex"},
     {10, tenth_format, "erasure", "key_ids_are_hex"},
     {10, tenth_format_addresses, "erased_address", "address_key_ids_are_hex"},
     {10, tenth_format_outbox, "", ""},
     {10, tenth_format_register_former, "former_erasure", "by_time"},
     {10, tenth_format_register, "erasure", "by_time"}}};

// One daemon at a time changes the tables; the server itself keeps the lock, and drops it with the
// connection. It ends at that server: on a cluster daemons on two nodes get in each other's way, and some
// versions refuse the lock there. Ledger::create() is made for that.
class FormatLock {
  public:
    FormatLock(database::Connection& connection, const std::string& database)
        : connection_(connection), name_(name_for(database)) {
        if (connection_.on_cluster()) return;
        constexpr std::int64_t seconds = 20;
        auto rows = connection_.select("SELECT GET_LOCK(?, ?)", std::vector<database::Value>{name_, seconds},
                                       "ledger: lock");
        if (!rows.next() || rows.number(0) != 1) {
            throw Error("ledger " + database + ": another mautic-gdprd is bringing it up to date");
        }
    }
    ~FormatLock() {
        if (connection_.on_cluster()) return;
        try {
            connection_.select("SELECT RELEASE_LOCK(?)", std::vector<database::Value>{name_},
                               "ledger: unlock");
        } catch (const std::exception&) {
            return;  // a connection that is lost holds no lock
        }
    }
    FormatLock(const FormatLock&) = delete;
    FormatLock& operator=(const FormatLock&) = delete;

  private:
    // A lock's name is short, a database's may not be. The same one as programs before this let the server
    // make, which not every server can.
    static std::string name_for(const std::string& database) {
        const std::string name = "mautic-gdprd ledger " + database;
        try {
            return policy::Hasher({}).hash(name, policy::Normalisation::plain);
        } catch (const Error&) {  // a machine in FIPS mode has no MD5
            return policy::Hasher({policy::Algorithm::sha256, "", false})
                .hash(name, policy::Normalisation::plain);
        }
    }

    database::Connection& connection_;
    const std::string name_;
};

std::string filled_in(std::string_view sql, const std::string& database) {
    constexpr std::size_t random_bytes = 32;
    std::string text(sql);
    const auto replace = [&](std::string_view mark, const std::string& value) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
            text.replace(at, mark.size(), value);
        }
    };
    replace("{db}", database);
    replace("{random}", random_hex(random_bytes));
    return text;
}

// Another daemon, on another node of a cluster, did the same in the same moment.
bool somebody_was_faster(const database::DatabaseError& error) {
    // A database, a table, a column, an index; a constraint that is gone, or there.
    constexpr std::array already_there{1007, 1050, 1060, 1061, 1091, 3821, 3940, 1826, 3822};
    return error.error_class() == database::ErrorClass::conflict ||
           std::find(already_there.begin(), already_there.end(), error.code()) != already_there.end();
}

bool is_done(database::Connection& connection, const std::string& database, const FormatStep& step) {
    if (step.column.empty()) return false;
    const std::string table(step.table);
    const std::string name(step.column);
    auto rows = connection.select(
        "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
        " AND COLUMN_NAME = ? UNION SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ?"
        " AND TABLE_NAME = ? AND INDEX_NAME = ? UNION SELECT 1 FROM information_schema.TABLE_CONSTRAINTS"
        " WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ? AND CONSTRAINT_NAME = ?",
        std::vector<database::Value>{database, table, name, database, table, name, database, table, name},
        "ledger: look at its columns");
    return rows.next();
}

}  // namespace

std::optional<int> Ledger::format_found() {
    auto tables = connection_.select(
        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = "
        "'ledger_format'",
        std::vector<database::Value>{database_}, "ledger: look for it");
    if (!tables.next() || tables.number(0) == 0) return std::nullopt;
    auto rows = connection_.select("SELECT COALESCE(MAX(version), 0) FROM " + table("ledger_format"), {},
                                   "ledger: read its format");
    rows.next();
    const auto version = static_cast<int>(rows.number(0));
    return version == 0 ? std::nullopt : std::optional(version);
}

void Ledger::make_tables(int from) {
    const std::string quoted = database::quote_identifier(database_);
    auto exists =
        connection_.select("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
                           std::vector<database::Value>{database_}, "ledger: look for its database");
    if (!exists.next() || exists.number(0) == 0) {
        connection_.change("CREATE DATABASE " + quoted + " CHARACTER SET ascii COLLATE ascii_bin", {},
                           "ledger: create its database");
    }
    for (int version = from + 1; version <= format; ++version) {
        for (const FormatStep& step : steps) {
            if (step.format != version || is_done(connection_, database_, step)) continue;
            for (const auto statement : step.statements) {
                connection_.change(filled_in(statement, quoted), {}, "ledger: make its tables");
            }
        }
        connection_.change("INSERT IGNORE INTO " + table("ledger_format") + " (version) VALUES (?)",
                           std::vector<database::Value>{std::int64_t{version}}, "ledger: note its format");
    }
}

void Ledger::create() {
    constexpr int attempts_max = 10;
    for (int attempt = 1;; ++attempt) {
        try {
            const auto found = format_found();
            if (found == format) return;
            if (found && *found > format) {
                throw ConfigurationError("ledger " + database_ + ": has format " + std::to_string(*found) +
                                             ", this program knows up to " + std::to_string(format),
                                         "Run the newer mautic-gdprd");
            }
            const FormatLock lock(connection_, database_);
            return make_tables(format_found().value_or(0));  // another daemon may have been faster
        } catch (const database::DatabaseError& error) {
            if (somebody_was_faster(error) && attempt < attempts_max) continue;
            if (error.error_class() != database::ErrorClass::privilege) throw;
            throw ConfigurationError(
                "ledger " + database_ + ": " + error.what(),
                "Run `mautic-gdprd grants --missing --apply --admin root`, with the name of the database "
                "server's administrator");
        }
    }
}

}  // namespace gdprd::ledger
