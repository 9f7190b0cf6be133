// Which tables that the data map does not know are tied to contacts by keys: by keys of their own and by keys
// of others, over any number of tables. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::discovery {

// What the data map says the rows of a table are, to which a key may lead.
enum class RowsOf {
    contacts,   // rows of contacts
    several,    // rows that several contacts may share
    nobody,     // no data of contacts, or that of companies: what hangs on them is not a contact's
    undecided,  // the map does not know the table
};
RowsOf rows_of(const mautic::DataMap& map, const std::string& table, bool under_prefix);

// Does this key lead to that table?
bool refers_to(const mautic::ForeignKey& key, const mautic::Table& table, bool under_prefix);

// Columns of the table to which keys of any table refer.
std::set<std::string> referred_columns(const mautic::Schema& schema, const mautic::Table& table,
                                       bool under_prefix);

struct Reach {
    std::vector<std::string> reasons;   // those first that lead to contacts directly
    std::set<std::string> own_columns;  // whose keys lead there
    bool is_referred_to = false;        // keys of others come from there
};

// By the real name of each table that is reached.
// A key counts where its other end is no farther from contacts: what a table refers to is no evidence of it
// where that is reached through the very table. `tied` are real names of undecided tables that something
// else than a key ties to contacts; what hangs on them is reached too.
std::map<std::string, Reach> reached_by_keys(const mautic::DataMap& map, const mautic::Schema& schema,
                                             const std::set<std::string>& tied);

}  // namespace gdprd::discovery
