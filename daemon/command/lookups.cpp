#include "daemon/command/lookups.h"

#include <iostream>
#include <utility>

#include "base/secret.h"
#include "config/config.h"
#include "daemon/command/ledger.h"
#include "daemon/command/lookup_logging.h"
#include "daemon/command/terminal/address_input.h"
#include "daemon/command/terminal/text_table.h"

namespace gdprd::command {

namespace {

using lookup::LoggedLookup;
using lookup::LookupReach;

std::string outcome_text(const LoggedLookup& lookup) {
    if (!lookup.found) return "not found";
    std::string text = "found";
    for (const ContactId contact : lookup.contacts) {
        text += (text == "found" ? ": contact " : ", ") + std::to_string(contact);
    }
    if (lookup.contact_count > lookup.contacts.size()) text += ", …";
    return text;
}

void print(const LoggedLookup& lookup) {
    std::cout << "\nLook-up " << lookup.id << ", " << shown_time(lookup.at) << '\n';
    TextTable table;
    table.add({"account", lookup.account});
    if (!lookup.officer.empty()) table.add({"officer", lookup.officer});
    if (!lookup.case_reference.empty()) table.add({"case", lookup.case_reference});
    if (!lookup.reason.empty()) table.add({"reason", lookup.reason});
    table.add({"outcome", outcome_text(lookup)});
    if (lookup.searched == LookupReach::history) table.add({"searched", "all mails, too"});
    if (lookup.searched == LookupReach::log) table.add({"searched", "this log only"});
    table.add({"asked", lookup.asked.substr(0, 16) + "…, key " + lookup.key_id});
    table.print(std::cout, 2);
}

void print(const LookupsAnswer& answer) {
    if (!answer.lookups.empty()) {
        std::cout << counted(answer.lookups.size(), "look-up") << ", the newest first.\n";
    } else {
        std::cout << (answer.of_other_keys > 0 ? "No look-up with this key was logged.\n"
                                               : "No look-up was logged.\n");
    }
    for (const LoggedLookup& lookup : answer.lookups) print(lookup);
    if (answer.of_other_keys == 0) return;
    std::cout << '\n'
              << counted(answer.of_other_keys, "look-up was", "look-ups were")
              << " logged with another key, and may be of this address. That can only be told with the key "
                 "of that time: --key-file.\n";
}

// In the log before it is answered, as every look-up.
LookupsAnswer ask_of_address(database::Connection& connection, const config::Config& config,
                             const LookupsOptions& options, const std::string& address) {
    lookup::LogWriter log(connection, config.ledger.database, lookup_log_hasher(config));
    std::vector<std::string> keys;
    for (const std::string& file : options.key_files) keys.push_back(read_secret(file));
    LoggedLookup entry;
    entry.at = now();
    entry.account = system_account();
    auto answer = log.ask(std::move(entry), address, options.limit, lookup::log_hashers_of(keys));
    return {std::move(answer.lookups), answer.of_other_keys};
}

ExitCode code_of(const LookupsAnswer& answer) {
    if (answer.of_other_keys > 0) return ExitCode::not_everything;
    return answer.lookups.empty() ? ExitCode::not_found : ExitCode::done;
}

}  // namespace

ExitCode lookups(const LookupsOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    const std::optional<std::string> address =
        options.of_address ? std::optional(read_address()) : std::nullopt;
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    require_ledger(connection, config);
    LookupsAnswer answer;
    if (address) {
        answer = ask_of_address(connection, config, options, *address);
    } else if (lookup::LookupLog log(connection, config.ledger.database); log.exists()) {
        answer.lookups = log.newest(options.limit, std::nullopt);
    }
    if (options.common.json) {
        std::cout << lookups_json(answer) << '\n';
    } else {
        print(answer);
    }
    return code_of(answer);
}

}  // namespace gdprd::command
