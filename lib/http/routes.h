// Which route a request is for, and what to say when there is none.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"

namespace gdprd::http {

struct RouteMatch {
    std::optional<std::size_t> route;  // index into the routes given to the table
    bool head = false;                 // HEAD: the route's answer without its body
    int status = 404;                  // when there is no route: 404, or 405
    std::string_view allow;            // with 405; lives as long as the table
};

class RouteTable {
  public:
    // Throws Error when a route names a listener that does not exist, a method that is neither GET nor POST,
    // or is there twice.
    RouteTable(const std::vector<Route>& routes, std::size_t listener_count);

    RouteMatch find(std::size_t listener, std::string_view method, std::string_view target) const;

  private:
    struct Path {
        std::size_t listener;
        std::string path;
        bool and_below;
        std::optional<std::size_t> get;
        std::optional<std::size_t> post;
        std::string allow;
    };
    Path& path_of(const Route& route);
    const Path* find_path(std::size_t listener, std::string_view wanted) const;

    std::vector<Path> paths_;
};

// The path of a request target: without query, and without scheme and authority ("http://host/path").
std::string_view path_of_target(std::string_view target);

}  // namespace gdprd::http
