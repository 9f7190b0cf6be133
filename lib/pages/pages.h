// The pages of the officer's desk about erasures. Each takes the services and gives what the frame needs of
// it; those about people are in casework/pages.h.
//
// What refers to the services lives no longer than they do.
#pragma once

#include "desk/page.h"
#include "pages/services.h"

namespace gdprd::pages {

desk::Page overview(Services& services);
desk::Page register_of_erasures(Services& services);
desk::Page data(Services& services);
desk::Page holds(Services& services);
desk::Page returned(Services& services);

}  // namespace gdprd::pages
