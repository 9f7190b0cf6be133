// Ties and actions of the data map in the words of the page that `describe` prints.
#pragma once

#include <string>

#include "mautic/data_map.h"
#include "policy/field_policy.h"

namespace gdprd::command {

std::string code(const std::string& name);  // `name`

// "Rows in which `lead_id` is the contact's id."
std::string tie_words(const mautic::TableEntry& entry);

// "hashed", "deleted", "rewritten; `line` stays": what becomes of a column.
std::string outcome_words(const std::string& column, const mautic::ColumnRule& rule,
                          const policy::FieldPolicy& policy);

}  // namespace gdprd::command
