// A self-signed certificate, made anew for each test.
#pragma once

#include <string>

namespace gdprd::test {

struct Certificate {
    std::string certificate_pem;
    std::string key_pem;
};

// For the host of this name, until so many seconds from now.
Certificate make_certificate(const std::string& host = "localhost", long seconds_left = 3600);

}  // namespace gdprd::test
