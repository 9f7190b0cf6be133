// Copies of Mautic's tables that somebody made: before an upgrade, for a report, by hand. They hold what the
// originals held, and nobody can say whose contact ids stand in them: they are named and never changed. So is
// all that belongs to another Mautic, whose contacts have the same numbers as ours. Pure.
#pragma once

#include <string>

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::discovery {

// The known table with contact data that this one is a copy of, by its name ("bak_leads", "leads_2024") or by
// its columns; "" when it is none. Another Mautic's tables in the same database look just so.
std::string copied_table(const mautic::DataMap& map, const mautic::Schema& schema,
                         const mautic::Table& table);

// Does its name begin with a longer prefix than ours, under which another Mautic has its tables: beside
// mtc_leads there are mtc_2_leads and what else every Mautic has, and this is mtc_2_plugin_notes?
bool may_be_another_mautics(const mautic::Schema& schema, const mautic::Table& table);

}  // namespace gdprd::discovery
