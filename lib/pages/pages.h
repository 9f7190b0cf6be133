// The pages of the officer's desk. Each takes the services and gives what the frame needs of it.
//
// What refers to the services lives no longer than they do.
#pragma once

#include <vector>

#include "desk/page.h"
#include "pages/background_work.h"
#include "pages/services.h"

namespace gdprd::pages {

desk::Page overview(Services& services);
desk::Page register_of_erasures(Services& services);
desk::Page data(Services& services);
desk::Page holds(Services& services);
desk::Page returned(Services& services);

// Look-ups by address, and certificates, which share what they found.
std::vector<desk::Page> look_up_pages(Services& services, BackgroundWork& work);
desk::Page look_ups(Services& services);
// What people did at the desk.
desk::Page actions(Services& services);
desk::Page seals(Services& services, BackgroundWork& work);
desk::Page reports(Services& services);
desk::Page residue(Services& services, BackgroundWork& work);

// All of them, in the order of the menu.
std::vector<desk::Page> all_pages(Services& services, BackgroundWork& work);

}  // namespace gdprd::pages
