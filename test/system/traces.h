// What is left of whom in a whole database, for many contacts in one reading.
#pragma once

#include <cstddef>
#include <map>
#include <string_view>

#include "base/contact_id.h"
#include "database/connection.h"

namespace gdprd::test {

// Adds how often the marker of each invented person stands in a text in lower case.
void count_markers(std::string_view text, std::map<ContactId, std::size_t>& counts);

// How often the marker of each invented person stands in any value of any table; absent: nowhere.
std::map<ContactId, std::size_t> traces(const database::ConnectionOptions& database);

}  // namespace gdprd::test
