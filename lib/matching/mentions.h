// Contacts that a text names by their ids. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/contact_id.h"

namespace gdprd::matching {

// Those whose ids stand in the place of {id}, of "/s/contacts/view/{id}" for example, which is the end of
// each pattern.
std::set<ContactId> mentioned_contacts(std::string_view text, const std::vector<std::string>& patterns);

}  // namespace gdprd::matching
