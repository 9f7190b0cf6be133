#include "bench/http_load.h"

#include <string>
#include <vector>

#include "bench/bare_server.h"
#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/catch.h"

using namespace gdprd::test;
using gdprd::bench::LoadOptions;
using gdprd::bench::run_load;

TEST_CASE("Every request of many connections is answered, and drops are told apart") {
    RunningServer server;
    LoadOptions options;
    options.port = server.port();
    options.requests = 3000;
    const std::vector<std::string> requests = {post("/store", std::string(10'000, 'x')), post("/echo", "abc"),
                                               post("/nothing", "abc"), post("/drop", "abc")};
    const auto report = run_load(options, requests);
    CHECK(report.statuses == std::map<int, std::uint64_t>{{200, 750}, {204, 750}, {404, 750}});
    CHECK(report.dropped == 750);
    CHECK(report.answers == 2250);
    CHECK(server.statistics().requests == 3000);
}

TEST_CASE("The bare server answers too") {
    const gdprd::bench::BareServer server;
    LoadOptions options;
    options.port = server.port();
    options.requests = 1000;
    const auto report = run_load(options, {post("/webhook", std::string(10'000, 'x'))});
    CHECK(report.statuses == std::map<int, std::uint64_t>{{204, 1000}});
    CHECK(report.dropped == 0);
}
