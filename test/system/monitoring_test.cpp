// The files for Prometheus and Grafana name what a running daemon has on /metrics, and the rules are those of
// the documentation.
#include <algorithm>
#include <compare>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "base/base64.h"
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

std::string source_file(const std::string& name) {
    return read_file(std::filesystem::path(GDPRD_SOURCE_DIR) / name);
}

std::string rules_file() { return source_file("config/monitoring/alerts.yml"); }
std::string dashboard_file() { return source_file("config/monitoring/dashboard.json"); }

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
    std::set<std::string> found;
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
        found.insert((*match)[1]);
    }
    return found;
}

// "mautic_gdprd_queue_jobs" of every expression in a file.
std::set<std::string> metrics_in(const std::string& text) {
    static const std::regex metric(R"((?:^|[^a-z_])((?:mautic_gdprd|process)_[a-z_]+)(?![a-z_]))");
    return matches(text, metric);
}

struct Series {
    std::string metric;
    std::string label;  // `state="parked"`

    auto operator<=>(const Series&) const = default;
};

// Those with a label's value that an expression asks for.
std::set<Series> series_in(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '\\'), text.end());  // JSON's
    static const std::regex pattern(R"((mautic_gdprd_[a-z_]+)\{([a-z]+="[a-z_]+"))");
    std::set<Series> series;
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
        series.insert({(*match)[1], (*match)[2]});
    }
    return series;
}

bool has_series(const std::string& page, const Series& series) {
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(series.metric + '{') && line.find(series.label) != std::string::npos)
            return true;
    }
    return false;
}

// "up == 0 for 2 min" of each alert, from the file.
std::set<std::string> rules_of_file() {
    static const std::regex rule(R"(        expr: '([^\n]*)'\n(?:        for: (\d+)m\n)?)");
    std::set<std::string> rules;
    const std::string text = rules_file();
    for (std::sregex_iterator match(text.begin(), text.end(), rule), end; match != end; ++match) {
        const std::string minutes = (*match)[2];
        rules.insert((*match)[1].str() + (minutes.empty() ? "" : " for " + minutes + " min"));
    }
    return rules;
}

// The same from the tables of the documentation.
std::set<std::string> rules_of_documentation() {
    const std::string text = source_file("docs/reference/metrics.md");
    std::istringstream lines(text.substr(text.find("\n## Alerts")));
    static const std::regex row(R"(\| [^|`]+ \| `([^`]+)`( for \d+ min)? \| .*)");
    std::set<std::string> rules;
    for (std::string line; std::getline(lines, line);) {
        std::smatch parts;
        if (!std::regex_match(line, parts, row)) continue;
        std::string expression = parts[1];
        for (std::size_t at = 0; (at = expression.find("\\|")) != std::string::npos;) expression.erase(at, 1);
        rules.insert(expression + parts[2].str());
    }
    return rules;
}

}  // namespace

TEST_CASE("every metric that rules and dashboard name is on the page of a running daemon") {
    PrivateServer server;
    Installation here(server, "mautic");
    // Metrics of receivers have a series for each of them. Nobody has to be there: nothing is told.
    const std::string secret = "whsec_" + base64_encoded("thirty-two bytes of a test secret") + "\n";
    here.config.options["notify.urls.crm"] = "\"http://127.0.0.1:9/\"";
    here.config.options["notify.secret_files.crm"] = toml_text(here.directory.write("crm", secret).string());
    std::filesystem::permissions(here.directory / "crm", std::filesystem::perms::owner_read);
    here.start();
    here.wait_until("the plan is made", [&] { return here.status_of("/readyz") == 200; });
    here.wait_until("the outbox is counted", [&] {
        return here.page("/metrics").find("\nmautic_gdprd_notifications_waiting{") != std::string::npos;
    });
    const std::string page = here.page("/metrics");
    const std::string files = rules_file() + dashboard_file();
    const auto metrics = metrics_in(files);
    CHECK(metrics.size() > 25);
    for (const std::string& metric : metrics) {
        CAPTURE(metric);
        // The series of a histogram have their names from its own.
        CHECK((page.find("\n" + metric + " ") != std::string::npos ||
               page.find("\n" + metric + "{") != std::string::npos));
    }
    const auto series = series_in(files);
    CHECK(series.size() > 5);
    for (const Series& one : series) {
        CAPTURE(one.metric, one.label);
        CHECK(has_series(page, one));
    }
    here.stop();
}

TEST_CASE("the alert rules are those of the documentation") {
    const auto documented = rules_of_documentation();
    CHECK(documented.size() >= 20);
    CHECK(rules_of_file() == documented);
    const auto names = matches(rules_file(), std::regex(R"(- alert: (\w+)\n)"));
    CHECK(names.size() == documented.size());
}

TEST_CASE("the dashboard is one that Grafana can load") {
    const auto dashboard = nlohmann::json::parse(dashboard_file());
    CHECK(dashboard.at("id").is_null());  // it gets one where it is loaded
    CHECK(dashboard.at("schemaVersion").get<int>() >= 36);
    std::set<int> ids;
    std::set<std::pair<int, int>> places;
    for (const auto& panel : dashboard.at("panels")) {
        CAPTURE(panel.dump());
        CHECK(ids.insert(panel.at("id").get<int>()).second);
        const auto& place = panel.at("gridPos");
        CHECK(places.emplace(place.at("x").get<int>(), place.at("y").get<int>()).second);
        CHECK(place.at("x").get<int>() + place.at("w").get<int>() <= 24);
        if (panel.at("type") == "row") continue;
        CHECK(!panel.at("title").get<std::string>().empty());
        CHECK(!panel.at("targets").empty());
        for (const auto& target : panel.at("targets")) {
            CHECK_THAT(target.at("expr").get<std::string>(), ContainsSubstring("job=~\"$job\""));
        }
    }
    CHECK(ids.size() > 12);
}
