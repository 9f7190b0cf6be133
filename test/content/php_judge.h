// PHP itself as the judge of what is read and written in its format.
#pragma once

#include <stdexcept>

#include "support/catch.h"
#include "support/child_process.h"

namespace gdprd::test {

// Says so when it is not.
inline bool php_is_there() {
    try {
        find_program("php");
        return true;
    } catch (const std::runtime_error&) {
        WARN("no program `php`: what is read and written is NOT compared with PHP's own");
        return false;
    }
}

}  // namespace gdprd::test
