// A text as a literal in SQL, where a parameter cannot stand: conditions of the data map, names of accounts.
#pragma once

#include <string>
#include <string_view>

namespace gdprd::database {

// In single quotes, with quotes and backslashes doubled. Right for sessions without NO_BACKSLASH_ESCAPES,
// which is what Connection sets up.
std::string quote_text(std::string_view text);

}  // namespace gdprd::database
