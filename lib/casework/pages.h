// The pages of the officer's desk about people and evidence: who was here, what is signed, what is left.
//
// What refers to the services lives no longer than they do.
#pragma once

#include <vector>

#include "casework/background_work.h"
#include "desk/page.h"
#include "pages/services.h"

namespace gdprd::casework {

using pages::Action;
using pages::ActionKind;
using pages::Services;

// Look-ups by address, and certificates, which share what they found.
std::vector<desk::Page> look_up_pages(Services& services, BackgroundWork& work);
desk::Page look_ups(Services& services);
// What people did at the desk.
desk::Page actions(Services& services);
desk::Page seals(Services& services, BackgroundWork& work);
desk::Page reports(Services& services);
desk::Page residue(Services& services, BackgroundWork& work);

}  // namespace gdprd::casework
