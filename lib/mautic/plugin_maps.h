// Which maps of plugins this database calls for: those of the plugins that are there. Nothing has to be
// configured, and nobody's table is taken for a plugin's because it is called the same. Pure.
#pragma once

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::mautic {

// The map with the entries of those plugins that this database has, and with no other plugin; the digest is
// that of all it has. A plugin's map is used as a whole or not at all, because what one entry changes another
// one may need to find its rows. It is set aside, with the reason, where a table of its is there but
//   - a column is missing by which the plugin is known or a row is found,
//   - a key says that a column holds something else than ids of contacts, or
//   - the operator's own map describes the table: that one decides, and about all tables of the plugin.
// Tables of a plugin that is set aside are undecided, but for those of the operator's map.
DataMap map_in_use(const DataMap& map, const Schema& schema);

}  // namespace gdprd::mautic
