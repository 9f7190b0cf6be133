// `mautic-gdprd plan`: what an erasure does in this database, table by table, with the reasons.
#pragma once

#include <optional>

#include "base/contact_id.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct PlanOptions {
    CommonOptions common;
    std::optional<ContactId> contact;  // with it: row counts for this contact; changes nothing
};

// not_everything when there is no such contact. Throws ConfigurationError when the policy does not fit the
// schema.
ExitCode plan(const PlanOptions& options);

}  // namespace gdprd::command
