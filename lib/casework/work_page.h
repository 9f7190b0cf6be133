// Pages of what runs in the background: its progress while it runs, who runs it, and that it ended early.
#pragma once

#include <optional>

#include "casework/background_work.h"
#include "desk/page.h"

namespace gdprd::casework {

// The page renews itself until it has ended. With a button that cancels it: a POST of `action=cancel` to
// `link`.
desk::Answer progress_page(const desk::Visit& visit, words::Word name, const WorkState& state,
                           const desk::Link& link);

// What there is of a kind: one that is running, whose and since when; the last one of one's own. Both with
// links, below `path`, where they are one's own.
desk::Html work_notice(const desk::Visit& visit, BackgroundWork& work, WorkKind kind,
                       const std::string& path);

// The one that the visit names, of this kind; nothing where it is another one's, or gone.
std::optional<WorkState> work_of(const desk::Visit& visit, BackgroundWork& work, WorkKind kind);

// What comes in the place of a progress: screen readers tell it.
desk::Html as_status(const desk::Html& notice);

// Of what was cancelled, or has failed; empty of anything else.
desk::Html ending_notice(const desk::Visit& visit, const WorkState& state);

}  // namespace gdprd::casework
