// What people did at the desk: in a table beside the log of look-ups, which can only be added to, and which
// is sealed with the ledger. No address and no hash of one; look-ups are in their own log.
//
// Threads: that of the connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "database/connection.h"

namespace gdprd::pages {

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
};

}  // namespace gdprd::pages
