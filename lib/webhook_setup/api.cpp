#include "webhook_setup/api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace gdprd::webhook_setup {

namespace {

using nlohmann::json;

// Deeper than anything the API writes.
constexpr int depth_max = 64;
constexpr std::size_t message_bytes_max = 200;

// No object for what is no JSON. What lies deeper is left out.
json parse_json(std::string_view text) {
    const auto is_shallow = [](int depth, json::parse_event_t, json&) { return depth <= depth_max; };
    return json::parse(text.begin(), text.end(), is_shallow, false);
}

const json* member(const json& object, const char* name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> text_of(const json* value) {
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return value->get<std::string>();
}

std::optional<std::uint64_t> number_in(const json* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_number_unsigned()) return value->get<std::uint64_t>();
    const auto digits = text_of(value);
    if (!digits) return std::nullopt;
    return whole_number<std::uint32_t>(*digits);
}

bool is_true(const json* value) {
    if (value == nullptr) return false;
    return value->is_boolean() ? value->get<bool>() : number_in(value).value_or(0) != 0;
}

std::optional<ApiWebhook> webhook_in(const json& object) {
    ApiWebhook webhook;
    const auto id = number_in(member(object, "id"));
    const auto url = text_of(member(object, "webhookUrl"));
    if (!id || *id == 0 || !url) return std::nullopt;
    webhook.id = *id;
    webhook.url = *url;
    webhook.name = text_of(member(object, "name")).value_or("");
    webhook.published = is_true(member(object, "isPublished"));
    if (const json* secret = member(object, "secret")) webhook.secret = text_of(secret).value_or("");
    if (const json* triggers = member(object, "triggers"); triggers != nullptr && triggers->is_structured()) {
        for (const json& trigger : *triggers) {
            if (const auto event = text_of(&trigger)) webhook.events.push_back(*event);
        }
    }
    return webhook;
}

std::string printable(std::string_view text) {
    std::string line;
    for (const char c : text.substr(0, message_bytes_max)) {
        line += is_control(c) ? ' ' : static_cast<unsigned char>(c) > 0x7f ? '?' : c;
    }
    return line;
}

struct MauticError {
    std::string type;
    std::string message;
};

// {"errors":[{"code":403,"message":"…","type":"access_denied"|null,"details":…}]}; Mautic 3 adds "error".
MauticError error_in(const json& answer) {
    const json* errors = member(answer, "errors");
    const json* error = errors != nullptr && errors->is_array() && !errors->empty() ? &errors->front()
                                                                                    : member(answer, "error");
    if (error == nullptr) return {};
    if (error->is_string()) {  // {"error":"invalid_client","error_description":"…"}
        return {*text_of(error), text_of(member(answer, "error_description")).value_or("")};
    }
    return {text_of(member(*error, "type")).value_or(""), text_of(member(*error, "message")).value_or("")};
}

std::string quoted_message(const MauticError& error, const std::vector<std::string>& secrets) {
    const bool is_secret = std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
        return !secret.empty() && error.message.find(secret) != std::string::npos;
    });
    if (error.message.empty() || is_secret) return "";
    return ": \"" + printable(error.message) + '"';
}

constexpr const char* api_advice =
    "In Mautic, switch on \"API enabled?\" (Configuration > API Settings), then clear its cache";

ApiRefusal refused_login(ApiLogin login) {
    if (login == ApiLogin::oauth2) {
        return {"Mautic does not accept the client's token",
                "Look whether the API credentials are still there (Settings > API Credentials)"};
    }
    return {"Mautic does not accept the user's name and password",
            "If they are right, the web server keeps the header Authorization from PHP: with Apache and "
            "PHP-FPM, set "
            "`CGIPassAuth On`"};
}

ApiRefusal forbidden(const MauticError& error, ApiLogin login) {
    if (error.type == "api_disabled") return {"Mautic's API is switched off", api_advice};
    if (error.type == "access_denied" && login == ApiLogin::basic) {
        return {"Mautic takes no user's name and password for its API",
                "Switch on \"Enable HTTP basic auth?\" (Configuration > API Settings), or make API "
                "credentials of the "
                "kind OAuth 2 and give them with --oauth"};
    }
    return {"the account may not do that in Mautic",
            "Its role needs all permissions for webhooks, and API access"};
}

ApiRefusal no_json(int status, bool is_page) {
    const std::string text = "the answer (status " + std::to_string(status) + ") is " +
                             (is_page ? "a web page, not the API's JSON" : "not the API's JSON");
    if (status == 404) {
        return {
            text,
            "Give the address that Mautic has in the browser, without what follows it from /s on; without "
            "URL rewriting, end it in /index.php"};
    }
    if (status >= 500) return {text, "Look at Mautic's own log, var/logs, and at the web server's"};
    return {text, std::string("Is that Mautic's address? ") + api_advice};
}

}  // namespace

bool ApiWebhook::tells(std::string_view event) const {
    return std::find(events.begin(), events.end(), event) != events.end();
}

std::optional<ApiWebhookPage> read_webhook_page(std::string_view answer) {
    const json document = parse_json(answer);
    const json* list = member(document, "hooks");
    const auto total = number_in(member(document, "total"));
    if (list == nullptr || !list->is_structured() || !total) return std::nullopt;
    ApiWebhookPage page;
    page.total = *total;
    for (const json& object : *list) {
        auto webhook = webhook_in(object);
        if (!webhook) return std::nullopt;
        page.webhooks.push_back(std::move(*webhook));
    }
    return page;
}

std::optional<ApiWebhook> read_webhook(std::string_view answer) {
    const json document = parse_json(answer);
    const json* webhook = member(document, "hook");
    return webhook == nullptr ? std::nullopt : webhook_in(*webhook);
}

std::optional<std::string> read_access_token(std::string_view answer) {
    const json document = parse_json(answer);
    auto token = text_of(member(document, "access_token"));
    // It becomes part of a header field.
    const auto is_graphic = [](char c) { return c > ' ' && c < 0x7f; };
    if (!token || token->empty() || !std::all_of(token->begin(), token->end(), is_graphic))
        return std::nullopt;
    return token;
}

bool is_json_text(const std::string& text) {
    try {
        return !nlohmann::json(text).dump().empty();
    } catch (const nlohmann::json::type_error&) {
        return false;
    }
}

std::string to_json(const ApiWebhookChange& change) {
    json object = json::object();
    if (change.name) object["name"] = *change.name;
    if (change.url) object["webhookUrl"] = *change.url;
    if (change.secret) object["secret"] = *change.secret;
    if (!change.events.empty()) object["triggers"] = change.events;
    if (change.publish) object["isPublished"] = true;
    return object.dump(-1, ' ', true, json::error_handler_t::replace);
}

ApiRefusal explain_refusal(int status, std::string_view content_type, std::string_view answer, ApiLogin login,
                           const std::vector<std::string>& secrets) {
    const json document = parse_json(answer);
    const bool is_page = to_lower(content_type).find("html") != std::string::npos;
    // Mautic 7 answers a wrong password with 401 and nothing else.
    if (status != 401 && (is_page || !document.is_object())) return no_json(status, is_page);
    const MauticError error = error_in(document);
    const std::string message = quoted_message(error, secrets);
    ApiRefusal refusal;
    if (error.type == "invalid_client" || error.type == "unauthorized_client" ||
        error.type == "invalid_grant") {
        refusal = {"Mautic does not accept the client's id and secret",
                   "Take them from Settings > API Credentials; the credentials must be of the kind OAuth 2"};
    } else if (status == 401) {
        refusal = refused_login(login);
    } else if (status == 403) {
        refusal = forbidden(error, login);
    } else if (status == 404) {
        refusal = {"Mautic has nothing there",
                   "Run the command again: the webhook may have been deleted just now"};
    } else if (status >= 200 && status < 300) {
        refusal = {"the answer is not that of Mautic's API for webhooks", "Is that Mautic's address?"};
    } else {
        refusal = {"Mautic answers with status " + std::to_string(status),
                   status >= 500 ? "Look at Mautic's own log, var/logs" : ""};
    }
    refusal.text += message;
    return refusal;
}

}  // namespace gdprd::webhook_setup
