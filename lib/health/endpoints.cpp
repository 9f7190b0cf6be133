#include "health/endpoints.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

namespace gdprd::health {

namespace {

constexpr const char* json_type = "application/json";
// What Prometheus asks for; the version is that of its text format.
constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

http::Response response(int status, const char* content_type, std::string body) {
    http::Response made;
    made.status = status;
    made.content_type = content_type;
    made.body = std::move(body);
    return made;
}

http::Response health_of(const Progress& progress) {
    const auto stuck = progress.stuck();
    if (!stuck) return response(200, json_type, R"({"healthy":true})");
    const nlohmann::ordered_json document{
        {"healthy", false},
        {"stuck", stuck->name},
        {"busy_seconds", std::chrono::duration_cast<std::chrono::seconds>(stuck->busy_for).count()}};
    return response(503, json_type, document.dump());
}

// Made once for all requests that wait at this moment.
http::Route route(std::size_t listener, std::string path, std::function<http::Response()> make) {
    http::Route made;
    made.listener = listener;
    made.method = "GET";
    made.path = std::move(path);
    made.handle = [make = std::move(make)](std::span<http::Exchange* const> exchanges) {
        const http::Response answer = make();
        for (http::Exchange* exchange : exchanges) exchange->response = answer;
    };
    return made;
}

}  // namespace

std::vector<http::Route> endpoints(const Progress& progress, Readiness& readiness, Metrics& metrics,
                                   std::size_t listener) {
    return {
        route(listener, "/healthz", [&progress] { return health_of(progress); }),
        route(listener, "/readyz",
              [&readiness] {
                  Readiness::Answer answer = readiness.answer();
                  return response(answer.status, json_type, std::move(answer.json));
              }),
        route(listener, "/metrics", [&metrics] { return response(200, metrics_type, metrics.render()); })};
}

}  // namespace gdprd::health
