#include "health/endpoints.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "health/exposition.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::health;
using nlohmann::json;

namespace {

struct Daemon {
    Progress progress;
    Readiness readiness;
    Metrics metrics{"1.2.3"};
    std::vector<http::Route> routes = endpoints(progress, readiness, metrics, 1);

    const http::Route& route(const std::string& path) const {
        for (const http::Route& candidate : routes) {
            if (candidate.path == path) return candidate;
        }
        throw std::runtime_error("no route " + path);
    }

    http::Response get(const std::string& path) const {
        http::Exchange exchange;
        http::Exchange* const waiting[] = {&exchange};
        route(path).handle(waiting);
        return exchange.response;
    }
};

}  // namespace

TEST_CASE("there are three pages, all to be read on the listener asked for") {
    const Daemon daemon;
    REQUIRE(daemon.routes.size() == 3);
    for (const char* path : {"/healthz", "/readyz", "/metrics"}) {
        INFO(path);
        CHECK(daemon.route(path).method == "GET");
        CHECK(daemon.route(path).listener == 1);
        CHECK_FALSE(daemon.route(path).drop_on_exception);
        CHECK_FALSE(daemon.get(path).drop);
    }
}

TEST_CASE("healthz names the part that is stuck") {
    Daemon daemon;
    Beat& beat = daemon.progress.beat("worker 1", Milliseconds{1'000});
    beat.busy(std::chrono::steady_clock::now() - std::chrono::seconds{90});
    const http::Response response = daemon.get("/healthz");
    CHECK(response.status == 503);
    CHECK(response.content_type == "application/json");
    const json document = json::parse(response.body);
    CHECK(document.at("healthy") == false);
    CHECK(document.at("stuck") == "worker 1");
    CHECK(document.at("busy_seconds").get<int>() >= 90);
    beat.idle();
    CHECK(daemon.get("/healthz").status == 200);
}

TEST_CASE("healthz is 200 while the process makes progress, ready or not") {
    Daemon daemon;
    daemon.progress.beat("worker 1", Milliseconds{60'000}).busy();
    const http::Response response = daemon.get("/healthz");
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    CHECK(json::parse(response.body) == json{{"healthy", true}});
}

TEST_CASE("readyz is the readiness as JSON") {
    Daemon daemon;
    CHECK(daemon.get("/readyz").status == 503);
    for (const Component component : {Component::database, Component::schema, Component::queue,
                                      Component::backlog, Component::policy, Component::safety}) {
        daemon.readiness.set(component, true, "");
    }
    const http::Response response = daemon.get("/readyz");
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    CHECK(json::parse(response.body).at("ready") == true);
}

TEST_CASE("metrics is what Prometheus reads") {
    Daemon daemon;
    daemon.metrics.received("queued", 1);
    const http::Response response = daemon.get("/metrics");
    CHECK(response.status == 200);
    CHECK(response.content_type == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(test::parse_exposition(response.body)
              .value(R"(mautic_gdprd_webhooks_received_total{outcome="queued"})") == 1);
}

TEST_CASE("requests that wait together get the same answer, made once") {
    Daemon daemon;
    int made = 0;
    daemon.metrics.before_render([&made] { ++made; });
    http::Exchange first;
    http::Exchange second;
    http::Exchange* const waiting[] = {&first, &second};
    daemon.route("/metrics").handle(waiting);
    CHECK(made == 1);
    CHECK(first.response.status == 200);
    CHECK(second.response.body == first.response.body);
    CHECK_FALSE(second.response.body.empty());
}
