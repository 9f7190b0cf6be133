// Reads the entries of one file of the data map into a map. Inside the room only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/map_reader.h"

namespace gdprd::mautic {

// Adds the entries of a file; `name` stands in errors. Throws ConfigurationError.
void add_entries(DataMap& map, const toml::table& root, const std::string& name, TableEntry::Origin origin);

// ["page_hits.ip_id"]: entries and their columns.
std::vector<EntryColumn> entry_columns(MapReader& reader, std::string_view key);

}  // namespace gdprd::mautic
