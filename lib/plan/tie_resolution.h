// Finds the tables and columns a tie names in the live schema. Pure.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"

namespace gdprd::plan {

struct ResolvedTie {
    // Why this database has no such rows: "this database has no column page_hits.device_id". "" when it may.
    std::string missing;
    // Why the values of two columns cannot be compared for certain, with both types; "" when they can.
    std::string incomparable;
    // What the operator should know: a column without an index.
    std::vector<std::string> warnings;
};

// Fills the step's chains, references and text columns. `step.real_table`, `step.tie` and `step.primary_key`
// are set.
ResolvedTie resolve_tie(Step& step, const mautic::Table& table, const mautic::DataMap& map,
                        const mautic::Schema& schema);

}  // namespace gdprd::plan
