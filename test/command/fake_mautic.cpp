#include "command/fake_mautic.h"

#include <algorithm>

#include "base/base64.h"

namespace gdprd::test {

namespace {

using nlohmann::json;

constexpr const char* token = "the-token";

Reply in_json(int status, const json& body, std::string_view fields = {}) {
    return {http_answer(status, "application/json", body.dump(), fields)};
}

Reply error(int status, const json& type, const std::string& message) {
    return in_json(status, {{"errors", {{{"message", message}, {"code", status}, {"type", type}}}}});
}

int number_in(const std::string& query, const std::string& name) {
    const auto at = query.find(name + '=');
    return at == std::string::npos ? 0 : std::stoi(query.substr(at + name.size() + 1));
}

}  // namespace

std::string FakeMautic::address() const {
    return "http://127.0.0.1:" + std::to_string(port()) + settings.base;
}

std::size_t FakeMautic::count(const std::string& method) const {
    const auto seen = requests();
    return static_cast<std::size_t>(std::count_if(
        seen.begin(), seen.end(), [&](const SeenRequest& request) { return request.method == method; }));
}

int FakeMautic::add(const std::string& url, const std::string& secret, bool published,
                    std::vector<std::string> events) {
    const int id = ++last_id_;
    webhooks[id] = {{"id", id},          {"name", "somebody's"}, {"description", nullptr},
                    {"webhookUrl", url}, {"secret", secret},     {"isPublished", published},
                    {"triggers", events}};
    return id;
}

Reply FakeMautic::answer(const SeenRequest& request) {
    if (settings.instead) return *settings.instead;
    if (!request.target.starts_with(settings.base + '/')) {
        return {http_answer(404, "text/html", "<html>The requested URL was not found</html>")};
    }
    const std::string target = request.target.substr(settings.base.size());
    const std::string path = target.substr(0, target.find('?'));
    if (!settings.api_enabled) return error(403, "api_disabled", "API disabled. You need to enable the API");
    if (path == "/oauth/v2/token") {
        const bool is_client =
            request.body ==
                "grant_type=client_credentials&client_id=1_client&client_secret=a%20client%27s%20secret"
                "%20%26%20more" &&
            request.field("Content-Type") == "application/x-www-form-urlencoded";
        if (!is_client) return error(400, "invalid_client", "The client credentials are invalid");
        return in_json(200, {{"access_token", token}, {"expires_in", 3600}, {"token_type", "bearer"}});
    }
    if (const Reply refusal = refusal_of_login(request); !refusal.bytes.empty()) return refusal;
    if (!settings.may_see) return error(403, nullptr, "You do not have access to the requested area/action.");
    if (request.method == "GET" && path == "/api/hooks") return list(target.substr(path.size()));
    if (request.method == "POST" && path == "/api/hooks/new") return store(request, std::nullopt);
    if (request.method == "PATCH" && path.starts_with("/api/hooks/") && path.ends_with("/edit")) {
        return store(request, std::stoi(path.substr(11)));
    }
    return error(404, nullptr, "No route found");
}

Reply FakeMautic::refusal_of_login(const SeenRequest& request) const {
    const std::string given = request.field("Authorization");
    if (given == std::string("Bearer ") + token) return {};
    if (given.starts_with("Basic ") && !settings.basic_auth_enabled) {
        return error(403, "access_denied", "Basic Auth disabled.");
    }
    if (given == "Basic " + base64_encoded(std::string(user) + ':' + password)) return {};
    return {http_answer(401, "application/json", "", "WWW-Authenticate: Basic realm=\"Secured Area\"\r\n")};
}

json FakeMautic::shown(const json& webhook) const {
    json copy = webhook;
    if (!settings.shows_secret) copy.erase("secret");
    return copy;
}

Reply FakeMautic::list(const std::string& query) const {
    const int start = number_in(query, "start");
    const int limit = std::min(number_in(query, "limit"), settings.page_max);
    json page = settings.keyed_by_id ? json::object() : json::array();
    int position = 0;
    for (const auto& [id, webhook] : webhooks) {
        if (position >= start && position < start + limit) {
            if (settings.keyed_by_id) {
                page[std::to_string(id)] = shown(webhook);
            } else {
                page.push_back(shown(webhook));
            }
        }
        ++position;
    }
    return in_json(200, {{"total", webhooks.size()}, {"hooks", page}});
}

Reply FakeMautic::store(const SeenRequest& request, std::optional<int> id) {
    const json given = json::parse(request.body);
    if (id && !webhooks.contains(*id)) return error(404, nullptr, "Item was not found.");
    if (!id && !given.contains("webhookUrl"))
        return error(400, nullptr, "webhookUrl: A valid URL is required.");
    const int stored = id ? *id : add("", "made by Mautic", true, {});
    json& webhook = webhooks.at(stored);
    for (const char* key : {"name", "webhookUrl", "secret"}) {
        if (given.contains(key)) webhook[key] = given[key];
    }
    for (const auto& trigger : given.value("triggers", json::array())) {
        auto& triggers = webhook["triggers"];
        if (std::find(triggers.begin(), triggers.end(), trigger) == triggers.end())
            triggers.push_back(trigger);
    }
    if (given.contains("isPublished")) {
        if (settings.may_publish) webhook["isPublished"] = given["isPublished"];
        if (!settings.may_publish && !id) webhook["isPublished"] = false;
    }
    return in_json(id ? 200 : 201, {{"hook", shown(webhook)}});
}

}  // namespace gdprd::test
