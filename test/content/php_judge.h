// PHP itself as the judge of what is read and written in its format.
#pragma once

#include <stdexcept>
#include <string>

#include "base/hex.h"
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

// How bytes come from PHP and go to it.
inline std::string from_hex(const std::string& digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

inline std::string hexadecimal(const std::string& bytes) {
    return to_hex({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

}  // namespace gdprd::test
