// What is to be done with one column, by the data map and the operator's policy, before it is known whether
// it can be done. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "policy/field_policy.h"

namespace gdprd::columns {

struct ColumnDecision {
    mautic::Action action = mautic::Action::keep;
    policy::Normalisation normalisation = policy::Normalisation::plain;
    bool identifies = false;
    mautic::Search search = mautic::Search::all;
    std::string why;
    std::string option;         // the option that asked for it, for error messages; "" for the map
    bool by_default = false;    // [policy] other_fields decided, nobody named the field
    bool overridden = false;    // [policy.columns] decided
    std::string override_name;  // overridden: "page_hits.city", as it is written there
    bool by_rule = false;       // the map's rule for this very column decided, not the one for "*"
    bool by_any_rule = false;   // the map's rule for "*" decided
    bool switched_off = false;  // the switch of its rule is off: kept
    std::string format;         // rewrite: of the data map; "" when the schema tells
    std::vector<std::string> keep_members;  // rewrite
};

// The rule of [policy.columns] for this column, in whatever case it is written; nullptr when there is none.
const std::pair<const std::string, policy::FieldRule>* override_of(const policy::FieldPolicy& policy,
                                                                   const std::string& table,
                                                                   const std::string& column);

ColumnDecision decide_column(const mautic::TableEntry& entry, const mautic::Table& table,
                             const mautic::Column& column, const mautic::Schema& schema,
                             const policy::FieldPolicy& policy);

}  // namespace gdprd::columns
