#include "pages/pages.h"

namespace gdprd::pages {

std::vector<desk::Page> all_pages(Services& services) { return {overview(services)}; }

}  // namespace gdprd::pages
