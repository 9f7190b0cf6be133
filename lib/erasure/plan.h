// Map × policy × schema = plan: what an erasure does in this database, statement by statement. A pure
// function makes it; `plan` prints it, the executor runs it for one contact or for a batch.
//
// A plan is valid for the schema it was made from and no other. Immutable, so threads share it.
#pragma once

#include <string>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "policy/field_policy.h"
#include "policy/hash.h"

namespace gdprd::erasure {

// A column that an erasure changes.
struct ColumnStep {
    std::string column;
    mautic::Action action = mautic::Action::remove;  // never keep, field or follows
    // The SQL literal the column gets: remove, empty_array, rewrite, and anonymous_ip where NULL is possible.
    std::string neutral;
    policy::Normalisation normalisation = policy::Normalisation::plain;  // hash
    bool identifies = false;  // hash: the old values are looked for by the proof
    std::string why;
};

// A column whose content the proof reads again.
struct SearchedColumn {
    std::string column;
    mautic::Search search = mautic::Search::all;
    bool may_be_emptied = false;  // a stripped URL: one whose path still names the person is emptied whole
    std::string neutral;          // may_be_emptied: the SQL literal for it
};

struct KeptColumn {
    std::string column;
    std::string why;
};

// One way in which rows of one table belong to a contact, and what happens to them.
struct Step {
    std::string table;  // without the prefix
    std::string part;
    std::string real_table;         // as in the database
    mautic::Tie tie;                // contact, column or parent
    std::string parent_real_table;  // parent
    std::string parent_tie_column;  // parent: the parent's column that holds the contact id
    std::vector<mautic::Condition> parent_conditions;
    std::vector<mautic::Condition> parent_exceptions;
    std::string primary_key;  // "" when it has several columns
    bool delete_rows = false;
    std::vector<ColumnStep> columns;
    std::vector<SearchedColumn> searched;
    std::vector<KeptColumn> kept;
    std::string why;

    std::string key() const { return part.empty() ? table : table + '#' + part; }
};

// Something tied to contacts that the map does not know (promise 8).
struct Unknown {
    std::string table;   // without the prefix
    std::string column;  // "" for a whole table
    std::string
        reason;  // "foreign key to leads", "a column named lead_id", "text column not in the data map"
};

struct Plan {
    std::string table_prefix;
    std::string contact_table;                 // "mtc_leads"
    std::vector<std::string> contact_columns;  // every column of it: the executor notices a change by them
    std::vector<std::string> identifying;      // columns of it whose old values the proof looks for
    std::vector<Step> steps;  // in the order of execution; the contact's own row is among them
    std::vector<Unknown> unknown;
    std::vector<std::string> warnings;
    std::vector<std::string>
        skipped;  // tables and ties of the map that this database or this version does not have
    std::string map_digest;
    std::string policy_digest;
    std::string schema_digest;

    const Step* contact_step() const;
};

// Throws ConfigurationError when the policy cannot be carried out on this schema; its text has one line a
// problem, each naming field, column type, length and, for a field that does not exist, the nearest name that
// does.
Plan build_plan(const mautic::DataMap& map, const policy::FieldPolicy& policy, const policy::Hasher& hasher,
                const mautic::Schema& schema);

// Tables and columns tied to contacts that the map does not know.
std::vector<Unknown> find_unknown(const mautic::DataMap& map, const mautic::Schema& schema);

}  // namespace gdprd::erasure
