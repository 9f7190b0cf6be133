#include "daemon/command/check/tables.h"

#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "columns/column_step.h"
#include "daemon/command/bulk/uncovered_opt_outs.h"
#include "daemon/command/common.h"
#include "database/account.h"
#include "database/privileges.h"
#include "database/quote.h"

namespace gdprd::command {

namespace {

using database::Connection;
using database::Rows;

std::set<std::string> changed_tables(const plan::Plan& plan) {
    std::set<std::string> tables{plan.contact_table};
    for (const auto& step : plan.steps) {
        if (step.delete_rows || !step.columns.empty()) tables.insert(step.real_table);
    }
    return tables;
}

std::string in_list(const std::set<std::string>& tables) {
    std::vector<std::string> quoted;
    for (const std::string& table : tables) quoted.push_back(database::quote_text(table));
    return " IN (" + join(quoted, ", ") + ")";
}

// Asked of the server: which engines it has, and which of them can roll back. `tables` is a condition for
// information_schema.TABLES t.
Rows tables_without_transactions(Connection& connection, const std::string& tables) {
    return connection.select(
        "SELECT t.TABLE_NAME, t.ENGINE FROM information_schema.TABLES t"
        " LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE t.ENGINE IS NOT NULL"
        " AND COALESCE(e.TRANSACTIONS, 'NO') <> 'YES' AND " +
            tables + " ORDER BY t.TABLE_NAME",
        {}, "engines: read");
}

void check_engines(Connection& connection, const std::set<std::string>& tables, CheckReport& report) {
    Rows rows = tables_without_transactions(connection,
                                            "t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME" + in_list(tables));
    while (rows.next()) {
        report.problem(
            "tables",
            rows.text(0) + ": its engine " + rows.text(1) +
                " has no transactions: an erasure that fails stays half done in it, and nobody can "
                "tell which half",
            "ALTER TABLE " + database::quote_identifier(rows.text(0)) + " ENGINE = InnoDB");
    }
}

void check_triggers(Connection& connection, const std::set<std::string>& tables, CheckReport& report) {
    auto rows = connection.select(
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, EVENT_MANIPULATION FROM information_schema.TRIGGERS"
        " WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_MANIPULATION IN ('UPDATE', 'DELETE')"
        " AND EVENT_OBJECT_TABLE" +
            in_list(tables) + " ORDER BY TRIGGER_NAME",
        {}, "triggers: read");
    bool found = false;
    while (rows.next()) {
        found = true;
        report.warning("tables",
                       rows.text(1) + ": the trigger " + rows.text(0) + " runs at every " + rows.text(2) +
                           " and can write old values elsewhere, where no erasure looks",
                       "Read it. What it copies must be erased there, or the trigger must go");
    }
    if (found) return;
    const std::string name = database::current_database(connection);
    if (database::has_privilege_on_database(connection, "TRIGGER", name)) return;
    report.ok("tables",
              "triggers cannot be seen without the TRIGGER right: as an administrator, "
              "SELECT * FROM information_schema.TRIGGERS shows those that copy what an erasure changes");
}

// A server tells of keys between databases to those who may read both tables. InnoDB's own list of them takes
// the right PROCESS, which the daemon's account need not have.
void check_hidden_keys(Connection& connection, const mautic::Schema& schema, CheckReport& report) {
    std::set<std::string> known;
    for (const mautic::OutsideKey& key : schema.outside_keys) known.insert(key.database + '/' + key.table);
    const std::string here = database::current_database(connection) + '/';
    for (const char* list : {"INNODB_SYS_FOREIGN", "INNODB_FOREIGN"}) {
        try {
            Rows rows =
                connection.select(std::string("SELECT DISTINCT FOR_NAME, REF_NAME FROM information_schema.") +
                                      list + " ORDER BY 1, 2",
                                  {}, "foreign keys: read");
            while (rows.next()) {
                const std::string from = rows.text(0);
                const std::string to = rows.text(1);
                if (!to.starts_with(here) || from.starts_with(here) || known.contains(from)) continue;
                report.warning("tables",
                               from + ": refers to " + to +
                                   " by a foreign key that this account cannot see; rows there may go with "
                                   "rows that an erasure deletes, or keep them",
                               "`mautic-gdprd grants --missing --admin root` prints what makes it visible");
            }
            return;
        } catch (const database::DatabaseError& error) {
            if (error.error_class() == database::ErrorClass::connection) throw;
        }
    }
}

// One neutral value for two contacts is one too many for a unique index. So is one hash, where rows cannot be
// told apart by a primary key to make another one.
void check_unique(const mautic::Schema& schema, const plan::Step& step, CheckReport& report) {
    const mautic::Table* table = schema.find(step.table);
    if (table == nullptr || step.delete_rows) return;
    for (const auto& column : step.columns) {
        const mautic::Column* found = table->find(column.column);
        if (found == nullptr || !found->unique || table->is_in_primary_key(column.column)) continue;
        const bool hashed = column.action == mautic::Action::hash;
        if (!hashed && (!columns::comes_to_one_value(column.action) || found->nullable)) continue;
        if (hashed && !step.primary_key.empty()) {
            report.ok("tables", step.real_table + "." + column.column +
                                    ": has a UNIQUE index; who comes back under an erased value gets another "
                                    "hash than the first time");
            continue;
        }
        report.warning(
            "tables",
            step.real_table + "." + column.column + ": has a UNIQUE index, and " +
                (hashed
                     ? "everybody with the same value gets the same hash, because the table has no primary "
                       "key of one column: who comes back under an erased one cannot be erased again "
                       "(error 1062)"
                     : "everybody gets the same value: only one contact can be erased (error 1062)"),
            hashed && found->nullable
                ? "Drop the index, or set the column to \"delete\" in [policy.columns]: "
                  "NULL never collides"
                : "Drop the index, or allow NULL in the column and let it be deleted");
    }
}

void check_opt_outs(Connection& connection, const config::Config& config, const plan::Plan& plan,
                    CheckReport& report) {
    for (const auto& uncovered : read_uncovered_opt_outs(connection, plan.table_prefix, config.triggers)) {
        report.warning("opt-outs",
                       counted(uncovered.rows, "row") + " of the do-not-contact list with " +
                           uncovered.description() +
                           ": no trigger covers them, and these contacts are not erased",
                       uncovered.other_reason
                           ? "Mautic sets 1 (unsubscribed), 2 (bounced) and 3 (manual): correct them if "
                             "these people opted out"
                           : "Mautic writes the channel in lower case: correct them, or add this "
                             "spelling to [trigger] channels");
    }
}

// A misspelt channel erases nobody, and nothing else would tell.
void check_channels(Connection& connection, const config::Config& config, const plan::Plan& plan,
                    CheckReport& report) {
    std::set<std::string> known{"email", "sms", "notification"};
    Rows rows = connection.select(
        "SELECT DISTINCT channel FROM " + database::quote_identifier(plan.table_prefix + "lead_donotcontact"),
        {}, "lead_donotcontact: channels");
    while (rows.next()) known.insert(to_lower(rows.text(0)));
    for (const std::string& channel : config.triggers.channels) {
        if (known.contains(to_lower(channel))) continue;
        report.warning("opt-outs",
                       "[trigger] channels: no opt-out has the channel '" + channel +
                           "', and Mautic itself has no such channel: by it nobody is erased",
                       "Mautic's own are \"email\", \"sms\" and \"notification\"");
    }
}

void check_dates(Connection& connection, const plan::Plan& plan, CheckReport& report) {
    Rows rows = connection.select("SELECT COUNT(*) FROM " +
                                      database::quote_identifier(plan.table_prefix + "lead_donotcontact") +
                                      " WHERE date_added > UTC_TIMESTAMP() + INTERVAL 1 HOUR",
                                  {}, "lead_donotcontact: dates");
    if (!rows.next() || rows.number(0) == 0) return;
    report.warning("opt-outs",
                   counted(rows.number(0), "row") +
                       " of the do-not-contact list with a date that is yet to come: taken for opt-outs "
                       "without a date",
                   "Correct date_added, which is in UTC, where whatever writes it has another clock");
}

}  // namespace

void check_tables(Connection& connection, const config::Config& config, const mautic::Schema& schema,
                  const plan::Plan& plan, CheckReport& report) {
    const std::set<std::string> tables = changed_tables(plan);
    check_engines(connection, tables, report);
    check_triggers(connection, tables, report);
    check_hidden_keys(connection, schema, report);
    for (const auto& step : plan.steps) check_unique(schema, step, report);
    check_opt_outs(connection, config, plan, report);
    check_channels(connection, config, plan, report);
    check_dates(connection, plan, report);
}

void check_ledger_tables(Connection& connection, const std::string& ledger, CheckReport& report) {
    Rows rows = tables_without_transactions(connection, "t.TABLE_SCHEMA = " + database::quote_text(ledger));
    while (rows.next()) {
        report.problem("ledger",
                       ledger + '.' + rows.text(0) + ": its engine " + rows.text(1) +
                           " has no transactions: the ledger can say what an erasure that failed did not do, "
                           "and the other way round",
                       "ALTER TABLE " + database::quote_identifier(ledger) + '.' +
                           database::quote_identifier(rows.text(0)) + " ENGINE = InnoDB");
    }
}

}  // namespace gdprd::command
