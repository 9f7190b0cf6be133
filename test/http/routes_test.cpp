#include "http/routes.h"

#include "base/error.h"
#include "support/catch.h"

using namespace gdprd::http;

namespace {

Route route(std::string method, std::string path, std::size_t listener = 0) {
    Route made;
    made.method = std::move(method);
    made.path = std::move(path);
    made.listener = listener;
    return made;
}

}  // namespace

TEST_CASE("A request finds the route of its listener, method and path") {
    const RouteTable table({route("POST", "/webhook"), route("GET", "/healthz", 1), route("GET", "/both"),
                            route("POST", "/both")},
                           2);
    struct Row {
        const char* name;
        std::size_t listener;
        const char* method;
        const char* target;
        int route;  // -1: none
        int status;
        const char* allow;
    };
    const Row rows[] = {
        {"exact", 0, "POST", "/webhook", 0, 405, "POST"},
        {"query", 0, "POST", "/webhook?a=/b", 0, 405, "POST"},
        {"absolute form", 0, "POST", "http://example.org/webhook?a", 0, 405, "POST"},
        {"wrong method", 0, "GET", "/webhook", -1, 405, "POST"},
        {"unknown method", 0, "BREW", "/webhook", -1, 405, "POST"},
        {"method in lower case", 0, "post", "/webhook", -1, 405, "POST"},
        {"HEAD of a POST route", 0, "HEAD", "/webhook", -1, 405, "POST"},
        {"HEAD of a GET route", 1, "HEAD", "/healthz", 1, 405, "GET, HEAD"},
        {"two methods", 0, "DELETE", "/both", -1, 405, "GET, HEAD, POST"},
        {"second of two methods", 0, "POST", "/both", 3, 405, "GET, HEAD, POST"},
        {"other listener's path", 0, "GET", "/healthz", -1, 404, ""},
        {"longer path", 0, "POST", "/webhook/", -1, 404, ""},
        {"authority only", 0, "POST", "http://example.org", -1, 404, ""},
        {"asterisk", 0, "OPTIONS", "*", -1, 404, ""},
        {"nothing", 0, "POST", "", -1, 404, ""},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const RouteMatch match = table.find(row.listener, row.method, row.target);
        CHECK((match.route ? static_cast<int>(*match.route) : -1) == row.route);
        if (row.route < 0) CHECK(match.status == row.status);
        CHECK(match.allow == row.allow);
    }
}

TEST_CASE("Routes that cannot be served are refused") {
    CHECK_THROWS_WITH(RouteTable({route("POST", "/a", 1)}, 1), ContainsSubstring("no such listener"));
    CHECK_THROWS_WITH(RouteTable({route("PUT", "/a")}, 1), ContainsSubstring("method not supported"));
    CHECK_THROWS_WITH(RouteTable({route("GET", "/a"), route("GET", "/a")}, 1),
                      ContainsSubstring("given twice"));
}
