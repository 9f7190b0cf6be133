#include "seal/store.h"

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace gdprd::seal {

using database::Rows;
using database::Value;

namespace {

constexpr std::string_view mark_name = "sealed";

// {db} is the database of the seals. Layout 1 is that of seal/evidence.h; the tables are made once.
const std::vector<std::string> definitions{
    R"(CREATE TABLE IF NOT EXISTS {db}.signing_key (
    key_id     CHAR(64) NOT NULL,
    public_key CHAR(64) NOT NULL,
    noted_at   DATETIME(3) NOT NULL,
    PRIMARY KEY (key_id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.leaf (
    table_name ENUM('erasure','former_erasure','erased_address','lookup','desk_action') NOT NULL,
    row_key    BIGINT UNSIGNED NOT NULL,
    seal       BIGINT UNSIGNED NOT NULL,
    state      ENUM('no_erasure','open','closed','removed') NOT NULL,
    changed_at DATETIME(3) NULL,
    content    BINARY(32) NOT NULL,
    erasure    BINARY(32) NULL,
    PRIMARY KEY (table_name, row_key, seal),
    UNIQUE KEY seal (seal, table_name, row_key)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)",
    R"(CREATE TABLE IF NOT EXISTS {db}.seal (
    number        BIGINT UNSIGNED NOT NULL,
    sealed_at     DATETIME(3) NOT NULL,
    kind          ENUM('regular','accepted','imported','forgotten','migrated') NOT NULL,
    whole         TINYINT UNSIGNED NOT NULL,
    layout        INT UNSIGNED NOT NULL,
    rows_sealed   BIGINT UNSIGNED NOT NULL,
    root          CHAR(64) NOT NULL,
    previous_hash CHAR(64) NOT NULL,
    key_id        CHAR(64) NOT NULL,
    signature     CHAR(128) NOT NULL,
    PRIMARY KEY (number)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin)"};

Digest digest_of(const std::string& bytes) {
    Digest digest{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
    return digest;
}

// The words of an ENUM, as the server orders them, are those of evidence_names in their order.
std::int64_t place_of(Evidence table) { return static_cast<std::int64_t>(table) + 1; }

std::string time_literal(const std::optional<Timestamp>& time) {
    return time ? "'" + format_utc(*time) + "'" : "NULL";
}

std::string name_literal(Evidence table) { return std::string("'") + evidence_names.of(table) + "'"; }

}  // namespace

std::string seals_database(const std::string& ledger_database) {
    return ledger::side_database_name("seals_of_", ledger_database);
}

Store::Store(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      database_(connection, seals_database(ledger_database), "seals", "seal"),
      quoted_(database_.quoted()),
      mark_table_(database::quote_identifier(ledger_database) + ".`mark`") {}

bool Store::exists() { return database_.exists(); }

void Store::create() { database_.create("ascii", definitions); }

std::vector<Seal> Store::select_seals(const std::string& condition, std::span<const Value> parameters) {
    Rows rows = connection_.select(
        "SELECT number, sealed_at, kind, whole, layout, rows_sealed, root, previous_hash, key_id, signature"
        " FROM " +
            quoted_ + ".`seal`" + condition,
        parameters, "seals: read");
    std::vector<Seal> seals;
    while (rows.next()) {
        seals.push_back({rows.number(0), rows.time(1).value_or(Timestamp{}),
                         seal_kind_names.value_of(rows.text(2)).value_or(SealKind::regular),
                         rows.number(3) == 1, static_cast<int>(rows.number(4)), rows.number(5), rows.text(6),
                         rows.text(7), rows.text(8), rows.text(9)});
    }
    return seals;
}

std::optional<Seal> Store::last() {
    auto seals = select_seals(" ORDER BY number DESC LIMIT 1", {});
    return seals.empty() ? std::nullopt : std::optional(std::move(seals.front()));
}

std::optional<Seal> Store::last_whole() {
    auto seals = select_seals(" WHERE whole = 1 ORDER BY number DESC LIMIT 1", {});
    return seals.empty() ? std::nullopt : std::optional(std::move(seals.front()));
}

std::vector<Seal> Store::page(std::uint64_t after, std::size_t max) {
    return select_seals(" WHERE number > ? ORDER BY number LIMIT ?",
                        std::vector<Value>{after, std::uint64_t{max}});
}

std::vector<Seal> Store::newest(std::size_t max, std::optional<std::uint64_t> before) {
    constexpr std::uint64_t all = std::numeric_limits<std::int64_t>::max();
    return select_seals(" WHERE number < ? ORDER BY number DESC LIMIT ?",
                        std::vector<Value>{before.value_or(all), std::uint64_t{max}});
}

std::map<std::string, std::string> Store::public_keys() {
    Rows rows = connection_.select("SELECT key_id, public_key FROM " + quoted_ + ".`signing_key`", {},
                                   "seals: read keys");
    std::map<std::string, std::string> keys;
    while (rows.next()) keys.emplace(rows.text(0), rows.text(1));
    return keys;
}

// As text, which the server takes sooner than thousands of parameters: all of it is numbers and digits of
// ours.
void Store::add_leaves(std::span<const Leaf> leaves) {
    constexpr std::size_t rows_per_statement = 512;
    while (!leaves.empty()) {
        const std::size_t size = std::min(leaves.size(), rows_per_statement);
        std::string rows;
        for (const Leaf& leaf : leaves.first(size)) {
            rows += (rows.empty() ? "(" : ",(") + std::to_string(place_of(leaf.table)) + ',' +
                    std::to_string(leaf.key) + ',' + std::to_string(leaf.seal) + ",'" +
                    row_state_names.of(leaf.state) + "'," + time_literal(leaf.changed_at) + ",X'" +
                    to_hex(leaf.content) + "'," +
                    (leaf.erasure ? "X'" + to_hex(*leaf.erasure) + "')" : "NULL)");
        }
        connection_.change("INSERT INTO " + quoted_ +
                               ".`leaf` (table_name, row_key, seal, state, changed_at, content, erasure)"
                               " VALUES " +
                               rows,
                           {}, "seals: add leaves");
        leaves = leaves.subspan(size);
    }
}

void Store::add(const Seal& seal, const std::string& public_key) {
    connection_.change(
        "INSERT IGNORE INTO " + quoted_ + ".`signing_key` (key_id, public_key, noted_at) VALUES (?,?,?)",
        std::vector<Value>{seal.key_id, public_key, format_utc(seal.at)}, "seals: note a key");
    connection_.change(
        "INSERT INTO " + quoted_ +
            ".`seal` (number, sealed_at, kind, whole, layout, rows_sealed, root,"
            " previous_hash, key_id, signature) VALUES (?,?,?,?,?,?,?,?,?,?)",
        std::vector<Value>{seal.number, format_utc(seal.at), std::string(seal_kind_names.of(seal.kind)),
                           std::int64_t{seal.whole ? 1 : 0}, std::int64_t{seal.layout}, seal.rows, seal.root,
                           seal.previous, seal.key_id, seal.signature},
        "seals: add one");
}

bool Store::is_taken(const database::DatabaseError& error) {
    constexpr int duplicate_key = 1062;
    return error.code() == duplicate_key || error.error_class() == database::ErrorClass::conflict;
}

// Without parameters, for which the library needs half the time. All there is are numbers and words of ours.
std::vector<Leaf> Store::select_leaves(const std::string& index, const std::string& condition) {
    Rows rows =
        connection_.select("SELECT table_name + 0, row_key, seal, state, changed_at, content, erasure FROM " +
                               quoted_ + ".`leaf` FORCE INDEX (" + index + ") WHERE " + condition,
                           {}, "seals: read leaves");
    std::vector<Leaf> leaves;
    while (rows.next()) {
        const std::uint64_t table = std::clamp<std::uint64_t>(rows.number(0), 1, all_evidence.size());
        const auto erasure = rows.optional_text(6);
        leaves.push_back({static_cast<Evidence>(table - 1), rows.number(1), rows.number(2),
                          row_state_names.value_of(rows.text(3)).value_or(RowState::closed), rows.time(4),
                          digest_of(rows.text(5)),
                          erasure ? std::optional(digest_of(*erasure)) : std::nullopt});
    }
    return leaves;
}

std::vector<Leaf> Store::leaves_of(Evidence table, std::uint64_t from_key, std::uint64_t after_seal,
                                   std::size_t max) {
    const std::string key = std::to_string(from_key);
    return select_leaves("PRIMARY", "table_name = " + name_literal(table) + " AND row_key >= " + key +
                                        " AND NOT (row_key = " + key +
                                        " AND seal <= " + std::to_string(after_seal) +
                                        ") ORDER BY row_key, seal LIMIT " + std::to_string(max));
}

std::vector<Leaf> Store::leaves_of_row(Evidence table, std::uint64_t key) {
    return select_leaves("PRIMARY", "table_name = " + name_literal(table) +
                                        " AND row_key = " + std::to_string(key) + " ORDER BY seal");
}

// Ranges of one index. A condition that names all at once would have the server read a seal from its
// beginning for each page.
std::vector<Leaf> Store::leaves_after(const LeafPlace& place, std::size_t max) {
    std::vector<Leaf> leaves;
    const auto take = [&](const std::string& condition) {
        if (leaves.size() == max) return;
        const auto more = select_leaves("seal", condition + " ORDER BY seal, table_name, row_key LIMIT " +
                                                    std::to_string(max - leaves.size()));
        leaves.insert(leaves.end(), more.begin(), more.end());
    };
    const std::string seal = std::to_string(place.seal);
    take("seal = " + seal + " AND table_name = " + name_literal(place.table) + " AND row_key > " +
         std::to_string(place.key));
    for (const Evidence table : all_evidence) {
        if (table > place.table) take("seal = " + seal + " AND table_name = " + name_literal(table));
    }
    take("seal > " + seal);
    return leaves;
}

std::map<Evidence, std::uint64_t> Store::highest_keys() {
    std::map<Evidence, std::uint64_t> highest;
    for (const Evidence table : all_evidence) {
        Rows rows = connection_.select("SELECT MAX(row_key) FROM " + quoted_ + ".`leaf` WHERE table_name = ?",
                                       std::vector<Value>{std::string(evidence_names.of(table))},
                                       "seals: read the highest number");
        if (rows.next() && !rows.is_null(0)) highest.emplace(table, rows.number(0));
    }
    return highest;
}

std::uint64_t Store::leaf_count() {
    Rows rows =
        connection_.select("SELECT COUNT(*) FROM " + quoted_ + ".`leaf`", {}, "seals: count the leaves");
    return rows.next() ? rows.number(0) : 0;
}

std::uint64_t Store::noted_number() {
    Rows rows = connection_.select("SELECT number FROM " + mark_table_ + " WHERE name = ?",
                                   std::vector<Value>{std::string(mark_name)}, "seals: read the last number");
    return rows.next() ? rows.number(0) : 0;
}

void Store::note_number(std::uint64_t number) {
    connection_.change("INSERT INTO " + mark_table_ +
                           " (name, number) VALUES (?,?) ON DUPLICATE KEY UPDATE number = VALUES(number)",
                       std::vector<Value>{std::string(mark_name), number}, "seals: note the last number");
}

}  // namespace gdprd::seal
