// What people did at the officer's desk: beside the log of look-ups, in the database that can only be added
// to, and sealed with the ledger. No address and no hash of one; look-ups have their own log.
//
// Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "database/connection.h"
#include "ledger/side_database.h"

namespace gdprd::lookup {

enum class ActionKind {
    sign_in,
    sign_in_refused,
    sign_out,
    look_up,
    certificate,
    report,
    residue_search,
    residue_search_cancelled,
    seals_verified,
};
inline constexpr auto action_names =
    make_names<ActionKind>({{ActionKind::sign_in, "sign_in"},
                            {ActionKind::sign_in_refused, "sign_in_refused"},
                            {ActionKind::sign_out, "sign_out"},
                            {ActionKind::look_up, "look_up"},
                            {ActionKind::certificate, "certificate"},
                            {ActionKind::report, "report"},
                            {ActionKind::residue_search, "residue_search"},
                            {ActionKind::residue_search_cancelled, "residue_search_cancelled"},
                            {ActionKind::seals_verified, "seals_verified"}});

struct Action {
    std::uint64_t id = 0;
    Timestamp at{};
    ActionKind kind = ActionKind::sign_in;
    std::string account;  // as it signed in; of a refused one as it was typed, where there is such an account
    std::string remote;   // the address it came from
    std::string detail;   // "contact 4711", "2026-01-01 to 2026-02-01"; never a person's name or address
    std::string other_kind{};  // of a later version's action, its word; `kind` says nothing then
};

class ActionLog {
  public:
    ActionLog(database::Connection& connection, const std::string& ledger_database);

    // Makes database and table where they are not there. Throws ConfigurationError when that is not allowed.
    void create();
    // Throws ConfigurationError when the account may not read it.
    bool exists();
    // On disk when it returns. The id is the server's.
    void add(const Action& action);
    // The newest ones first, those before `before`.
    std::vector<Action> newest(std::size_t max, std::optional<std::uint64_t> before = std::nullopt);

  private:
    database::Connection& connection_;
    ledger::SideDatabase database_;
    const std::string table_;
};

}  // namespace gdprd::lookup
