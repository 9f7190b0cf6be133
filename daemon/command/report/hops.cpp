#include "daemon/command/report/hops.h"

namespace gdprd::command {

void tell_connection(const Url& url, const std::string& address, CheckReport& report) {
    if (address != url.host) report.ok("name", url.host + " is " + address);
    report.ok("connection", address + " port " + std::to_string(url.port) + " takes connections");
}

void tell_certificate(CheckReport& report) { report.ok("TLS", "the certificate is accepted here"); }

void tell_hops_before(const Url& url, const http::ClientError& error, CheckReport& report) {
    if (error.address().empty()) return;
    tell_connection(url, error.address(), report);
    if (url.tls && error.failure() != http::ClientFailure::tls) tell_certificate(report);
}

}  // namespace gdprd::command
