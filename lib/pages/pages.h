// The pages of the officer's desk. Each takes the services and gives what the frame needs of it.
//
// What refers to the services lives no longer than they do.
#pragma once

#include "desk/page.h"
#include "pages/services.h"

namespace gdprd::pages {

desk::Page overview(Services& services);

// All of them, in the order of the menu.
std::vector<desk::Page> all_pages(Services& services);

}  // namespace gdprd::pages
