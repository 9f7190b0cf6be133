// A self-signed certificate for "localhost", made anew for each test.
#pragma once

#include <string>

namespace gdprd::test {

struct Certificate {
    std::string certificate_pem;
    std::string key_pem;
};

Certificate make_certificate();

}  // namespace gdprd::test
