// A browser's part of a visit to the desk: cookies are kept, forms are sent with what stands in the page. No
// sockets: the frame's handler is called.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "desk/frame.h"

namespace gdprd::test {

struct Seen {
    int status = 0;
    std::string body;
    std::string location;
    http::Fields fields;

    bool says(const std::string& text) const { return body.find(text) != std::string::npos; }
    std::string field(const std::string& name) const;  // of the answer, "" when it is not there
};

class Browser {
  public:
    explicit Browser(desk::Frame& frame) : routes_(frame.routes()) {}

    Seen get(const std::string& target);
    // The fields with "csrf" and "form" of the page seen last, unless they are given.
    Seen post(const std::string& path, std::map<std::string, std::string> fields);
    Seen send(const http::Request& request);
    // Signs in and sees the first page.
    Seen sign_in(const std::string& account, const std::string& password);

    // The value of a hidden field of the page seen last.
    std::string hidden(const std::string& name) const;

    std::map<std::string, std::string> cookies;
    http::Fields more_fields;  // of every request

  private:
    std::vector<http::Route> routes_;
    std::string page_;
};

}  // namespace gdprd::test
