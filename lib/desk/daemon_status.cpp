#include "desk/daemon_status.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "base/url.h"
#include "http/client.h"

namespace gdprd::desk {

namespace {

constexpr std::chrono::milliseconds time_to_answer{2'000};

// "name{label="value"} 12.5", as Prometheus reads it (text format 0.0.4). Comments and blanks are passed
// over.
void read_metric(std::string_view line, std::map<std::string, double>& metrics) {
    const auto blank = line.rfind(' ');
    if (line.starts_with('#') || blank == std::string_view::npos) return;
    double value = 0;
    const std::string_view number = line.substr(blank + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc()) metrics[std::string(line.substr(0, blank))] = value;
}

// Of /readyz (health/readiness.h): the parts that are not ready, and what needs a person all the same.
void read_readiness(const std::string& ready_json, DaemonStatus& status) {
    const auto json = nlohmann::json::parse(ready_json, nullptr, false);
    if (!json.is_object()) return;
    if (const auto parts = json.find("components"); parts != json.end() && parts->is_object()) {
        for (const auto& [name, part] : parts->items()) {
            if (!part.is_object() || part.value("ready", true)) continue;
            status.not_ready.push_back({name, part.value("detail", std::string())});
        }
    }
    if (const auto warnings = json.find("warnings"); warnings != json.end() && warnings->is_array()) {
        for (const auto& one : *warnings) {
            if (one.is_string()) status.warnings.push_back(one.get<std::string>());
        }
    }
}

}  // namespace

std::optional<double> DaemonStatus::metric(const std::string& name) const {
    const auto found = metrics.find(name);
    return found == metrics.end() ? std::nullopt : std::optional(found->second);
}

DaemonStatus status_of(int ready_status, const std::string& ready_json, const std::string& metrics_text) {
    DaemonStatus status;
    status.is_reachable = true;
    status.is_ready = ready_status == 200;
    read_readiness(ready_json, status);
    std::string_view rest = metrics_text;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        read_metric(line, status.metrics);
    }
    return status;
}

DaemonStatus DaemonStatusSource::read() {
    const auto known = latest_.read([this] { return ask(); });
    return known.value ? *known.value : DaemonStatus();
}

DaemonStatus DaemonStatusSource::ask() const {
    try {
        http::ClientOptions options;
        options.connect_timeout = time_to_answer;
        options.timeout = time_to_answer;
        const auto ready = parse_url(url_ + "/readyz");
        const auto metrics = parse_url(url_ + "/metrics");
        if (!ready || !metrics) return {};
        const http::ClientAnswer answer = http::exchange(*ready, {}, options);
        return status_of(answer.status, answer.body, http::exchange(*metrics, {}, options).body);
    } catch (const Error&) {
        return {};  // it does not answer: that is known, too
    }
}

}  // namespace gdprd::desk
