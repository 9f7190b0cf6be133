// The operator's policy held against the live schema and the data map: rules that name nothing, rules without
// an effect, and what is dangerous though it can be done. Pure; used by plan.cpp only.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/plan.h"
#include "policy/field_policy.h"

namespace gdprd::plan {

// Rules for fields, tables and columns that do not exist; each with the nearest name that does.
std::vector<std::string> problems_with_names(const mautic::DataMap& map, const policy::FieldPolicy& policy,
                                             const mautic::Schema& schema);

// Rules of [policy.columns] that are not among `used`: one without an effect would be taken for one that has.
std::vector<std::string> problems_with_unused_rules(const mautic::DataMap& map,
                                                    const policy::FieldPolicy& policy,
                                                    const mautic::Schema& schema,
                                                    const std::set<std::string>& used);

// When the plan empties every unique identifier of a contact.
std::vector<std::string> warnings_about_unique_identifiers(const Plan& plan, const mautic::Schema& schema);

}  // namespace gdprd::plan
