// What [policy] unknown = "delete" does with a table that nobody described: as much as names and types can
// tell without breaking what protects the person. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::discovery {

// How the rows of a table lead to contacts, and to the table.
struct RowTies {
    std::vector<mautic::Tie> usable;  // of kind column, or parent with a parent of the map
    // Columns that may hold somebody else and show nobody's row: one in which all of them are NULL is the
    // contact's alone.
    std::set<std::string> others;
    std::set<std::string> referred_columns;  // to which live keys refer
};

struct Remedy {
    // One for each tie. Rows that another one of them, or another column, ties too are left.
    std::vector<mautic::TableEntry> entries;
    // Columns that stay although they may hold something of a person, and why.
    std::map<std::string, std::string> undecided;
    std::string refused;  // why the table is left; "" when it is not
};

// What becomes of each column of a row that is emptied, by the same judgement.
struct EmptiedColumns {
    std::map<std::string, mautic::ColumnRule> rules;
    std::map<std::string, std::string> undecided;  // as in Remedy
};
EmptiedColumns emptied_columns(const mautic::Table& table, const RowTies& ties);

// Keys, references, states, consents, opt-outs and flags stay, and so does what Mautic keeps of members of
// staff. Of a unique key of several columns only those change that may name a person; what a constraint may
// refuse to have changed stays and is undecided, and so is what may say who somebody is and cannot be told
// from a state or a key. The rows of a queue of messages go, because what waits would be sent, unless others
// refer to them; a queue of anything else is left alone, because what waits may be an opt-out for another
// system. A table that may prove a consent or hold opt-outs is left alone: an emptied proof is none, and
// without an opt-out people are mailed. Such a table is known by its name, by a text that may be what
// somebody agreed to, or by the date of a consent or an opt-out.
Remedy remedy_for(const mautic::Table& table, const RowTies& ties, bool has_prefix);

// May a column that the map does not know, of a table that it does, be emptied by its name and type? Not
// where the table may prove a consent, hold opt-outs or tell another system of them.
bool may_be_emptied(const mautic::Table& table, const mautic::Column& column,
                    const std::set<std::string>& referred_columns);

}  // namespace gdprd::discovery
