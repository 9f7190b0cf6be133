// The page that `describe` prints.
#pragma once

#include <string>

#include "mautic/data_map.h"
#include "policy/field_policy.h"

namespace gdprd::command {

// Markdown. `policy` decides about the contact's fields.
std::string description_page(const mautic::DataMap& map, const policy::FieldPolicy& policy);

}  // namespace gdprd::command
