// Random histories, as the daemon writes them, sealed now and then: no false alarm, whenever one looks. And
// random forgeries in them: each is found and named.
#include <random>

#include "erasure/world.h"
#include "seal/sealed_ledger.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;
using seal::Discrepancy;
using seal::Evidence;

namespace {

constexpr std::size_t deeds_per_history = 150;
constexpr std::size_t forgeries_per_history = 60;
constexpr ContactId contacts_max = 12;

class RandomHistory {
  public:
    RandomHistory(SealedLedger& ledger, std::uint32_t seed) : ledger_(ledger), random_(seed) {}

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    void live() {
        for (std::size_t deed = 0; deed < deeds_per_history; ++deed) {
            if (below(8) == 0) ledger_.time += std::chrono::hours{below(60)};
            do_something();
            if (below(10) == 0) seal();
        }
        ledger_.time += std::chrono::hours{5};
        seal();
    }

  private:
    void do_something() {
        const ContactId contact = 1 + below(contacts_max);
        const auto record = ledger_.ledger().find(contact);
        const std::uint64_t what = below(12);
        if (what == 10) return ledger_.forget(contact);
        if (what == 0) return ledger_.look_up();
        if (what == 11) return ledger_.act();
        if (what == 1) return ledger_.hold(contact);
        const bool begins = !record || record->status == Status::held || record->forgotten_at || what < 5;
        if (begins) return ledger_.erase(contact);
        if (what == 5) return ledger_.supersede(contact);
        if (record->status == Status::superseded) return;
        ledger_.pass(contact, what < 8 ? Status::complete : what == 8 ? Status::partial : Status::settling);
    }

    void seal() {
        seal::SealerOptions options = ledger_.sealing();
        options.rows_per_seal = 1 + below(20);
        options.rows_per_turn = 1 + below(30);
        const seal::SealRun run = ledger_.seal(options);
        CHECK(run.findings == 0);
        CHECK(run.last->whole);
        const seal::SealReport report = ledger_.verify();
        CHECK(report.found_count == 0);
        CHECK(report.unsealed == 0);
    }

    SealedLedger& ledger_;
    std::mt19937 random_;
};

struct Forgery {
    std::string sql;
    Discrepancy what{};
    std::optional<Evidence> table;
    std::uint64_t key = 0;
};

std::string quoted_table(Evidence table) {
    const bool is_log = table == Evidence::lookup || table == Evidence::desk_action;
    return std::string(is_log ? SealedLedger::lookups_name : SealedLedger::name) + "." +
           seal::evidence_names.of(table);
}

class Forger {
  public:
    Forger(SealedLedger& ledger, RandomHistory& history) : ledger_(ledger), history_(history) {}

    std::optional<Forgery> next() {
        const auto table = seal::all_evidence.at(history_.below(seal::all_evidence.size()));
        switch (history_.below(7)) {
            case 6:
                return forgetting();
            case 0:
                return removal(table);
            case 1:
                return addition();
            case 2:
                return of_a_leaf();
            case 3:
                return of_a_seal();
            default:
                return change(table);
        }
    }

  private:
    std::optional<std::uint64_t> any(const std::string& column, const std::string& from) {
        auto rows = ledger_.connection.select("SELECT " + column + " FROM " + from + " ORDER BY 1");
        std::vector<std::uint64_t> values;
        while (rows.next()) values.push_back(rows.number(0));
        if (values.empty()) return std::nullopt;
        return values.at(history_.below(values.size()));
    }

    // Every column of the row, and whatever its server takes. What the program itself would do is no forgery:
    // a record of a hold may become anything, and a record may be closed by a re-subscription.
    std::optional<Forgery> change(Evidence table) {
        const auto& layout = seal::layout_of(table);
        const auto& column = layout.columns[history_.below(layout.columns.size())];
        if (column.name == layout.key) return std::nullopt;
        const std::string key(layout.key);
        const std::string name(column.name);
        const bool is_record = seal::is_record(table);
        const bool is_current = table == Evidence::erasure;
        const auto row = any(key, quoted_table(table) + (is_current ? " WHERE erased_at IS NOT NULL" : ""));
        if (!row) return std::nullopt;
        // The table takes none of these back.
        const bool is_of_hash = name == "salt" || name == "key_id" || name == "hash_marks" ||
                                name == "subject_hash" || name == "address_hash";
        const std::string at = " WHERE " + key + " = " + std::to_string(*row);
        const bool is_forgotten = table == Evidence::erased_address
                                      ? is_null(table, "address_hash", at)
                                      : is_record && !is_null(table, "forgotten_at", at);
        const bool makes_forgotten = name == "forgotten_at" && !is_forgotten;
        if ((is_of_hash && is_forgotten) || makes_forgotten) return std::nullopt;
        const std::string where = " WHERE " + key + " = " + std::to_string(*row);
        std::string value;
        if (column.is_time) {
            value = name + " - INTERVAL 1 SECOND";
            if (is_null(table, name, where)) value = "'2020-01-01 00:00:00.000'";
        } else if (name == "status") {
            value = "IF(status = 'partial', 'complete', 'partial')";
        } else if (table == Evidence::desk_action) {
            value = name == "kind" ? "CONCAT(kind, '_')" : "CONCAT(" + name + ", '.')";
        } else if (name == "kind") {
            value = "IF(kind = 'seen', 'current', 'seen')";
        } else if (name == "channel" || name == "reason" || name == "origin" || name == "algorithm" ||
                   name == "searched" || name == "outcome") {
            value = name + " + IF(" + name + " + 0 = 1, 1, -1)";
        } else if (name == "not_covered") {
            value = "IF(not_covered = 'files', '', 'files')";
        } else if (name == "salt") {
            value = "IF(salt = REPEAT('a', 32), REPEAT('b', 32), REPEAT('a', 32))";
        } else if (name == "hash_marks") {
            value = "IF(hash_marks = '', REPEAT('a', 16), '')";
        } else if (name == "contact_ids" || name.ends_with("s_changed") || name.ends_with("s_deleted") ||
                   name == "contact_count" || name == "contact_id" || name == "passes" ||
                   name == "rows_late" || name == "files_removed" || name == "values_emptied") {
            value = name + " + 1";
        } else if (name == "undecided") {
            value = "IF(undecided IS NULL, 0, NULL)";
        } else if (name == "account" || name == "officer" || name == "case_reference") {
            value = "CONCAT(COALESCE(" + name + ", ''), ' ')";
        } else if (table == Evidence::lookup && name == "reason") {
            value = "NULL";
        } else if (name == "key_id") {
            value = "IF(key_id = REPEAT('c', 16), REPEAT('d', 16), REPEAT('c', 16))";
        } else {
            value = "REVERSE(" + name + ")";
        }
        if (table == Evidence::lookup && name == "reason") value = "NULL";
        return Forgery{"UPDATE " + quoted_table(table) + " SET " + name + " = " + value + where,
                       Discrepancy::changed, table, *row};
    }

    bool is_null(Evidence table, const std::string& column, const std::string& where) {
        auto rows = ledger_.connection.select("SELECT " + column + " FROM " + quoted_table(table) + where);
        return rows.next() && rows.is_null(0);
    }

    std::optional<Forgery> removal(Evidence table) {
        const std::string key(seal::layout_of(table).key);
        const std::string without_findings =
            table == Evidence::erasure ? " WHERE contact_id NOT IN (SELECT contact_id FROM " +
                                             std::string(SealedLedger::name) + ".finding)"
            : table == Evidence::former_erasure ? " WHERE id NOT IN (SELECT former_id FROM " +
                                                      std::string(SealedLedger::name) + ".former_finding)"
                                                : "";
        const auto row = any(key, quoted_table(table) + without_findings);
        if (!row) return std::nullopt;
        return Forgery{"DELETE FROM " + quoted_table(table) + " WHERE " + key + " = " + std::to_string(*row),
                       Discrepancy::removed, table, *row};
    }

    // As the program forgets, only that it did not.
    std::optional<Forgery> forgetting() {
        const bool is_current = history_.below(2) == 0;
        const Evidence table = is_current ? Evidence::erasure : Evidence::former_erasure;
        const std::string key(seal::layout_of(table).key);
        const auto row =
            any(key, quoted_table(table) + " WHERE erased_at IS NOT NULL AND forgotten_at IS NULL");
        if (!row) return std::nullopt;
        return Forgery{"UPDATE " + quoted_table(table) +
                           " SET subject_hash = NULL, key_id = NULL, hash_marks = '', salt = NULL,"
                           " forgotten_at = '2026-06-01' WHERE " +
                           key + " = " + std::to_string(*row),
                       Discrepancy::changed, table, *row};
    }

    // Copies of rows, back-dated by themselves; of a record and of a former one.
    std::optional<Forgery> addition() {
        const std::string columns =
            "subject_hash, algorithm, key_id, channel, reason, origin, opted_out_at, requested_at, erased_at,"
            " last_pass_at, completed_at, status, passes, rows_changed, rows_deleted, rows_late, hash_marks,"
            " policy_digest, schema_digest, map_digest, files_removed, values_emptied, not_covered,"
            " undecided, salt, forgotten_at";
        const std::string erasures = quoted_table(Evidence::erasure);
        const std::string formers = quoted_table(Evidence::former_erasure);
        const auto contact = any("contact_id", erasures + " WHERE erased_at IS NOT NULL");
        if (!contact) return std::nullopt;
        const std::string of_contact = " WHERE contact_id = " + std::to_string(*contact);
        if (history_.below(2) == 0) {
            return Forgery{"INSERT INTO " + erasures + " (contact_id, " + columns + ") SELECT 999, " +
                               columns + " FROM " + erasures + " e" + of_contact,
                           Discrepancy::added, Evidence::erasure, 999};
        }
        const auto former = any("id", formers + " WHERE erased_at IS NOT NULL");
        const std::string from = former && history_.below(2) == 0
                                     ? formers + " e WHERE id = " + std::to_string(*former)
                                     : erasures + " e" + of_contact;
        return Forgery{"INSERT INTO " + formers + " (id, contact_id, " + columns +
                           ") SELECT 5000, contact_id, " + columns + " FROM " + from,
                       Discrepancy::added, Evidence::former_erasure, 5000};
    }

    std::optional<Forgery> of_a_leaf() {
        const std::string leaves = std::string(SealedLedger::seals_name) + ".leaf";
        const auto number = any("seal", leaves);
        if (!number) return std::nullopt;
        const std::string first = " WHERE seal = " + std::to_string(*number) + " LIMIT 1";
        switch (history_.below(4)) {
            case 0:
                return Forgery{"DELETE FROM " + leaves + first, Discrepancy::leaves, std::nullopt, *number};
            case 1:
                return Forgery{"UPDATE " + leaves + " SET content = UNHEX(REPEAT('ab', 32))" + first,
                               Discrepancy::leaves, std::nullopt, *number};
            case 2:
                return Forgery{
                    "UPDATE " + leaves + " SET state = IF(state = 'open', 'closed', 'open')" + first,
                    Discrepancy::leaves, std::nullopt, *number};
            default:
                return Forgery{"INSERT INTO " + leaves +
                                   " SELECT table_name, 12345, seal, state, changed_at,"
                                   " content, erasure FROM " +
                                   leaves + " l" + first,
                               Discrepancy::leaves, std::nullopt, *number};
        }
    }

    std::optional<Forgery> of_a_seal() {
        const std::string seals = std::string(SealedLedger::seals_name) + ".seal";
        const std::uint64_t last = ledger_.store().last()->number;
        const auto number = *any("number", seals);
        const std::string where = " WHERE number = " + std::to_string(number);
        switch (history_.below(5)) {
            case 0:
                return Forgery{"UPDATE " + seals + " SET sealed_at = sealed_at - INTERVAL 1 SECOND" + where,
                               Discrepancy::signature, std::nullopt, number};
            case 1:
                return Forgery{"UPDATE " + seals + " SET rows_sealed = rows_sealed + 1" + where,
                               Discrepancy::signature, std::nullopt, number};
            case 2:
                return Forgery{"UPDATE " + seals + " SET whole = 1 - whole" + where, Discrepancy::signature,
                               std::nullopt, number};
            case 3:
                if (number == last) return std::nullopt;
                return Forgery{"DELETE FROM " + seals + where, Discrepancy::chain, std::nullopt, number + 1};
            default:
                return Forgery{"DELETE FROM " + seals + " WHERE number = " + std::to_string(last),
                               Discrepancy::cut_off, std::nullopt, last};
        }
    }

    SealedLedger& ledger_;
    RandomHistory& history_;
};

bool is_named(const seal::SealReport& report, const Forgery& forgery) {
    return std::any_of(report.found.begin(), report.found.end(), [&](const seal::Found& found) {
        const std::uint64_t key = forgery.table ? found.key : found.seal;
        return found.what == forgery.what && found.table == forgery.table && key == forgery.key;
    });
}

}  // namespace

TEST_CASE("In random histories no honest row is accused, and every forgery is found and named") {
    std::size_t tried = 0;
    for (const std::uint32_t seed : {1u, 2u, 3u, 4u}) {
        SealedLedger ledger(server().options());
        RandomHistory history(ledger, seed);
        history.live();
        Forger forger(ledger, history);
        ledger.connection.change("SET FOREIGN_KEY_CHECKS = 0");
        for (std::size_t forgery = 0; forgery < forgeries_per_history; ++forgery) {
            const auto forged = forger.next();
            if (!forged) continue;
            INFO("seed " << seed << ": " << forged->sql);
            const database::Transaction undone(ledger.connection);
            if (ledger.connection.change(forged->sql) == 0) continue;
            ++tried;
            const seal::SealReport report = ledger.verify();
            CHECK(is_named(report, *forged));
            if (forged->table) {
                CHECK(report.found_count == 1);
            }
        }
        CHECK(ledger.verify().found_count == 0);
    }
    CHECK(tried > 150);
}
