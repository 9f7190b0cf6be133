#include "plan/plan.h"

#include <algorithm>

namespace gdprd::plan {

const Step* Plan::contact_step() const {
    const auto found = std::find_if(steps.begin(), steps.end(), [](const Step& step) {
        return step.tie.kind == mautic::Tie::Kind::contact;
    });
    return found == steps.end() ? nullptr : &*found;
}

std::vector<const Unknown*> Plan::tied_unknown() const {
    std::vector<const Unknown*> tied;
    for (const Unknown& one : unknown) {
        if (one.leads_to_contacts) tied.push_back(&one);
    }
    return tied;
}

std::size_t Plan::undecided_count() const {
    return static_cast<std::size_t>(std::count_if(unknown.begin(), unknown.end(), [](const Unknown& one) {
        return one.leads_to_contacts && !one.emptied;
    }));
}

}  // namespace gdprd::plan
