// Takes what identifies a person out of a URL: query and fragment go, and with them Mautic's click ids
// (`ct=`) and addresses; scheme, host and path stay. A path that holds an address ('@', also percent-encoded
// once or more often) goes too; credentials before the host (RFC 3986, 3.2.1) make the whole URL empty.
//
// An erasure does the same in SQL (statements/statements.cpp): a test holds the two together. Pure.
#pragma once

#include <string>
#include <string_view>

namespace gdprd::content {

std::string without_query(std::string_view url);

}  // namespace gdprd::content
