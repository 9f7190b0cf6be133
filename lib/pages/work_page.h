// Pages of what runs in the background: its progress while it runs, who runs it, and that it ended early.
#pragma once

#include <optional>

#include "desk/page.h"
#include "pages/background_work.h"

namespace gdprd::pages {

// The page renews itself until it has ended. With a button that cancels it: a POST of `action=cancel` to
// `link`.
desk::Answer progress_page(const desk::Visit& visit, words::Word name, const WorkState& state,
                           const desk::Link& link);

// That one is running already: whose, and since when; with a link where it is one's own.
desk::Html running_notice(const desk::Visit& visit, const WorkState& state, const desk::Link& link);

// Of what was cancelled, or has failed; empty of anything else.
desk::Html ending_notice(const desk::Visit& visit, const WorkState& state);

}  // namespace gdprd::pages
