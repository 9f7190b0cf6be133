#include <iostream>

#include "base/error.h"
#include "base/random.h"
#include "config/config.h"
#include "daemon/command/check/report.h"
#include "daemon/command/notify.h"
#include "daemon/command/report/hops.h"
#include "notify/delivery.h"
#include "notify/message.h"

namespace gdprd::command {

namespace {

using http::ClientAnswer;
using http::ClientFailure;
using notify::Receiver;

constexpr const char* receiver_topic = "receiver";
constexpr std::size_t id_bytes = 16;

void tell_failure(const Receiver& receiver, const http::ClientError& error, CheckReport& report) {
    tell_hops_before(receiver.url, error, report);
    switch (error.failure()) {
        case ClientFailure::name_unknown:
            return report.problem("name", error.what(),
                                  "Look at the URL in [notify.urls], and at this machine's name servers");
        case ClientFailure::not_connected:
            return report.problem(
                "connection", error.what(),
                "Is the receiver running on this port, and does a firewall let this machine "
                "through?");
        case ClientFailure::tls:
            return report.problem("TLS", error.what(),
                                  "The certificate must be the host's and valid, of an authority that this "
                                  "machine trusts (update-ca-certificates adds one)");
        case ClientFailure::timed_out:
            return report.problem(
                receiver_topic, error.what(),
                "It should answer first and work afterwards; [notify] timeout gives it longer");
        case ClientFailure::closed:
        case ClientFailure::not_http:
        case ClientFailure::too_large:
        case ClientFailure::stopped:
            return report.problem(receiver_topic, error.what(),
                                  "Look at what listens on this port, and at its log");
    }
}

std::string advice_on(int status) {
    if (status == 401 || status == 403) {
        return "Compare its secret with the one in [notify.secret_files]; a proxy that changes bodies has "
               "the "
               "same effect";
    }
    if (status == 400 || status == 422) {
        return "It must take messages of a type that it does not know, such as \"test\"";
    }
    if (status == 404 || status == 405) return "Look at the path in [notify.urls]; messages come by POST";
    if (status == 410) return "It wants no more messages: take it out of [notify.urls], or mend it";
    if (status == 429) return "It has too many: lower [notify] per_minute_max";
    return "Look at the receiver's log";
}

void judge(const ClientAnswer& answer, CheckReport& report) {
    const std::string status = "status " + std::to_string(answer.status);
    if (answer.status >= 200 && answer.status < 300) {
        return report.ok(receiver_topic, "took the signed message (" + status + ")");
    }
    if (answer.status >= 300 && answer.status < 400) {
        const auto where = parse_url(answer.location);
        return report.problem(
            receiver_topic,
            "redirects (" + status + ')' + (where ? " to " + where->place() : "") + "; that is not followed",
            "Enter the URL in [notify.urls] that answers at once");
    }
    report.problem(receiver_topic, "refuses the message (" + status + ')', advice_on(answer.status));
}

void try_out(const Receiver& receiver, const notify::NotifyOptions& options, CheckReport& report) {
    std::cout << receiver.name << ": " << receiver.url.place() << '\n';
    try {
        const auto answer = http::exchange(
            receiver.url,
            notify::signed_request("msg_" + random_hex(id_bytes), notify::test_body(now()), receiver),
            notify::client_options(options, {}));
        tell_connection(receiver.url, answer.address, report);
        if (receiver.url.tls) tell_certificate(report);
        judge(answer, report);
    } catch (const http::ClientError& error) {
        tell_failure(receiver, error, report);
    }
}

}  // namespace

ExitCode notify_test(const NotifyTestOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    bool found = false;
    ExitCode code = ExitCode::done;
    for (const Receiver& receiver : config.notify.receivers) {
        if (options.receiver && receiver.name != *options.receiver) continue;
        found = true;
        CheckReport report;
        try_out(receiver, config.notify, report);
        report.print();
        if (report.count(CheckLine::Kind::problem) > 0) code = ExitCode::not_everything;
    }
    if (found) {
        std::cout
            << "This ran outside the service: whether systemd lets the daemon reach a receiver on another "
               "machine,\n`systemctl show -p IPAddressAllow mautic-gdprd` says; see docs/guide/notify.md.\n";
        return code;
    }
    throw ConfigurationError(
        "notify test: there is no " +
            (options.receiver ? "receiver '" + *options.receiver + "'" : std::string("receiver")) +
            " in [notify.urls]",
        "docs/guide/notify.md says how to add one");
}

}  // namespace gdprd::command
