// The foreign keys that refer to rows of a table, of this database and of others. Deleting a row deletes what
// refers to it, cuts it off, or is refused, as each key says; and all three happen to rows that nobody has
// decided about. Pure.
#pragma once

#include <string>
#include <vector>

#include "discovery/remedy.h"
#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/plan.h"

namespace gdprd::plan {

struct ReferringKey {
    std::string database;  // "" for Mautic's own
    std::string table;     // without the prefix
    std::string real_table;
    std::string column;
    std::string referenced_column;

    // For people: "note_task.note_id", "shop.orders.ip_id".
    std::string name() const { return (database.empty() ? "" : database + '.') + table + '.' + column; }
};

// Of a key of several columns each.
std::vector<ReferringKey> keys_to(const mautic::Table& table, const mautic::Schema& schema);

// Those that refer to rows which the step would delete, and of whose rows no step of the plan, which go
// before it, says what becomes of them. Of a shared row the references are asked for one by one instead.
std::vector<ReferringKey> undecided_keys_to(const Step& step, const mautic::Table& table, const Plan& before,
                                            const mautic::Schema& schema);
// "shop.orders.note_id refers to them by a foreign key, …"
std::string why_not_deleted(const std::vector<ReferringKey>& keys);
// The entry with its rows emptied: they stay for what refers to them.
mautic::TableEntry emptied_entry(const mautic::TableEntry& entry, const mautic::Table& table,
                                 const mautic::DataMap& map, const discovery::EmptiedColumns& emptied);

}  // namespace gdprd::plan
