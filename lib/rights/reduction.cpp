#include "rights/reduction.h"

#include <algorithm>

#include "plan/companions.h"
#include "rights/remedy.h"
#include "rights/tables.h"
#include "statements/statements.h"

namespace gdprd::rights {

using columns::SearchedColumn;
using plan::Companion;
using plan::MissingRight;
using plan::Plan;
using plan::Step;

namespace {

// What the plan is without some rights.
class Reduction {
  public:
    Reduction(Plan plan, const std::vector<MissingRight>& missing)
        : plan_(std::move(plan)), missing_(missing), of_named_rows_(tables_of_named_rows(plan_)) {}

    Plan result() {
        plan_.missing_rights = missing_;
        for (std::size_t i = 0; i < plan_.steps.size();) {
            const MissingRight* right = right_missing_for(plan_.steps[i]);
            if (right == nullptr) {
                ++i;
                continue;
            }
            leave(i, right->privilege + " on " + right->real_table + " is not granted: what is there waits");
            i = 0;  // what its rows are found by may be among the steps before
        }
        return std::move(plan_);
    }

  private:
    const MissingRight* find(const std::string& real_table, const char* privilege) const {
        const auto found = std::find_if(missing_.begin(), missing_.end(), [&](const MissingRight& one) {
            return one.real_table == real_table && one.privilege == privilege;
        });
        return found == missing_.end() ? nullptr : &*found;
    }

    const MissingRight* right_missing_for(const Step& step) const {
        const bool stops_all = step.real_table == plan_.contact_table || find(step.real_table, "SELECT") ||
                               of_named_rows_.contains(step.real_table);
        if (stops_all) return nullptr;
        for (const plan::Reference& reference : step.references) {
            if (step.tie.kind != mautic::Tie::Kind::shared || reference.database.empty()) continue;
            const MissingRight* right = find(reference.database + '.' + reference.real_table, "SELECT");
            if (right != nullptr) return right;
        }
        if (step.delete_rows) return find(step.real_table, "DELETE");
        if (step.columns.empty()) return nullptr;
        const MissingRight* right = find(step.real_table, "UPDATE");
        if (right == nullptr && !step.failed_log.empty()) {
            right = find(step.failed_log, "INSERT");
            if (right == nullptr) right = find(step.failed_log, "UPDATE");
        }
        if (right == nullptr && statements::needs_anonymous_ip(step))
            right = find(addresses_of(plan_), "INSERT");
        return right;
    }

    void limit(const Step& step, const std::string& column, const std::string& what) {
        plan_.waiting_tables.insert(step.table);
        plan_.waiting_columns.emplace(step.table, column.empty() ? step.counted_column() : column);
        plan_.add_limitation({step.table, step.real_table, column, what, remedy});
    }

    void leave(std::size_t at, const std::string& what) {
        Step& step = plan::leave_step(plan_, at);
        step.waits = true;
        limit(step, "", what);
        plan::leave_companions(
            plan_, plan_.left.size() - 1, plan::ContactRow::is_way_back, [this](const Companion& companion) {
                if (companion.column.empty()) companion.step.waits = true;
                limit(companion.step, companion.column, "left for as long: " + companion.why());
            });
    }

    Plan plan_;
    const std::vector<MissingRight>& missing_;
    const std::set<std::string> of_named_rows_;
};

}  // namespace

Plan without_rights(Plan plan, const std::vector<MissingRight>& missing) {
    return Reduction(std::move(plan), missing).result();
}

std::set<std::pair<std::string, std::string>> columns_done_waiting(const Plan& plan) {
    std::set<std::pair<std::string, std::string>> columns;
    std::set<std::pair<std::string, std::string>> others = plan.waiting_columns;
    for (const Step& step : plan.left) others.emplace(step.table, step.counted_column());
    for (const Step& step : plan.steps) {
        const bool may_stay = step.keeps_former_rows || step.tie.kind == mautic::Tie::Kind::text;
        (may_stay ? others : columns).emplace(step.table, step.counted_column());
        for (const SearchedColumn& searched : step.searched) others.emplace(step.table, searched.column);
        for (const std::string& column : step.left_columns) others.emplace(step.table, column);
    }
    for (const auto& other : others) columns.erase(other);
    return columns;
}

}  // namespace gdprd::rights
