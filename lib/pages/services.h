// What the pages need from the rest of the program: one object for the whole process, shared by the handler
// threads. Everything in it may be used by several threads at once.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "database/connection.h"
#include "desk/connections.h"
#include "desk/daemon_status.h"
#include "erasure/rules.h"
#include "pages/actions.h"
#include "policy/hash.h"

namespace gdprd::pages {

struct Services {
    std::string table_prefix;
    std::string ledger_database;
    policy::HashOptions hash;
    std::vector<std::string> former_keys;  // of hashes of former times
    bool case_required = false;
    std::string seal_key;  // PEM; "": nothing can be signed
    std::string program_version;

    desk::Connections& connections;
    // The rules as `serve` would make them now; made again when the schema changed. Throws as make_rules().
    std::function<std::shared_ptr<const erasure::Rules>(database::Connection&)> rules;
    // Hashes what was asked, for the log of look-ups.
    policy::Hasher lookup_hasher;
    // Into the log of actions, before it is answered. Throws DatabaseError.
    std::function<void(database::Connection&, const Action&)> log_action;
    desk::DaemonStatusSource& daemon;
    std::vector<std::filesystem::path> seal_copies{};  // of the seals, outside the database
};

}  // namespace gdprd::pages
