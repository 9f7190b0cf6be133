#include "daemon/command/check/server.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "daemon/command/common.h"
#include "database/account.h"
#include "database/server_logs.h"
#include "database/short_lock_waits.h"
#include "database/value_copies.h"
#include "statements/statements.h"
#include "worker/batch.h"

namespace gdprd::command {

namespace {

using plan::Step;
using statements::Scope;
using statements::Statement;

// Each costs a second to find out, and a dump may hold them all.
constexpr std::size_t locked_tables_max = 3;

std::vector<Statement> reads_of(const Step& step) {
    const std::vector<ContactId> nobody{0};
    const std::vector<database::Value> no_key{statements::key_value(step, "0")};
    const Scope scope = step.is_found_by_key() ? statements::scope_of_keys(step, no_key)
                                               : statements::scope_of_contacts(step, nobody);
    std::vector<Statement> all;
    if (!step.searched.empty()) all.push_back(statements::select_searched(step, scope));
    if (!step.text_columns.empty()) all.push_back(statements::select_texts(step, scope));
    const bool rewrites = std::any_of(step.columns.begin(), step.columns.end(), [](const auto& column) {
        return column.action == mautic::Action::rewrite;
    });
    if (rewrites) all.push_back(statements::select_rewritable(step, scope, 1));
    return all;
}

// "30 days", or "until somebody deletes it".
std::string kept_for(std::uint64_t seconds) {
    constexpr std::uint64_t hour = 3'600, day = 24 * hour;
    if (seconds == 0) return "until somebody deletes it";
    return seconds < day ? counted(std::max<std::uint64_t>(1, seconds / hour), "hour")
                         : counted(seconds / day, "day");
}

// What keeps the log from being free of what was erased: "binlog_row_image = MINIMAL", …
std::vector<std::string> options_wanted(const database::BinaryLog& log) {
    std::vector<std::string> wanted;
    if (log.format != "ROW") wanted.emplace_back("binlog_format = ROW");
    if (log.row_image != "MINIMAL") wanted.emplace_back("binlog_row_image = MINIMAL");
    if (log.keeps_statements) wanted.push_back(log.statements_option + " = OFF");
    return wanted;
}

}  // namespace

void check_reads(database::Connection& connection, const plan::Plan& plan, CheckReport& report) {
    const database::ShortLockWaits short_waits(connection);
    std::uint64_t tried = 0;
    bool all_well = true;
    std::set<std::string> locked;
    for (const Step& step : plan.steps) {
        for (const Statement& statement : reads_of(step)) {
            if (locked.contains(step.table) || locked.size() == locked_tables_max) continue;
            try {
                connection.select(statement.sql, statement.parameters, step.table + ": read");
                ++tried;
            } catch (const database::DatabaseError& error) {
                if (error.error_class() == database::ErrorClass::connection) throw;
                // That is told by name elsewhere.
                if (error.error_class() == database::ErrorClass::privilege) continue;
                all_well = false;
                if (error.error_class() == database::ErrorClass::conflict) {
                    locked.insert(step.table);
                    report.warning("reading", std::string(error.what()) + ": somebody has locked the table",
                                   check_again);
                    continue;
                }
                report.problem(
                    "reading", error.what(),
                    "Nobody with rows in this table can be erased on this server; please report it");
            }
        }
    }
    if (locked.size() == locked_tables_max) report.warning("reading", "the other tables were not tried");
    if (all_well) report.ok("reading", counted(tried, "statement") + " that an erasure reads by, tried");
}

// A server may take every login and refuse every change. That the ledger is not there yet, or may not be
// changed, is told elsewhere.
void check_writes(database::Connection& connection, const erasure::Rules& rules, CheckReport& report) {
    try {
        const database::Transaction rolled_back(connection);
        worker::try_a_change(connection, rules);
        report.ok("writing", "the server takes changes");
    } catch (const database::DatabaseError& error) {
        const bool is_told_elsewhere = error.error_class() == database::ErrorClass::privilege ||
                                       error.error_class() == database::ErrorClass::schema;
        if (is_told_elsewhere) return;
        report.problem("writing", error.what(), "Nobody can be erased until the server takes changes");
    }
}

void check_binary_log(database::Connection& connection, CheckReport& report) {
    const database::BinaryLog log = database::read_binary_log(connection);
    if (!log.on) {
        report.ok("binary log", "off: nothing of what is erased stays in one");
        return;
    }
    const std::string image =
        log.server_row_image == log.row_image
            ? "row image " + log.row_image
            : "row image " + log.server_row_image + ", " + log.row_image + " for this account";
    if (log.format == "STATEMENT") {
        report.problem("binary log",
                       "binlog_format = STATEMENT: the server takes no change of a transaction that is READ "
                       "COMMITTED, as those of erasures are (error 1665)",
                       "Set binlog_format = ROW or MIXED in the server's configuration");
        return;
    }
    const std::string what = log.format + ", " + image + ", kept " + kept_for(log.kept_seconds);
    const auto wanted = options_wanted(log);
    if (wanted.empty()) {
        report.ok("binary log",
                  "on (" + what +
                      "): an erasure writes keys and new values only into it; what Mautic wrote before "
                      "stays in it that long");
        return;
    }
    report.warning(
        "binary log",
        "on (" + what +
            "): each erasure writes what it erases into it once more, and it stays "
            "there that long",
        "Set " + join(wanted, ", ") +
            " in the server's configuration, or let the daemon's account set it for itself, and keep the "
            "log no longer than you must (binlog_expire_logs_seconds); docs/guide/binary-log.md says how, "
            "and who else reads it");
}

void check_statement_logs(database::Connection& connection, CheckReport& report) {
    const auto logs = database::read_statement_logs(connection);
    for (const auto& log : logs) {
        report.warning(
            "server logs",
            log.option + " is on: addresses in statements are written to " + log.where + ", " +
                (log.has_us ? "those of erasures, too" : "of Mautic's statements, not of erasures") +
                "; nothing is erased there",
            "Switch it off, or delete what it wrote within the time you promise");
    }
    if (logs.empty()) report.ok("server logs", "no log of statements is on");
}

namespace {

// "leads.email, leads.mobile and 3 more"
std::string named(const std::vector<const database::ValueCopy*>& copies) {
    constexpr std::size_t named_max = 5;
    std::vector<std::string> names;
    for (const auto* one : copies) {
        if (names.size() < named_max) names.push_back(one->table + '.' + one->column);
    }
    const std::size_t more = copies.size() - names.size();
    return join(names, ", ") + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

struct CopyWords {
    database::ValueCopy::Kind kind;
    const char* what;
    const char* remedy;
};
constexpr CopyWords words_of_copies[] = {
    {database::ValueCopy::Kind::column_statistics,
     ": the server's statistics (mysql.column_stats) hold values of it, and keep those that are erased",
     "Delete their rows there and FLUSH TABLES, or make them anew regularly (ANALYZE TABLE … PERSISTENT)"},
    {database::ValueCopy::Kind::histogram,
     ": a histogram of the server (COLUMN_STATISTICS) holds values of it, and keeps those that are erased",
     "ANALYZE TABLE … DROP HISTOGRAM ON …, or make it anew regularly"},
    {database::ValueCopy::Kind::fulltext_index,
     ": a full-text index holds its words, and keeps those that are erased until it is optimised",
     "OPTIMIZE TABLE with innodb_optimize_fulltext_only = ON, regularly"}};

}  // namespace

void check_value_copies(database::Connection& connection, const plan::Plan& plan, CheckReport& report) {
    std::set<std::string> tables;
    for (const Step& step : plan.steps) tables.insert(step.real_table);
    const auto copies = database::read_value_copies(connection, database::current_database(connection));
    for (const CopyWords& words : words_of_copies) {
        std::vector<const database::ValueCopy*> of_kind;
        for (const auto& one : copies) {
            if (one.kind == words.kind && tables.contains(one.table)) of_kind.push_back(&one);
        }
        if (!of_kind.empty()) report.warning("statistics", named(of_kind) + words.what, words.remedy);
    }
}

void describe_copies(database::Connection& connection, CheckReport& report) {
    const auto replicas = database::count_replicas(connection);
    const std::string who = !replicas        ? "replicas, which this account cannot see, apply"
                            : *replicas == 0 ? "no replica is connected; one would apply"
                            : *replicas == 1 ? "1 replica applies"
                                             : std::to_string(*replicas) + " replicas apply";
    report.ok("copies",
              who +
                  " each erasure as it is replicated; the undo log and freed pages keep old values until "
                  "the server reuses them; backups keep them until they expire");
}

}  // namespace gdprd::command
