// What an erasure does, by table and kind: the plan without its order and without how rows are found. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/names.h"
#include "mautic/data_map.h"
#include "plan/plan.h"
#include "policy/field_policy.h"

namespace gdprd::certificate {

enum class Treatment {
    hashed,
    deleted,  // emptied: NULL, or the neutral value of the type
    parameters_removed,
    rewritten,
    randomised,
    address_anonymised,
    cancelled,
    kept,
    follows,  // generated from other columns
};
// Which rows of a table it is about.
enum class RowsOf {
    contact,
    contact_alone,  // and nobody else: rows that several may refer to
    its_name,       // whose text names the contact
};
inline constexpr auto treatment_names =
    make_names<Treatment>({{Treatment::hashed, "hashed"},
                           {Treatment::deleted, "deleted"},
                           {Treatment::parameters_removed, "parameters_removed"},
                           {Treatment::rewritten, "rewritten"},
                           {Treatment::randomised, "randomised"},
                           {Treatment::address_anonymised, "address_anonymised"},
                           {Treatment::cancelled, "cancelled"},
                           {Treatment::kept, "kept"},
                           {Treatment::follows, "follows"}});
inline constexpr auto rows_of_names = make_names<RowsOf>(
    {{RowsOf::contact, "contact"}, {RowsOf::contact_alone, "contact_alone"}, {RowsOf::its_name, "its_name"}});

struct TableRules {
    std::string table;                 // without the prefix
    std::string real_table;            // as in the database
    RowsOf rows_of = RowsOf::contact;  // where it is so for all of its rows
    bool rows_deleted = false;
    std::map<Treatment, std::vector<std::string>> columns;  // each once, in the order of the plan
};

// A table once, in the order of the plan. A column that is treated in one way where rows are found so, and in
// another way where they are found otherwise, has both.
std::vector<TableRules> table_rules(const plan::Plan& plan);
// The same of a data map, whatever a database has of it: a column "*" stands for those that are not named,
// and `policy` decides about the contact's fields.
std::vector<TableRules> table_rules(const mautic::DataMap& map, const policy::FieldPolicy& policy);

}  // namespace gdprd::certificate
