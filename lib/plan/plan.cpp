#include "plan/plan.h"

#include <algorithm>

namespace gdprd::plan {

const Step* Plan::contact_step() const {
    const auto found = std::find_if(steps.begin(), steps.end(), [](const Step& step) {
        return step.tie.kind == mautic::Tie::Kind::contact;
    });
    return found == steps.end() ? nullptr : &*found;
}

}  // namespace gdprd::plan
