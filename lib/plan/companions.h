// What has to stay with rows that an erasure leaves: their parts, which would lose what they are parts of,
// the shared rows that they are parts of, and the rows and columns by which they are found. An erasure cuts
// those ways, and no later pass would find and count what is left; and a shared row whose links stay is
// somebody's still.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "plan/plan.h"

namespace gdprd::plan {

// Takes a step out of `steps` into `left`, and returns it there.
Step& leave_step(Plan& plan, std::size_t at);

enum class Bond {
    is_part,   // of the rows that are left
    has_part,  // among them
    is_way,    // by which they are found
};

struct Companion {
    Step& step;          // in `left` of the plan when all of its rows stay
    std::string column;  // "" for all of the rows
    std::string of;      // the key of the step that it stays with
    Bond bond;

    std::string why() const;  // "rows of items are found by it"
};

// Whether a contact's own column is kept for as long as something is found by it.
enum class ContactRow { is_erased, is_way_back };

// Takes the companions of `left`, from its step `first` on, out of `steps`, and theirs in turn. `tell` hears
// of each; it may mark the step and add to the plan's limitations, nothing else.
void leave_companions(Plan& plan, std::size_t first, ContactRow contact,
                      const std::function<void(const Companion&)>& tell);

}  // namespace gdprd::plan
