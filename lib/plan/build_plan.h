// Map × policy × schema = plan. Pure.
#pragma once

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/plan.h"
#include "policy/field_policy.h"
#include "policy/hash.h"

namespace gdprd::plan {

// What becomes of rules that cannot be carried out. The operator who has just written them is told at once. A
// schema that changes while the daemon serves must stop nobody's erasure: there they become limitations, and
// what was to be hashed is deleted.
enum class Misfit { refused, limited };

// Throws ConfigurationError when the policy cannot be carried out on this schema; its text has one line a
// problem, each naming field, column type, length and, for a field that does not exist, the nearest name that
// does.
Plan build_plan(const mautic::DataMap& map, const policy::FieldPolicy& policy, const policy::Hasher& hasher,
                const mautic::Schema& schema, Misfit misfit = Misfit::refused);

}  // namespace gdprd::plan
