#include "daemon/command/desk.h"

#include <iostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "daemon/desk.h"
#include "database/connection.h"
#include "database/server_traits.h"
#include "rights/grants.h"
#include "sign_in/accounts.h"
#include "words/time_zone.h"

namespace gdprd::command {

namespace {

using Problems = std::vector<std::string>;

std::vector<sign_in::Account> check_accounts(const config::Config& config, Problems& problems) {
    const auto& file = config.desk.accounts_file;
    auto accounts = sign_in::AccountFile(file).read();
    if (accounts.empty()) {
        problems.push_back(
            file.string() +
            ": there is no account. `mautic-gdprd desk user add NAME --role officer` makes one");
    }
    for (const sign_in::Account& account : accounts) {
        if (!config.desk.codes_required || !account.code_secret.empty() || account.is_locked) continue;
        problems.push_back(
            "account " + account.name +
            ": [desk] one_time_codes is \"required\", and it has none. `mautic-gdprd desk user "
            "one-time-code " +
            account.name + "` sets one up");
    }
    return accounts;
}

void check_rights(const config::Config& config, Problems& problems) {
    const database::ThreadScope thread;
    database::Connection connection(daemon::desk_connection_options(config));
    const std::string& mautic = config.database.database;
    const auto missing = rights::missing_desk_grants(connection, mautic, config.ledger.database);
    for (const rights::Grant& grant : missing) {
        problems.push_back(config.desk.database_user + " lacks " + grant.privileges + " on " +
                           grant.database +
                           ". Run `mautic-gdprd grants --desk --missing --apply --admin root`");
    }
    for (const std::string& privilege :
         rights::broader_desk_grants(connection, mautic, config.ledger.database)) {
        problems.push_back(config.desk.database_user + " has " + privilege +
                           ", which the desk must not have. Take it back with REVOKE");
    }
}

}  // namespace

ExitCode desk(const CommonOptions& options) {
    return daemon::serve_desk(options.config_file) == 0 ? ExitCode::done : ExitCode::failed;
}

ExitCode desk_check(const CommonOptions& options) {
    const config::Config config = config::load_config(options.config_file, config::Reads::desk);
    Problems problems;
    const words::TimeZone zone(config.desk.time_zone);
    const auto accounts = check_accounts(config, problems);
    check_rights(config, problems);
    if (config.seal.key.empty()) {
        problems.emplace_back(
            "[seal] key_file is missing: the desk can issue no certificate. `mautic-gdprd ledger seal-key` "
            "makes a key");
    }
    for (const std::string& problem : problems) std::cout << "problem  " << problem << ".\n";
    std::cout << counted(accounts.size(), "account") << ", " << counted(problems.size(), "problem") << ".\n";
    return problems.empty() ? ExitCode::done : ExitCode::not_everything;
}

}  // namespace gdprd::command
