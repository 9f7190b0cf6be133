#include "desk/browser.h"

#include "desk/form.h"
#include "http/routes.h"

namespace gdprd::test {

std::string Seen::field(const std::string& name) const {
    for (const auto& [one, value] : fields) {
        if (one == name) return value;
    }
    return {};
}

std::string Browser::hidden(const std::string& name) const {
    const std::string before = "name=\"" + name + "\" value=\"";
    const auto at = page_.find(before);
    if (at == std::string::npos) return {};
    const auto begin = at + before.size();
    return page_.substr(begin, page_.find('"', begin) - begin);
}

Seen Browser::send(const http::Request& request) {
    http::Exchange exchange;
    exchange.request = request;
    std::string line;
    for (const auto& [name, value] : cookies) line += (line.empty() ? "" : "; ") + name + '=' + value;
    if (!line.empty()) exchange.request.fields.emplace_back("cookie", line);
    for (const auto& field : more_fields) exchange.request.fields.push_back(field);
    const auto match = http::RouteTable(routes_, 1).find(0, request.method, request.target);
    http::Exchange* one = &exchange;
    exchange.response.status = match.status;
    if (match.route) routes_.at(*match.route).handle({&one, 1});
    Seen seen{exchange.response.status, exchange.response.body, "", exchange.response.fields};
    seen.location = seen.field("Location");
    for (const auto& [name, value] : seen.fields) {
        if (name != "Set-Cookie") continue;
        const auto equals = value.find('=');
        cookies[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
    }
    if (!seen.body.empty()) page_ = seen.body;
    return seen;
}

Seen Browser::get(const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    request.remote = "192.0.2.7";
    return send(request);
}

Seen Browser::post(const std::string& path, std::map<std::string, std::string> fields) {
    for (const char* name : {"csrf", "form"}) {
        if (!fields.contains(name)) fields[name] = hidden(name);
    }
    http::Request request;
    request.method = "POST";
    request.target = path;
    request.remote = "192.0.2.7";
    request.fields.emplace_back("content-type", "application/x-www-form-urlencoded");
    for (const auto& [name, value] : fields) {
        request.body += (request.body.empty() ? "" : "&") + desk::percent_encoded(name) + '=' +
                        desk::percent_encoded(value);
    }
    return send(request);
}

Seen Browser::sign_in(const std::string& account, const std::string& password) {
    get("/sign-in");
    const Seen seen = post("/sign-in", {{"account", account}, {"password", password}});
    return seen.status == 303 ? get(seen.location) : seen;
}

}  // namespace gdprd::test
