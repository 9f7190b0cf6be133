// What becomes of the columns of one step, and what cannot be done with them. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "columns/column_decision.h"
#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/build_plan.h"
#include "plan/plan.h"
#include "policy/field_policy.h"
#include "policy/hash.h"

namespace gdprd::plan {

// What a plan is made of; the maker of the plan owns it.
struct Rules {
    const mautic::DataMap& map;
    const policy::FieldPolicy& policy;
    const policy::Hasher& hasher;
    const mautic::Schema& schema;
    Misfit misfit;
};

// What speaks against a plan.
struct Objections {
    std::vector<std::string> problems;     // of the operator's rules, one a line
    std::vector<std::string> dangers;      // problems that are refused always (Misfit)
    std::set<std::string> used_overrides;  // the names in [policy.columns] that something is done about
};

class StepColumns {
  public:
    // `emptied_unknown`: "table.column" that [policy] unknown = "delete" empties.
    StepColumns(Rules rules, const std::set<std::string>& emptied_unknown, Plan& plan, Objections& objections)
        : rules_(rules), emptied_unknown_(emptied_unknown), plan_(plan), objections_(objections) {}

    void add(Step& step, const mautic::TableEntry& entry, const mautic::Table& table,
             const mautic::Column& column);

  private:
    using ColumnDecision = columns::ColumnDecision;

    bool tells_return(const ColumnDecision& decision, const columns::ColumnStep& change) const;
    void note_failed_log(Step& step) const;
    bool is_protected(Step& step, const mautic::Table& table, const mautic::Column& column,
                      const ColumnDecision& decision);
    std::string why_not_here(const Step& step, const mautic::Table& table, const mautic::Column& column,
                             mautic::Action action, const ColumnDecision& decision) const;
    std::size_t hashes_by_default_max() const;
    bool may_be_deleted_instead(const mautic::Column& column, const ColumnDecision& decision) const;
    void note_deleted_instead(const Step& step, const mautic::Column& column, ColumnDecision& decision,
                              const std::string& why_not);
    void report_impossible(Step& step, const mautic::Column& column, const ColumnDecision& decision,
                           const std::string& why_not);

    const Rules rules_;
    const std::set<std::string>& emptied_unknown_;
    Plan& plan_;
    Objections& objections_;
    mutable std::map<std::string, std::set<std::string>> referred_columns_;  // by the real name of a table
    std::size_t hashes_by_default_ = 0;                                      // of the contact's own row
};

}  // namespace gdprd::plan
