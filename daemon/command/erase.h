// `mautic-gdprd erase`: erases named contacts now, each in a transaction of its own. The do-not-contact list
// decides here too (promise 1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "erasure/eraser.h"

namespace gdprd::command {

struct EraseOptions {
    CommonOptions common;
    std::vector<ContactId> contacts;
    bool dry_run = false;
};

// What became of one contact.
struct EraseOutcome {
    erasure::Result result;
    std::string failure;                 // why it could not be tried; "" otherwise
    std::optional<Timestamp> next_pass;  // the daemon does it then
    // --dry-run
    bool dry_run = false;
    std::uint64_t rows = 0;
    std::uint64_t pending = 0;  // rows that would be changed or deleted
};

// not_everything when a contact was skipped or erased in part, failed when one could not be tried.
ExitCode erase(const EraseOptions& options);

}  // namespace gdprd::command
