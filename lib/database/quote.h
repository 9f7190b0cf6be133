// Names and texts in SQL. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gdprd::database {

// `name` as an identifier in SQL: back-quoted, inner back-quotes doubled.
std::string quote_identifier(std::string_view name);

// A text as a literal, where a parameter cannot stand: conditions of the data map, names of accounts. In
// single quotes, with quotes and backslashes doubled: right for sessions without NO_BACKSLASH_ESCAPES, which
// is what Connection sets up.
std::string quote_text(std::string_view text);

}  // namespace gdprd::database
