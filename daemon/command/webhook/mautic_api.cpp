#include "daemon/command/webhook/mautic_api.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "daemon/command/terminal/password_input.h"

namespace gdprd::command {

namespace {

using http::ClientFailure;
using webhook_setup::ApiLogin;
using webhook_setup::ApiWebhook;

constexpr const char* page_size = "100";
constexpr std::size_t pages_max = 100;

constexpr const char* login_advice =
    "Give a file of two lines by --login-file: the user's name and the password, or with --oauth the "
    "client's id "
    "and secret";

std::string ask_for_name(const std::string& prompt) {
    if (::isatty(STDIN_FILENO) != 1) {
        throw ConfigurationError("webhook create: there is no terminal to ask for Mautic's login at",
                                 login_advice);
    }
    std::cerr << prompt << ": " << std::flush;
    std::string name;
    std::getline(std::cin, name);
    return std::string(trimmed(name));
}

MauticLogin checked(MauticLogin login) {
    const bool has_control = std::any_of(login.name.begin(), login.name.end(), is_control) ||
                             std::any_of(login.secret.begin(), login.secret.end(), is_control);
    if (login.name.empty() || login.secret.empty() || has_control) {
        throw ConfigurationError("webhook create: the login for Mautic is not a name and a secret",
                                 login_advice);
    }
    if (login.kind == ApiLogin::basic && login.name.find(':') != std::string::npos) {
        throw ConfigurationError(
            "webhook create: a user's name with a colon cannot log in by HTTP basic auth",
            "Use another user, or --oauth");
    }
    return login;
}

// application/x-www-form-urlencoded
std::string encoded(const std::string& text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool is_plain = is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                              c == '.' || c == '_';
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain) {
            out += c;
        } else {
            out += {'%', hex[byte >> 4], hex[byte & 0xf]};
        }
    }
    return out;
}

std::string advice_for(ClientFailure failure) {
    switch (failure) {
        case ClientFailure::name_unknown:
        case ClientFailure::not_connected:
            return "Look at the address given by --mautic, and whether this machine reaches it";
        case ClientFailure::tls:
            return "A certificate of your own authority needs --ca-file";
        case ClientFailure::closed:
        case ClientFailure::timed_out:
        case ClientFailure::not_http:
        case ClientFailure::too_large:
        case ClientFailure::stopped:
            break;
    }
    return "Is that Mautic's web server? Look at its log";
}

// Where a redirect leads, without the query; "" when that cannot be said.
std::string destination(const Url& from, const std::string& location) {
    const bool is_path = location.starts_with('/') && !location.starts_with("//");
    const auto url =
        parse_url(is_path ? (from.tls ? "https://" : "http://") + from.authority() + location : location);
    return url ? url->shown() : "";
}

std::string without_api(const std::string& destination) {
    return destination.substr(0,
                              std::min(destination.find("/api/hooks"), destination.find("/oauth/v2/token")));
}

[[noreturn]] void refuse_redirect(const Url& url, const http::ClientAnswer& answer) {
    const std::string where = destination(url, answer.location);
    const bool is_login = where.find("/s/login") != std::string::npos;
    throw Error(
        "webhook create: " + url.shown() + " redirects" + (where.empty() ? "" : " to " + where),
        where.empty() || is_login
            ? "Is --mautic Mautic's address, and the API switched on (Configuration > API Settings)?"
            : "The login is sent to the address you name only. If that is Mautic, run the command with "
              "--mautic " +
                  without_api(where));
}

}  // namespace

MauticLogin read_login(ApiLogin kind, const std::optional<std::filesystem::path>& file) {
    const bool is_user = kind == ApiLogin::basic;
    if (!file) {
        const std::string name = ask_for_name(is_user ? "Mautic user" : "Mautic client id");
        return checked({kind, name, read_password(is_user ? "Password" : "Client secret", login_advice)});
    }
    const std::string lines = read_login_file(
        *file, "--login-file",
        is_user ? "a user's name and the password below it" : "a client's id and the secret below it");
    const auto end = std::min(lines.find('\n'), lines.size());
    const std::string secret = end == lines.size() ? "" : lines.substr(end + 1);
    return checked({kind, std::string(trimmed(lines.substr(0, end))),
                    secret.ends_with('\r') ? secret.substr(0, secret.size() - 1) : secret});
}

MauticApi::MauticApi(Url address, MauticLogin login, http::ClientOptions client)
    : address_(std::move(address)), login_(std::move(login)), client_(std::move(client)) {
    while (address_.path.ends_with('/')) address_.path.pop_back();
}

std::vector<ApiWebhook> MauticApi::webhooks() {
    std::vector<ApiWebhook> all;
    std::set<std::uint64_t> seen;
    std::size_t read = 0;
    for (std::size_t pages = 0; pages < pages_max; ++pages) {
        const auto answer = send_json(
            "GET", "/api/hooks",
            "?start=" + std::to_string(read) + "&limit=" + page_size + "&orderBy=id&orderByDir=ASC", "");
        const auto page = webhook_setup::read_webhook_page(answer.body);
        if (!page) refuse(answer);
        const std::size_t known = all.size();
        for (const ApiWebhook& webhook : page->webhooks) {
            if (seen.insert(webhook.id).second) all.push_back(webhook);
        }
        read += page->webhooks.size();
        if (read >= page->total) return all;
        if (all.size() == known) break;
    }
    throw Error("webhook create: Mautic's list of webhooks has no end, or begins anew on each page",
                "Is there a cache before Mautic that leaves out the query? Nothing was changed");
}

ApiWebhook MauticApi::create(const webhook_setup::ApiWebhookChange& change) {
    return changed("POST", "/api/hooks/new", change);
}

ApiWebhook MauticApi::change(std::uint64_t webhook, const webhook_setup::ApiWebhookChange& change) {
    return changed("PATCH", "/api/hooks/" + std::to_string(webhook) + "/edit", change);
}

ApiWebhook MauticApi::changed(const std::string& method, const std::string& path,
                              const webhook_setup::ApiWebhookChange& change) {
    const auto answer = send_json(method, path, "", webhook_setup::to_json(change));
    const auto webhook = webhook_setup::read_webhook(answer.body);
    if (!webhook) refuse(answer, {change.secret.value_or("")});
    return *webhook;
}

std::string MauticApi::authorization() {
    if (authorization_.empty()) {
        authorization_ = login_.kind == ApiLogin::basic
                             ? "Basic " + base64_encoded(login_.name + ':' + login_.secret)
                             : "Bearer " + take_token();
    }
    return authorization_;
}

// RFC 6749, section 4.4.
std::string MauticApi::take_token() {
    http::ClientRequest request;
    request.method = "POST";
    request.fields = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = "grant_type=client_credentials&client_id=" + encoded(login_.name) +
                   "&client_secret=" + encoded(login_.secret);
    const auto answer = send("/oauth/v2/token", "", request);
    const auto token = webhook_setup::read_access_token(answer.body);
    if (!token) refuse(answer);
    return *token;
}

http::ClientAnswer MauticApi::send_json(const std::string& method, const std::string& path,
                                        const std::string& query, const std::string& body) {
    http::ClientRequest request;
    request.method = method;
    request.fields = {{"Authorization", authorization()}, {"Accept", "application/json"}};
    if (!body.empty()) request.fields.emplace_back("Content-Type", "application/json");
    request.body = body;
    return send(path, query, request);
}

http::ClientAnswer MauticApi::send(const std::string& path, const std::string& query,
                                   http::ClientRequest request) const {
    Url url = address_;
    url.path += path;
    url.query = query;
    try {
        const auto answer = http::exchange(url, request, client_);
        if (answer.status >= 300 && answer.status < 400) refuse_redirect(url, answer);
        return answer;
    } catch (const http::ClientError& error) {
        throw Error(std::string("webhook create: ") + error.what(), advice_for(error.failure()));
    }
}

void MauticApi::refuse(const http::ClientAnswer& answer, const std::vector<std::string>& more_secrets) const {
    std::vector<std::string> secrets{login_.secret, authorization_.substr(authorization_.find(' ') + 1)};
    secrets.insert(secrets.end(), more_secrets.begin(), more_secrets.end());
    const auto refusal =
        webhook_setup::explain_refusal(answer.status, answer.content_type, answer.body, login_.kind, secrets);
    throw Error("webhook create: " + address_.shown() + ": " + refusal.text, refusal.advice);
}

}  // namespace gdprd::command
