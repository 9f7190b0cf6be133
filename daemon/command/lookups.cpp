#include "daemon/command/lookups.h"

#include <iostream>

#include "base/error.h"
#include "config/config.h"
#include "daemon/command/ledger.h"
#include "daemon/command/lookup_logging.h"
#include "daemon/command/terminal/address_input.h"
#include "daemon/command/terminal/text_table.h"

namespace gdprd::command {

namespace {

using ledger::LoggedLookup;

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
    if (lookup.history) table.add({"searched", "all mails, too"});
    table.add({"asked", lookup.asked.substr(0, 16) + "…, key " + lookup.key_id});
    table.print(std::cout, 2);
}

}  // namespace

ExitCode lookups(const LookupsOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    std::optional<std::string> asked;
    if (options.of_address) {
        asked = lookup_log_hasher(config).hash(read_address(), policy::Normalisation::email);
    }
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    require_ledger(connection, config);
    ledger::LookupLog log(connection, config.ledger.database);
    const auto found = log.exists() ? log.newest(options.limit, asked) : std::vector<LoggedLookup>{};
    if (options.common.json) {
        std::cout << lookups_json(found) << '\n';
    } else {
        std::cout << (found.empty() ? "No look-up was logged.\n"
                                    : counted(found.size(), "look-up") + ", the newest first.\n");
        for (const LoggedLookup& lookup : found) print(lookup);
    }
    return found.empty() ? ExitCode::not_found : ExitCode::done;
}

}  // namespace gdprd::command
