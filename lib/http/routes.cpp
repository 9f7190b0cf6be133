#include "http/routes.h"

#include "base/error.h"

namespace gdprd::http {

std::string_view path_of_target(std::string_view target) {
    if (!target.starts_with('/')) {
        const auto scheme_end = target.find("://");
        if (scheme_end == std::string_view::npos) return target;
        const auto path_begin = target.find('/', scheme_end + 3);
        if (path_begin == std::string_view::npos) return "/";
        target.remove_prefix(path_begin);
    }
    return target.substr(0, target.find('?'));
}

RouteTable::RouteTable(const std::vector<Route>& routes, std::size_t listener_count) {
    for (std::size_t index = 0; index < routes.size(); ++index) {
        const Route& route = routes[index];
        const std::string name = "route " + route.method + " " + route.path;
        if (route.listener >= listener_count) throw Error(name + ": there is no such listener");
        if (route.method != "GET" && route.method != "POST") throw Error(name + ": method not supported");
        Path& path = path_of(route);
        auto& slot = route.method == "GET" ? path.get : path.post;
        if (slot) throw Error(name + ": given twice");
        slot = index;
    }
    for (Path& path : paths_) {
        if (path.get) path.allow = "GET, HEAD";
        if (path.post) path.allow += path.get ? ", POST" : "POST";
    }
}

RouteTable::Path& RouteTable::path_of(const Route& route) {
    for (Path& path : paths_) {
        if (path.listener == route.listener && path.path == route.path && path.and_below == route.and_below) {
            return path;
        }
    }
    paths_.push_back(Path{route.listener, route.path, route.and_below, {}, {}, {}});
    return paths_.back();
}

const RouteTable::Path* RouteTable::find_path(std::size_t listener, std::string_view wanted) const {
    const Path* above = nullptr;
    for (const Path& path : paths_) {
        if (path.listener != listener) continue;
        if (path.path == wanted && !path.and_below) return &path;
        const bool is_longer = above == nullptr || path.path.size() > above->path.size();
        if (path.and_below && wanted.starts_with(path.path) && is_longer) above = &path;
    }
    return above;
}

RouteMatch RouteTable::find(std::size_t listener, std::string_view method, std::string_view target) const {
    RouteMatch match;
    const Path* const path = find_path(listener, path_of_target(target));
    if (path == nullptr) return match;
    match.head = method == "HEAD";
    if (method == "POST") match.route = path->post;
    if (method == "GET" || match.head) match.route = path->get;
    match.status = 405;
    match.allow = path->allow;
    return match;
}

}  // namespace gdprd::http
