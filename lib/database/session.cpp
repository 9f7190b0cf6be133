#include "database/session.h"

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "database/binding.h"
#include "database/connect.h"
#include "database/quote.h"
#include "database/rows.h"
#include "database/unusable.h"

namespace gdprd::database {

namespace {

struct Variable {
    const char* name;
    std::string value;       // as SET takes it
    std::string shown;       // as the server shows it, in lower case
    bool everywhere = true;  // false: some servers do not have it
};

constexpr const char* charset = "utf8mb4";
constexpr const char* no_limit = "18446744073709551615";
constexpr const char* collation = "utf8mb4_general_ci";  // the one of these that every server has

Variable text(const char* name, const std::string& value) {
    return {name, quote_text(value), to_lower(value)};
}
Variable where_known(Variable variable) {
    variable.everywhere = false;
    return variable;
}
Variable on(const char* name) { return {name, "1", "on"}; }
Variable off(const char* name) { return {name, "0", "off"}; }

std::vector<Variable> wanted_variables(const ConnectionOptions& options) {
    const std::string lock_seconds = std::to_string(whole_seconds(options.lock_wait_timeout));
    return {
        // Character sets and collation are set by SET NAMES before, and only looked at here.
        text("character_set_client", charset),
        text("character_set_connection", charset),
        text("character_set_results", charset),
        text("collation_connection", collation),
        // Strict, so that a hash that does not fit is an error and not a cut-off hash. Zero dates stay
        // allowed: old rows hold them, and those rows must still be updatable. ANSI quotes would break our
        // statements.
        text("sql_mode", "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"),
        text("time_zone", "+00:00"),
        on("autocommit"),
        text("completion_type", "NO_CHAIN"),  // or COMMIT begins a transaction, or closes the session
        where_known(text("tx_isolation", "READ-COMMITTED")),
        where_known(text("transaction_isolation", "READ-COMMITTED")),
        where_known(off("tx_read_only")),
        where_known(off("transaction_read_only")),
        // MariaDB's default from 11.8 on: it refuses to lock a row that changed since the transaction first
        // read (error
        // 1020), where every other server waits and locks it as it is now, which the statements here rely on.
        where_known(off("innodb_snapshot_isolation")),
        {"innodb_lock_wait_timeout", lock_seconds, lock_seconds},
        // About ALTER TABLE by others; its default is a day or a year.
        {"lock_wait_timeout", lock_seconds, lock_seconds},
        // `read_timeout` bounds a statement. The server's own bounds end statements that must be through.
        where_known({"max_execution_time", "0", "0"}),
        where_known({"max_statement_time", "0", "0.000000"}),
        on("foreign_key_checks"),
        on("unique_checks"),
        where_known(on("check_constraint_checks")),  // the ledger's constraints keep personal data out of it
        off("sql_safe_updates"),
        on("sql_big_selects"),
        off("sql_auto_is_null"),  // or `id IS NULL` finds the row inserted last
        // Or MariaDB reads a table with system versioning as it was then.
        where_known({"system_versioning_asof", "DEFAULT", "default"}),
        where_known(text("default_regex_flags", "")),  // MULTILINE finds a hash in one line of a text
        on("sql_quote_show_create"),  // MariaDB's catalog quotes the columns in an expression, or not
        where_known(text("alter_algorithm", "DEFAULT")),  // INSTANT refuses what the ledger's tables need
        // Or a few ids in a list are too many to look up, and the whole table is read and locked.
        where_known({"range_optimizer_max_mem_size", "0", "0"}),
        where_known({"optimizer_max_sel_arg_weight", "0", "0"}),
        {"sql_select_limit", no_limit, no_limit},
        // Not low_priority_updates: InnoDB has no use for it, and on MySQL it takes a right of its own.
    };
}

using Shown = std::map<std::string, std::string>;

Shown read_variables(sql::Connection& session, const std::vector<Variable>& wanted) {
    std::vector<std::string> names;
    for (const Variable& variable : wanted) names.emplace_back(variable.name);
    return session_variables(session, names);
}

// Only what differs: some servers ask for a right even to set a variable to what it is.
std::string assignments(const std::vector<Variable>& wanted, const Shown& shown) {
    std::vector<std::string> parts;
    for (const Variable& variable : wanted) {
        const auto found = shown.find(variable.name);
        if (found == shown.end() || found->second == variable.shown) continue;
        parts.push_back("SESSION " + std::string(variable.name) + " = " + variable.value);
    }
    return join(parts, ", ");
}

void refuse(const std::string& what) {
    throw UnusableDatabase("database: " + what,
                           "Look at init_connect and the session defaults of the server, and at a proxy in "
                           "between: this session cannot be made safe to erase over");
}

void verify(const std::vector<Variable>& wanted, const Shown& shown) {
    for (const Variable& variable : wanted) {
        const auto found = shown.find(variable.name);
        if (found == shown.end() && !variable.everywhere) continue;
        if (found == shown.end()) refuse("the session's " + std::string(variable.name) + " cannot be read");
        if (found->second == variable.shown) continue;
        refuse("the session's " + std::string(variable.name) + " is '" + found->second + "', not '" +
               variable.shown + "', although it was set");
    }
}

}  // namespace

std::map<std::string, std::string> session_variables(sql::Connection& session,
                                                     const std::vector<std::string>& names) {
    std::vector<std::string> quoted;
    for (const std::string& name : names) quoted.push_back(quote_text(name));
    const std::unique_ptr<sql::Statement> statement(session.createStatement());
    const std::unique_ptr<sql::ResultSet> rows(statement->executeQuery(
        "SHOW SESSION VARIABLES WHERE Variable_name IN (" + join(quoted, ", ") + ")"));
    std::map<std::string, std::string> variables;
    while (rows->next()) {
        variables[to_lower(rows->getString(1).asStdString())] = to_lower(rows->getString(2).asStdString());
    }
    return variables;
}

void set_up_session(sql::Connection& session, const ConnectionOptions& options) {
    const std::unique_ptr<sql::Statement> statement(session.createStatement());
    // These limits are in force for SHOW VARIABLES, too; MySQL reads the comment as one.
    statement->execute("SET NAMES " + std::string(charset) + " COLLATE " + collation +
                       ", SESSION sql_select_limit = " + no_limit +
                       " /*M!100101 , SESSION max_statement_time = 0 */");
    const std::vector<Variable> wanted = wanted_variables(options);
    const std::string set = assignments(wanted, read_variables(session, wanted));
    if (!set.empty()) statement->execute("SET " + set);
    // Unqualified names mean Mautic's tables, whatever `USE` an init_connect holds.
    if (!options.database.empty()) statement->execute("USE " + quote_identifier(options.database));
    verify(wanted, read_variables(session, wanted));
}

void prove_text_arrives(sql::Connection& session) {
    const std::string sent = "\u0151\U0001F600";  // letters of two and of four bytes
    const auto arrives = [&](sql::ResultSet& result, bool prepared) {
        Rows rows(copy_rows(result, prepared));
        return rows.next() && rows.text(0) == sent && rows.text(1) == "C591F09F9880" && rows.number(2) == 2;
    };
    const std::string word = quote_text(sent);
    const std::unique_ptr<sql::Statement> statement(session.createStatement());
    const std::unique_ptr<sql::ResultSet> plain(
        statement->executeQuery("SELECT " + word + ", HEX(" + word + "), CHAR_LENGTH(" + word + ")"));
    // Not one that is kept: it is used once.
    const std::unique_ptr<sql::PreparedStatement> with_parameters(
        session.prepareStatement("SELECT ?, HEX(?), CHAR_LENGTH(?)"));
    bind_values(*with_parameters, std::vector<Value>{sent, sent, sent});
    const std::unique_ptr<sql::ResultSet> prepared(with_parameters->executeQuery());
    if (arrives(*plain, false) && arrives(*prepared, true)) return;
    refuse("text does not arrive at the server as it was sent, or not back");
}

}  // namespace gdprd::database
