// "/register/4711": all that is recorded of one contact id. Inside the room only.
#pragma once

#include "desk/page.h"
#include "pages/services.h"

namespace gdprd::pages {

desk::Answer show_erasure(Services& services, const desk::Visit& visit);

}  // namespace gdprd::pages
