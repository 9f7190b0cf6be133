// What each error code of server and client library means to us. Codes of MySQL, MariaDB, Galera and
// ProxySQL; where the two servers gave one number two meanings the more careful class is taken.
#pragma once

#include "database/error.h"

namespace gdprd::database {

struct KnownError {
    int code;
    ErrorClass error_class;
    const char* words;  // ours, without any value
};

// nullptr for a code that has no row.
const KnownError* find_known_error(int code) noexcept;

}  // namespace gdprd::database
