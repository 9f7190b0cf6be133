#include "pages/pages.h"

namespace gdprd::pages {

std::vector<desk::Page> all_pages(Services& services, BackgroundWork& work) {
    std::vector<desk::Page> pages;
    pages.push_back(overview(services));
    for (desk::Page& page : look_up_pages(services, work)) pages.push_back(std::move(page));
    pages.push_back(register_of_erasures(services));
    pages.push_back(holds(services));
    pages.push_back(returned(services));
    pages.push_back(data(services));
    pages.push_back(reports(services));
    pages.push_back(seals(services, work));
    pages.push_back(residue(services, work));
    pages.push_back(look_ups(services));
    pages.push_back(actions(services));
    return pages;
}

}  // namespace gdprd::pages
