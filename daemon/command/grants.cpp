#include "daemon/command/grants.h"

#include <iostream>
#include <vector>

#include "base/error.h"
#include "daemon/assembly.h"
#include "daemon/command/grants/log_in.h"
#include "database/account.h"
#include "database/server_traits.h"
#include "rights/grants.h"

namespace gdprd::command {

namespace {

using database::Connection;
using rights::Grant;

rights::OptOuts opt_outs_of(const daemon::Assembly& assembly, const GrantsOptions& options) {
    const bool suppresses = assembly.config.suppression.mode == background::SuppressionMode::do_not_contact;
    return options.reapply || suppresses ? rights::OptOuts::added : rights::OptOuts::read;
}

[[noreturn]] void refuse_to_guess() {
    throw Error(
        "grants: not all could be tried: tables are locked just now, or the server lets nobody change "
        "anything",
        "Try it again later, or leave out --missing");
}

// How the account logs in that the grants are for.
database::ConnectionOptions login_of(const daemon::Assembly& assembly, const GrantsOptions& options) {
    database::ConnectionOptions login = assembly.config.database;
    if (options.desk) {
        login.user = assembly.config.desk.database_user;
        login.password = assembly.config.desk.database_password;
    }
    return login;
}

// `rules`: none for the desk, whose grants are on whole databases.
std::vector<Grant> all_of(const daemon::Assembly& assembly, const GrantsOptions& options,
                          const erasure::Rules* rules) {
    const std::string& mautic = assembly.config.database.database;
    if (options.desk) return rights::desk_grants(mautic, assembly.config.ledger.database);
    return rights::all_grants(*rules, mautic, opt_outs_of(assembly, options));
}

std::vector<Grant> missing_of(DaemonLogin& daemon, const daemon::Assembly& assembly,
                              const GrantsOptions& options, const erasure::Rules* rules) {
    const std::string& mautic = assembly.config.database.database;
    std::vector<Grant> all = all_of(assembly, options, rules);
    if (!daemon.connection) return all;
    if (options.desk) {
        return rights::missing_desk_grants(*daemon.connection, mautic, assembly.config.ledger.database);
    }
    const rights::OptOuts opt_outs = opt_outs_of(assembly, options);
    const database::Transaction rolled_back(*daemon.connection);
    if (daemon.may_use_database) {
        const auto missing = rights::missing_grants(*daemon.connection, *rules, opt_outs);
        if (!missing) refuse_to_guess();
        return *missing;
    }
    std::erase_if(all, [&](const Grant& grant) { return grant.database != mautic; });
    const auto on_ledger = rights::missing_ledger_grants(*daemon.connection, rules->ledger_database);
    if (!on_ledger) refuse_to_guess();
    all.insert(all.end(), on_ledger->begin(), on_ledger->end());
    return all;
}

struct Statement {
    std::string shown;
    std::string run;  // with the password, where there is one in it
};

// An account that is there keeps what it has.
Statement account_statement(const database::ConnectionOptions& options, const std::string& account) {
    if (options.password.empty()) {
        throw ConfigurationError(
            "grants: the server does not let " + account +
                " in, and the configuration has no password for it",
            "Create the account as your server knows it without one, or set [database] password_file, for "
            "the desk [desk] database_password_file");
    }
    const std::string begin = "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY ";
    const std::string end = options.tls_ca_file.empty() ? ";" : " REQUIRE SSL;";
    return {begin + "{password}" + end, begin + database::quote_text(options.password) + end};
}

// All that is to be said to the server, in this order.
std::vector<Statement> statements_for(DaemonLogin& daemon, Connection& reader,
                                      const daemon::Assembly& assembly, const GrantsOptions& options,
                                      const erasure::Rules* rules) {
    const database::ConnectionOptions login = login_of(assembly, options);
    const std::string account = daemon.connection
                                    ? database::quoted_account(*daemon.connection)
                                    : database::quote_account(login.user, database::seen_host(reader));
    std::vector<Statement> statements;
    if (!daemon.connection) statements.push_back(account_statement(login, account));
    const std::vector<Grant> grants =
        options.missing ? missing_of(daemon, assembly, options, rules) : all_of(assembly, options, rules);
    const bool literally = database::grants_take_names_literally(reader);
    for (const Grant& grant : grants) {
        const std::string sql = rights::to_sql(grant, account, literally);
        statements.push_back({sql, sql});
    }
    return statements;
}

void print(const std::vector<Statement>& statements, const DaemonLogin& daemon) {
    if (statements.empty()) std::cout << "-- Nothing is missing.\n";
    if (!daemon.connection) {
        std::cout << "-- {password} stands for what is in the password file of the account, in quotes.\n";
    }
    for (const Statement& statement : statements) std::cout << statement.shown << '\n';
}

// How many failed. After a failure to make the account nothing is granted: some servers would make one
// without a password.
std::size_t run(Connection& admin, const std::vector<Statement>& statements) {
    std::size_t failed = 0;
    for (const Statement& statement : statements) {
        try {
            admin.change(statement.run, {}, "grants: apply");
            std::cout << "done    " << statement.shown << '\n';
        } catch (const database::DatabaseError& error) {
            ++failed;
            std::cout << "failed  " << statement.shown << "\n        " << error.what() << '\n';
            const bool is_lost = error.error_class() == database::ErrorClass::connection;
            if (is_lost || statement.run != statement.shown) {
                std::cout << "The statements after it were not run.\n";
                break;
            }
        }
    }
    return failed;
}

// As the daemon will find it.
ExitCode tell_what_is_missing(const daemon::Assembly& assembly, const GrantsOptions& options,
                              const erasure::Rules* rules) {
    const database::ConnectionOptions login = login_of(assembly, options);
    DaemonLogin daemon = log_in_as_daemon(login);
    if (!daemon.connection) {
        std::cout << "The server still does not let " << login.user
                  << " in: the account was there before, with another password than "
                  << (options.desk ? "[desk] database_password_file" : "[database] password_file")
                  << " has.\n";
        return ExitCode::not_everything;
    }
    const auto missing = missing_of(daemon, assembly, options, rules);
    if (missing.empty()) {
        std::cout << "Nothing is missing now.\n";
        return ExitCode::done;
    }
    const std::string account = database::quoted_account(*daemon.connection);
    const bool literally = database::grants_take_names_literally(*daemon.connection);
    std::cout << "Still missing:\n";
    for (const Grant& grant : missing) std::cout << "  " << rights::to_sql(grant, account, literally) << '\n';
    return ExitCode::not_everything;
}

[[noreturn]] void ask_for_administrator(const DaemonLogin& daemon, const database::ConnectionOptions& login) {
    throw ConfigurationError(daemon.connection
                                 ? "grants: " + login.user + " may not read the database " + login.database +
                                       ", so its tables are not known"
                                 : "grants: the database server does not let " + login.user + " in",
                             "Add --admin root, with the name of the database server's administrator");
}

}  // namespace

ExitCode grants(const GrantsOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.common.config_file,
                                    options.desk ? config::Reads::all : config::Reads::daemon);
    const database::ConnectionOptions login = login_of(assembly, options);
    DaemonLogin daemon = log_in_as_daemon(login);
    std::optional<Connection> admin;
    if (options.admin) admin.emplace(log_in_as_administrator(login, options));
    // The desk's account may be a new one, of which the daemon's can tell as much as is needed.
    std::optional<DaemonLogin> other;
    if (options.desk && !admin && !daemon.connection)
        other.emplace(log_in_as_daemon(assembly.config.database));
    const bool has_other = other && other->connection;
    if (!admin && !daemon.may_use_database && !has_other) ask_for_administrator(daemon, login);
    Connection& reader = admin ? *admin : daemon.connection ? *daemon.connection : *other->connection;
    std::shared_ptr<const erasure::Rules> rules;
    if (!options.desk) {
        rules =
            daemon::make_rules(mautic::read_schema(reader, assembly.config.mautic.table_prefix), assembly);
    }
    const auto statements = statements_for(daemon, reader, assembly, options, rules.get());
    if (!options.apply) {
        print(statements, daemon);
        return ExitCode::done;
    }
    const std::size_t failed = run(*admin, statements);
    const ExitCode code = tell_what_is_missing(assembly, options, rules.get());
    return failed == 0 ? code : ExitCode::not_everything;
}

}  // namespace gdprd::command
