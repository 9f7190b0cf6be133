// `mautic-gdprd reapply`: after Mautic's database was restored, erases again everyone whom the ledger names
// and who is back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "daemon/command/bulk/mass_erasure.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "restore/reapply.h"

namespace gdprd::command {

struct ReapplyOptions {
    CommonOptions common;
    std::optional<Timestamp> since;
    std::vector<std::string> key_files;  // hash keys of former times
    MassOptions mass;
};

// `totals` is nothing when nothing was tried: for a dry run, and when there was nothing to do.
std::string to_json(const restore::ReapplyFindings& findings, const std::optional<MassTotals>& totals);

// not_everything when contacts are left for a person to look at, or not all were erased.
ExitCode reapply(const ReapplyOptions& options);

}  // namespace gdprd::command
