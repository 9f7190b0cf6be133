#include "system/installation.h"

#include <stdexcept>

namespace gdprd::test {

namespace {

std::int64_t figure(const std::string& metrics, const std::string& name) {
    const std::string text = '\n' + metrics;
    const std::string line_begin = "\nmautic_gdprd_" + name + ' ';
    const std::size_t at = text.find(line_begin);
    if (at == std::string::npos) throw std::runtime_error("no metric " + name + " in:" + text);
    return static_cast<std::int64_t>(std::stod(text.substr(at + line_begin.size())));
}

std::int64_t jobs_to_do(const std::string& metrics) {
    std::int64_t jobs = 0;
    for (const char* state : {"ready", "waiting", "running"}) {
        jobs += figure(metrics, std::string("queue_jobs{state=\"") + state + "\"}");
    }
    return jobs;
}

}  // namespace

PrivateMariaDb& shared_server() {
    static PrivateMariaDb server;
    return server;
}

Installation::Installation(PrivateMariaDb& with_server, const std::string& name)
    : server(with_server),
      mautic(with_server, name),
      ledger_database("gdprd_" + name),
      config(directory, with_server.options(name)) {
    mautic.load_own_schema();
    config.options["ledger.database"] = toml_text(ledger_database);
}

void Installation::launch(const DaemonProcess::Environment& environment) {
    daemon.reset();
    daemon.emplace(config.write(), directory / "log", environment);
}

void Installation::start(const DaemonProcess::Environment& environment) {
    launch(environment);
    daemon->wait_until_listening(config.port);
}

void Installation::stop() {
    const auto exit_code = daemon->stop();
    if (exit_code == 0) return;
    throw std::runtime_error("the daemon ended with " + std::to_string(exit_code.value_or(-1)) +
                             "; its log:\n" + daemon->log());
}

void Installation::kill() { daemon->kill(); }

void Installation::add_opted_out(ContactId contact, int reason) {
    mautic.add_contact(contact);
    mautic.unsubscribe(contact, reason);
}

int Installation::post(std::string_view body) { return post(body, config.webhook_secret); }

int Installation::post(std::string_view body, std::string_view secret) {
    HttpClient client(config.port);
    const auto answer = client.post("/webhook", body, secret);
    return answer ? answer->status : 0;
}

int Installation::announce(ContactId contact, const std::string& status, const std::string& channel) {
    return post(webhook_body({contact, status, channel}));
}

std::string Installation::page(std::string_view path) {
    HttpClient client(config.port);
    const auto answer = client.get(path);
    return answer ? answer->body : "no answer";
}

int Installation::status_of(std::string_view path) {
    HttpClient client(config.port);
    const auto answer = client.get(path);
    return answer ? answer->status : 0;
}

std::int64_t Installation::metric(const std::string& name) { return figure(page("/metrics"), name); }

std::string Installation::ledger(ContactId contact, const std::string& column) {
    database::Rows rows = server.select(
        "SELECT " + column + " FROM erasure WHERE contact_id = " + std::to_string(contact), ledger_database);
    if (!rows.next()) return "no row";
    return rows.optional_text(0).value_or("NULL");
}

std::uint64_t Installation::ledger_rows() {
    return std::stoull(server.value("SELECT COUNT(*) FROM erasure", ledger_database));
}

void Installation::wait_until(const std::string& what, const std::function<bool()>& condition,
                              std::chrono::milliseconds limit) {
    daemon->wait_until(what, condition, limit);
}

void Installation::wait_for_ledger(ContactId contact, const std::string& status) {
    wait_until("contact " + std::to_string(contact) + " is " + status,
               [&] { return ledger(contact) == status; });
}

void Installation::wait_until_jobs(const std::string& state, std::int64_t count) {
    wait_until(std::to_string(count) + " jobs are " + state,
               [&] { return metric("queue_jobs{state=\"" + state + "\"}") == count; });
}

void Installation::wait_until_idle() {
    wait_until("nothing is left to do", [&] { return jobs_to_do(page("/metrics")) == 0; });
}

bool Installation::erased(ContactId contact) {
    return mautic.places_of(invented_person(contact).marker).empty();
}

bool Installation::untouched(ContactId contact) {
    for (const auto& [alias, value] : invented_person(contact).fields) {
        if (mautic.field(contact, alias) != value) return false;
    }
    return mautic.row_count("lead_notes", "lead_id = " + std::to_string(contact)) == 1;
}

}  // namespace gdprd::test
