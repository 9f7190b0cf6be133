#include "system/machine.h"

#include <stdexcept>

#include "system/http_client.h"

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

Machine::Machine(const database::ConnectionOptions& database, const std::string& ledger_database)
    : config(directory, database) {
    config.options["ledger.database"] = toml_text(ledger_database);
}

void Machine::launch(const DaemonProcess::Environment& environment) {
    daemon.reset();
    daemon.emplace(config.write(), directory / "log", environment);
}

void Machine::start(const DaemonProcess::Environment& environment) {
    launch(environment);
    daemon->wait_until_listening(config.port);
}

void Machine::stop() {
    const auto exit_code = daemon->stop();
    if (exit_code == 0) return;
    throw std::runtime_error("the daemon ended with " + std::to_string(exit_code.value_or(-1)) +
                             "; its log:\n" + daemon->log());
}

void Machine::kill() { daemon->kill(); }

int Machine::post(std::string_view body) { return post(body, config.webhook_secret); }

int Machine::post(std::string_view body, std::string_view secret) {
    HttpClient client(config.port);
    const auto answer = client.post("/webhook", body, secret);
    return answer ? answer->status : 0;
}

int Machine::announce(ContactId contact, const std::string& status, const std::string& channel) {
    return post(webhook_body({contact, status, channel}));
}

std::string Machine::page(std::string_view path) {
    HttpClient client(config.port);
    const auto answer = client.get(path);
    return answer ? answer->body : "no answer";
}

int Machine::status_of(std::string_view path) {
    HttpClient client(config.port);
    const auto answer = client.get(path);
    return answer ? answer->status : 0;
}

std::int64_t Machine::metric(const std::string& name) { return figure(page("/metrics"), name); }

void Machine::wait_until(const std::string& what, const std::function<bool()>& condition,
                         std::chrono::milliseconds limit) {
    daemon->wait_until(what, condition, limit);
}

void Machine::wait_until_jobs(const std::string& state, std::int64_t count) {
    wait_until(std::to_string(count) + " jobs are " + state,
               [&] { return metric("queue_jobs{state=\"" + state + "\"}") == count; });
}

void Machine::wait_until_idle() {
    wait_until("nothing is left to do", [&] { return jobs_to_do(page("/metrics")) == 0; });
}

}  // namespace gdprd::test
