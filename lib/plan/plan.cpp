#include "plan/plan.h"

#include <algorithm>

#include "mautic/column_name.h"

namespace gdprd::plan {

using columns::ColumnStep;
using discovery::Unknown;

const Step* Plan::contact_step() const {
    const auto found = std::find_if(steps.begin(), steps.end(), [](const Step& step) {
        return step.tie.kind == mautic::Tie::Kind::contact;
    });
    return found == steps.end() ? nullptr : &*found;
}

bool Step::takes(const std::string& column) const {
    return delete_rows || std::any_of(columns.begin(), columns.end(), [&](const ColumnStep& change) {
               return mautic::is_same_column(change.column, column);
           });
}

bool Plan::loses_way_to(const Step& of_left) const {
    const auto takes = [](const Step& step, const Link& link) {
        return link.real_table == step.real_table && step.takes(link.next_column);
    };
    return std::any_of(of_left.chains.begin(), of_left.chains.end(), [&](const std::vector<Link>& chain) {
        return std::any_of(chain.begin(), chain.end(), [&](const Link& link) {
            return std::any_of(steps.begin(), steps.end(),
                               [&](const Step& step) { return takes(step, link); });
        });
    });
}

void Plan::add_limitation(Limitation limitation) {
    const bool is_known = std::any_of(limitations.begin(), limitations.end(), [&](const Limitation& one) {
        return one.real_table == limitation.real_table && one.column == limitation.column &&
               one.what == limitation.what;
    });
    if (!is_known) limitations.push_back(std::move(limitation));
}

std::vector<const Step*> Plan::parts_of(const Step& shared) const {
    std::vector<const Step*> parts;
    for (const Step& step : steps) {
        if (step.tie.kind == mautic::Tie::Kind::part && step.tie.parent == shared.key())
            parts.push_back(&step);
    }
    return parts;
}

// [policy.columns] is for columns of tables of the map.
std::string Plan::advice_for(const Unknown& one) const {
    if (one.of_rows) return "Describe these rows in a data map of your own ([mautic] own_data_maps)";
    const bool is_mapped = std::none_of(unknown.begin(), unknown.end(), [&](const Unknown& other) {
        return other.column.empty() && other.real_table == one.real_table;
    });
    return is_mapped ? "Decide about it in [policy.columns]"
                     : "Describe the table in a data map of your own ([mautic] own_data_maps)";
}

std::vector<const Unknown*> Plan::tied_unknown() const {
    std::vector<const Unknown*> tied;
    for (const Unknown& one : unknown) {
        if (one.leads_to_contacts && one.is_certain) tied.push_back(&one);
    }
    return tied;
}

std::size_t Plan::undecided_count() const {
    const auto tied = tied_unknown();
    return static_cast<std::size_t>(
        std::count_if(tied.begin(), tied.end(), [](const Unknown* one) { return !one->emptied; }));
}

}  // namespace gdprd::plan
