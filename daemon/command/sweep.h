// `mautic-gdprd sweep`: erases everyone on Mautic's do-not-contact list whom the triggers cover and who is
// not erased yet, old opt-outs too when asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "daemon/command/bulk/mass_erasure.h"
#include "daemon/command/bulk/uncovered_opt_outs.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "reconciliation/back_fill.h"

namespace gdprd::command {

struct SweepOptions {
    CommonOptions common;
    std::optional<Timestamp> since;
    bool all = false;
    MassOptions mass;
};

// `totals` is nothing when nothing was tried: for a dry run, and when there was nothing to do.
std::string to_json(const reconciliation::BackFillFindings& findings,
                    const std::vector<UncoveredOptOuts>& uncovered, const std::optional<MassTotals>& totals);

ExitCode sweep_now(const SweepOptions& options);

}  // namespace gdprd::command
