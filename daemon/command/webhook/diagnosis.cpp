#include "daemon/command/webhook/diagnosis.h"

#include "base/clock.h"
#include "base/random.h"
#include "config/text_rules.h"
#include "daemon/command/report/hops.h"
#include "webhook/signature.h"
#include "webhook_setup/address.h"
#include "webhook_setup/state.h"

namespace gdprd::command {

namespace {

using http::ClientAnswer;
using http::ClientFailure;

constexpr const char* proxy_topic = "proxy";
constexpr std::size_t forged_secret_bytes = 32;

std::string status_of(const ClientAnswer& answer) { return "status " + std::to_string(answer.status); }

// The daemon's refusals have no body; those of web servers are pages.
bool could_be_the_daemon(const ClientAnswer& answer) { return answer.body.empty(); }

void tell_encryption(const Url& url, const std::string& address, CheckReport& report) {
    if (url.tls) return tell_certificate(report);
    if (config::is_loopback(address)) return;
    report.warning("TLS", "none: payloads with personal data cross the network unencrypted",
                   "Let the reverse proxy have a certificate, or [listen], and Mautic post to an https URL");
}

void tell_private_address(const Url& url, const std::string& address, CheckReport& report) {
    if (!webhook_setup::is_private_address(address)) return;
    report.warning(
        "address", address + " is private: Mautic 7 sends nothing there",
        "List " + url.host + " in webhook_allowed_private_addresses (Configuration > Webhook Settings)");
}

void tell_failure(const Url& url, const http::ClientError& error, CheckReport& report) {
    tell_hops_before(url, error, report);
    switch (error.failure()) {
        case ClientFailure::name_unknown:
            return report.problem("name", error.what(),
                                  "Look at the URL in Mautic, and at the name servers' entry for it");
        case ClientFailure::not_connected:
            return report.problem(
                "connection", error.what(),
                "Is the reverse proxy, or the daemon's own listener, running on this port, and does "
                "the firewall let Mautic's machine through?");
        case ClientFailure::tls:
            return report.problem(
                "TLS", error.what(),
                "Mautic sends nothing to a certificate that its own machine does not accept; for one "
                "of your own authority try --ca-file");
        case ClientFailure::closed:
            return report.problem(proxy_topic, error.what(),
                                  "So says a proxy as in the documentation while the daemon is stopped: look "
                                  "at `systemctl status mautic-gdprd` and at /readyz. If the "
                                  "secret was changed in Mautic a "
                                  "moment ago, run this again");
        case ClientFailure::timed_out:
            return report.problem(proxy_topic, error.what(),
                                  "Mautic would wait as long: look at the proxy's log, and at /healthz");
        case ClientFailure::not_http:
        case ClientFailure::too_large:
        case ClientFailure::stopped:
            return report.problem(
                proxy_topic, error.what(),
                url.tls ? "Look at what listens on this port"
                        : "Look at what listens on this port; with TLS the URL begins with https");
    }
}

void judge_redirect(const ClientAnswer& answer, CheckReport& report) {
    const auto where = parse_url(answer.location);
    report.problem(proxy_topic,
                   "redirects (" + status_of(answer) + ')' +
                       (where ? " to " + where->shown() : std::string()) + "; Mautic does not follow",
                   "Enter the URL in Mautic that the proxy answers at once");
}

void judge_unauthorized(const ClientAnswer& answer, CheckReport& report) {
    if (!answer.authenticate.empty()) {
        return report.problem(proxy_topic, "wants a login (status 401), which Mautic does not have",
                              "Let the webhook's path through without one: the signature protects it");
    }
    report.problem(
        "signature", "the daemon does not know the secret that the sample is signed with (status 401)",
        "Compare the secret in Mautic with [webhook] secret_files, or run `mautic-gdprd webhook create`; "
        "after a change reload the daemon. A proxy that changes bodies has the same effect");
}

void judge_not_found(const ClientAnswer& answer, CheckReport& report) {
    if (could_be_the_daemon(answer)) {
        return report.problem("path", "the daemon has nothing at this path (" + status_of(answer) + ')',
                              "The proxy must pass on [listen] path, /webhook if nothing else is set");
    }
    report.problem("path", "the web server has nothing at this path (" + status_of(answer) + ')',
                   "Look at the proxy's location for the daemon, and at the host's name in it");
}

void judge_server_error(const ClientAnswer& answer, CheckReport& report) {
    report.problem(
        "daemon", "the proxy answers for the daemon (" + status_of(answer) + ')',
        "Is the daemon running, and may the proxy connect to it (port, or the Unix socket's group)? Mautic "
        "4 to 6 delete an event at this answer: let the proxy close the connection, as in the documentation");
}

void judge_refusal(const ClientAnswer& answer, CheckReport& report) {
    if (answer.status == 400 && could_be_the_daemon(answer)) {
        return report.problem("daemon", "takes the signature, but not the sample (status 400)",
                              "Is it another version than this program?");
    }
    const char* advice = "Look at the proxy's configuration and its log";
    if (answer.status == 400)
        advice = "A proxy says so to plain HTTP on a port with TLS: then the URL begins with https";
    if (answer.status == 403) advice = "Look at the proxy's access rules, and at a web application firewall";
    if (answer.status == 413) advice = "Set client_max_body_size (nginx) to [limits] body_size_max";
    report.problem(proxy_topic, "refuses (" + status_of(answer) + ')', advice);
}

}  // namespace

// The empty list alone would do; the timestamp is how Mautic marks its own test payload.
http::ClientRequest sample_webhook(const std::string& secret) {
    http::ClientRequest request;
    request.method = "POST";
    request.body = std::string("{\"") + webhook_setup::opt_out_event + R"(":[],"timestamp":")" +
                   format_utc(now()) + "\"}";
    request.fields = {{"Content-Type", "application/json"},
                      {"Webhook-Signature", webhook::sign(request.body, secret)}};
    return request;
}

void judge_answer(const ClientAnswer& answer, CheckReport& report) {
    if (answer.status == 204) return;
    if (answer.status < 300) {
        return report.problem("daemon",
                              "something else answers there (" + status_of(answer) + ", the daemon says 204)",
                              "Look at where the proxy passes the webhook's path");
    }
    if (answer.status < 400) return judge_redirect(answer, report);
    if (answer.status == 401) return judge_unauthorized(answer, report);
    if (answer.status == 404 || answer.status == 405) return judge_not_found(answer, report);
    if (answer.status >= 500) return judge_server_error(answer, report);
    judge_refusal(answer, report);
}

void judge_answer_to_forgery(const ClientAnswer& answer, CheckReport& report) {
    if (answer.status == 401) return report.ok("signature", "verified; a forged one is refused");
    if (answer.status < 200 || answer.status >= 300) {
        return report.problem("signature",
                              "it is not known whether a forged one is refused: the answer is " +
                                  status_of(answer) + " and not 401",
                              "Run this again; a proxy may limit how many requests it lets through");
    }
    report.problem("signature",
                   "a forged one is taken too (" + status_of(answer) + "): that is not the daemon",
                   "Look at where the proxy passes the webhook's path");
}

void diagnose(const Url& url, const std::string& secret, SecretsOf secrets, const http::ClientOptions& client,
              CheckReport& report) {
    const std::size_t problems_before = report.count(CheckLine::Kind::problem);
    try {
        const ClientAnswer answer = http::exchange(url, sample_webhook(secret), client);
        tell_connection(url, answer.address, report);
        tell_encryption(url, answer.address, report);
        tell_private_address(url, answer.address, report);
        judge_answer(answer, report);
    } catch (const http::ClientError& error) {
        tell_failure(url, error, report);
    }
    if (report.count(CheckLine::Kind::problem) != problems_before) return;
    try {
        http::ClientRequest forged = sample_webhook(random_hex(forged_secret_bytes));
        judge_answer_to_forgery(http::exchange(url, forged, client), report);
    } catch (const http::ClientError& error) {
        // Secrets of the database may be newer than those the daemon has read: then it says neither yes nor
        // no.
        if (secrets == SecretsOf::database && error.failure() == ClientFailure::closed) {
            report.ok("signature", "verified; a forged one is not answered");
        } else {
            report.problem("signature",
                           std::string("it is not known whether a forged one is refused: ") + error.what(),
                           "Run this again");
        }
    }
    if (report.count(CheckLine::Kind::problem) == problems_before)
        report.ok("daemon", "took the sample (status 204); whether its queue has room, /readyz says");
}

}  // namespace gdprd::command
