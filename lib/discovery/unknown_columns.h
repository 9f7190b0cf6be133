// What nobody has decided about in tables that the data map names (unknown.h). Pure.
#pragma once

#include <vector>

#include "discovery/unknown.h"

namespace gdprd::discovery {

// Columns that can hold a text, and that neither the map nor the policy names.
void add_unknown_columns(const mautic::DataMap& map, const mautic::Schema& schema, const mautic::Table& table,
                         bool under_prefix, const policy::FieldPolicy& policy, std::vector<Unknown>& found);

// Rows of one table are about this and that, and a plugin may write there about contacts in words of its own.
void add_unknown_words(const mautic::DataMap& map, const mautic::Schema& schema, const mautic::Table& table,
                       std::vector<Unknown>& found);

}  // namespace gdprd::discovery
