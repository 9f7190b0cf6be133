// What is around every page: head, menu, heading, foot. Pure.
#pragma once

#include <string>
#include <vector>

#include "desk/page.h"
#include "http/server.h"

namespace gdprd::desk {

// A whole document for somebody who is signed in. `path`: where a change of the language leads back to.
std::string document_of(const Answer& answer, const Visit& visit, const std::vector<Page>& pages,
                        const Page* current, const std::string& path);
// The same for somebody who is not.
std::string plain_document_of(const Answer& answer, const Visit& visit, const std::string& path);

// What the browser is told beside the page: nothing is kept, nothing foreign runs or is loaded, no other site
// may frame it or learn where somebody came from.
http::Fields security_fields();

}  // namespace gdprd::desk
