// What nobody has decided about (promise 8): every table of the database that the map does not name, with
// what leads from it to contacts, and text columns of the tables it names. Pure.
#pragma once

#include <string>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "policy/field_policy.h"

namespace gdprd::discovery {

// Something that nobody has decided about (promise 8).
struct Unknown {
    std::string table;       // without the prefix
    std::string real_table;  // as in the database
    std::string column;      // "" for a whole table
    // "foreign key lead_id to leads; foreign key deal_id to deals", "a text column that is not …"
    std::string reason;
    // False for a table from which nothing leads to contacts: it is named until somebody decides, but stops
    // nothing. What else is in the database may be no business of Mautic's at all.
    bool leads_to_contacts = true;
    // By keys, ids of contacts or a copy of a known table, and not by looks alone, which stop nothing either.
    bool is_certain = true;
    // The entries that [policy] unknown = "delete" carries out for a whole table.
    std::vector<mautic::TableEntry> remedies{};
    bool emptied = false;  // [policy] unknown = "delete" deals with all of it
    bool of_rows = false;  // of a table of the map, by what stands in this column

    std::string name() const { return column.empty() ? table : table + '.' + column; }
    const char* fate() const;  // "emptied", "partly emptied", "left"
};

// The map names all tables of every Mautic 3-7, so whatever else is there is a plugin's, another program's or
// the operator's own. Each such table is named once, with all that leads to contacts, the strongest evidence
// first: keys in both directions, columns named like a contact's id, copies of known tables, and where there
// is none of these what names and types of columns suggest.
std::vector<Unknown> find_unknown(const mautic::DataMap& map, const mautic::Schema& schema,
                                  const policy::FieldPolicy& policy);

}  // namespace gdprd::discovery
