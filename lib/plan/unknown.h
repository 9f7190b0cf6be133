// What is tied to contacts and not in the data map (promise 8). Pure.
#pragma once

#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/plan.h"
#include "policy/field_policy.h"

namespace gdprd::plan {

// Tables and columns tied to contacts that neither the map nor [policy.columns] knows.
std::vector<Unknown> find_unknown(const mautic::DataMap& map, const mautic::Schema& schema,
                                  const policy::FieldPolicy& policy);

}  // namespace gdprd::plan
