// The page that `describe` prints in a language that the data map is not written in.
#pragma once

#include <string>

#include "mautic/data_map.h"
#include "policy/field_policy.h"
#include "words/language.h"

namespace gdprd::command {

// Markdown: every table, and what becomes of its columns; not why. `policy` decides about the contact's
// fields.
std::string short_description(const mautic::DataMap& map, const policy::FieldPolicy& policy,
                              words::Language language);

}  // namespace gdprd::command
