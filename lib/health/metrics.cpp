#include "health/metrics.h"

#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "health/instruments.h"

namespace gdprd::health {

namespace {

double unix_seconds() { return Seconds(now().time_since_epoch()).count(); }

// A duration taken from two wall clocks may come out negative after a correction; a histogram would never
// recover.
double not_negative(Seconds taken) { return std::max(taken.count(), 0.0); }

// The second figure of /proc/self/statm counts resident pages; 0 when it cannot be read.
double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    if (!(file >> total >> resident)) return 0;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// The server counts for itself: lift ours to its figure. Counters never go down.
void raise_to(prometheus::Counter& counter, std::uint64_t value) {
    const double missing = static_cast<double>(value) - counter.Value();
    if (missing > 0) counter.Increment(missing);
}

}  // namespace

struct Metrics::Implementation {
    Instruments instruments;
    prometheus::TextSerializer serializer;

    std::mutex hooks_mutex;
    std::vector<std::function<void()>> hooks;  // protected by hooks_mutex
    std::mutex render_mutex;                   // held during render(): hooks run one scrape at a time
    std::mutex http_mutex;                     // makes raise_to()'s reading and adding one step

    void run_hooks() {
        std::vector<std::function<void()>> to_run;
        {
            const std::scoped_lock lock(hooks_mutex);
            to_run = hooks;
        }
        for (const auto& hook : to_run) {
            try {
                hook();
            } catch (...) {
                instruments.process.scrape_errors.Increment();
            }
        }
    }
};

Metrics::Metrics(std::string_view version) : implementation_(std::make_unique<Implementation>()) {
    Instruments& all = implementation_->instruments;
    all.process.build_info.Add({{"version", std::string(version)}}).Set(1);
    all.process.start_time.Set(unix_seconds());
    all.process.config_last_reload_ok.Set(1);
    all.process.config_last_reload_time.Set(unix_seconds());
}

Metrics::~Metrics() = default;

void Metrics::received(std::string_view receipt, std::size_t events) {
    implementation_->instruments.receiver.webhooks.of(receipt).Increment();
    implementation_->instruments.receiver.events.Increment(static_cast<double>(events));
}

void Metrics::acknowledged(Seconds taken) {
    implementation_->instruments.receiver.acknowledge.Observe(not_negative(taken));
}

void Metrics::erased(std::string_view status, std::string_view origin, std::size_t contacts) {
    implementation_->instruments.worker.erasures.of(status, origin).Increment(static_cast<double>(contacts));
}

void Metrics::rows(std::string_view action, std::uint64_t count) {
    implementation_->instruments.worker.rows.of(action).Increment(static_cast<double>(count));
}

void Metrics::webhook_to_erased(Seconds taken) {
    implementation_->instruments.worker.webhook_to_erased.Observe(not_negative(taken));
}

void Metrics::retry(std::string_view error_class) {
    implementation_->instruments.worker.retries.of(error_class).Increment();
}

void Metrics::parked(std::size_t contacts) {
    implementation_->instruments.worker.jobs_parked.Increment(static_cast<double>(contacts));
}

void Metrics::proof_failed(std::size_t contacts) {
    implementation_->instruments.worker.proof_failures.Increment(static_cast<double>(contacts));
}

void Metrics::database_up(bool up) { implementation_->instruments.database.up.Set(up ? 1 : 0); }

void Metrics::database_server(std::string_view name) {
    implementation_->instruments.database.server.set(std::string(name));
}

void Metrics::schema_refreshed() { implementation_->instruments.database.schema_refreshes.Increment(); }

void Metrics::unknown_tables(std::size_t count) {
    implementation_->instruments.database.unknown_tables.Set(static_cast<double>(count));
}

void Metrics::unknown_columns(std::size_t count) {
    implementation_->instruments.database.unknown_columns.Set(static_cast<double>(count));
}

void Metrics::missing_rights(std::size_t count) {
    implementation_->instruments.database.missing_rights.Set(static_cast<double>(count));
}

void Metrics::swept(std::string_view reason, std::size_t contacts) {
    implementation_->instruments.sweep.found.of(reason).Increment(static_cast<double>(contacts));
}

void Metrics::sweep_done(bool full, std::uint64_t rows, Seconds lag) {
    SweepInstruments& sweep = implementation_->instruments.sweep;
    sweep.rows.Increment(static_cast<double>(rows));
    sweep.lag.Set(not_negative(lag));
    (full ? sweep.full_time : sweep.incremental_time).Set(unix_seconds());
}

void Metrics::mautic_webhook(std::size_t warnings, std::uint64_t rows_queued) {
    SweepInstruments& sweep = implementation_->instruments.sweep;
    sweep.webhook_warnings.Set(static_cast<double>(warnings));
    sweep.webhook_queue_rows.Set(static_cast<double>(rows_queued));
}

void Metrics::reappeared(std::string_view outcome, std::size_t contacts) {
    implementation_->instruments.sweep.reappeared.of(outcome).Increment(static_cast<double>(contacts));
}

void Metrics::lost_opt_outs(std::size_t contacts) {
    implementation_->instruments.sweep.lost_opt_outs.Increment(static_cast<double>(contacts));
}

void Metrics::leftover_rows(std::uint64_t count) {
    implementation_->instruments.sweep.leftover_rows.Increment(static_cast<double>(count));
}
void Metrics::leftover_rows_left(std::uint64_t count) {
    implementation_->instruments.sweep.leftover_rows_left.Increment(static_cast<double>(count));
}
void Metrics::missing_contacts(std::uint64_t contacts) {
    implementation_->instruments.sweep.missing_contacts.Set(static_cast<double>(contacts));
}

void Metrics::audited(std::uint64_t rows) {
    implementation_->instruments.audit.rows.Increment(static_cast<double>(rows));
}

void Metrics::sealed(std::uint64_t rows, std::uint64_t findings) {
    SealInstruments& seal = implementation_->instruments.seal;
    seal.rows.Increment(static_cast<double>(rows));
    seal.findings.Set(static_cast<double>(findings));
    seal.sealed_time.Set(unix_seconds());
}

void Metrics::sealed_by_another() { implementation_->instruments.seal.sealed_time.Set(unix_seconds()); }

void Metrics::forgotten(std::uint64_t contacts) {
    implementation_->instruments.seal.forgotten.Increment(static_cast<double>(contacts));
}

void Metrics::seal_failed() { implementation_->instruments.seal.failures.Increment(); }

void Metrics::audit_done(std::uint64_t findings) {
    AuditInstruments& audit = implementation_->instruments.audit;
    audit.findings.Set(static_cast<double>(findings));
    audit.finished_time.Set(unix_seconds());
}

void Metrics::notification_delivered(const std::string& receiver) {
    implementation_->instruments.notifications.delivered.Add({{"receiver", receiver}}).Increment();
}

void Metrics::notification_failed(const std::string& receiver) {
    implementation_->instruments.notifications.failures.Add({{"receiver", receiver}}).Increment();
}

void Metrics::notifications(const std::string& receiver, std::uint64_t waiting, std::uint64_t parked,
                            Seconds oldest_age) {
    NotificationInstruments& of = implementation_->instruments.notifications;
    const prometheus::Labels labels{{"receiver", receiver}};
    of.delivered.Add(labels);  // at 0
    of.failures.Add(labels);
    of.waiting.Add(labels).Set(static_cast<double>(waiting));
    of.parked.Add(labels).Set(static_cast<double>(parked));
    of.oldest_age.Add(labels).Set(oldest_age.count());
}

void Metrics::notifications_unknown(const std::string& receiver) {
    NotificationInstruments& of = implementation_->instruments.notifications;
    const prometheus::Labels labels{{"receiver", receiver}};
    of.delivered.Add(labels);  // at 0
    of.failures.Add(labels);
    for (auto* const family : {&of.waiting, &of.parked, &of.oldest_age}) family->Remove(&family->Add(labels));
}

void Metrics::reloaded(bool ok) {
    Instruments& all = implementation_->instruments;
    all.process.config_reloads.of(ok ? "ok" : "failed").Increment();
    all.process.config_last_reload_ok.Set(ok ? 1 : 0);
    if (ok) all.process.config_last_reload_time.Set(unix_seconds());
}

void Metrics::queue(const QueueFigures& figures) {
    Instruments& all = implementation_->instruments;
    all.queue.ready.Set(static_cast<double>(figures.ready));
    all.queue.waiting.Set(static_cast<double>(figures.waiting));
    all.queue.running.Set(static_cast<double>(figures.running));
    all.queue.settling.Set(static_cast<double>(figures.settling));
    all.queue.parked.Set(static_cast<double>(figures.parked));
    all.queue.oldest_age.Set(not_negative(figures.oldest_age));
    all.queue.file.Set(static_cast<double>(figures.file_bytes));
    all.queue.paused.Set(figures.paused ? 1 : 0);
}

void Metrics::http(const http::ServerStatistics& statistics) {
    const std::scoped_lock lock(implementation_->http_mutex);
    Instruments& all = implementation_->instruments;
    raise_to(all.http.connections_accepted, statistics.connections_accepted);
    raise_to(all.http.connections_refused, statistics.connections_refused);
    all.http.connections_open.Set(static_cast<double>(statistics.connections_open));
    raise_to(all.http.requests, statistics.requests);
    raise_to(all.http.rejected.of("timeout"), statistics.requests_timed_out);
    raise_to(all.http.rejected.of("too_large"), statistics.requests_too_large);
    raise_to(all.http.rejected.of("malformed"), statistics.requests_malformed);
}

void Metrics::before_render(std::function<void()> hook) {
    const std::scoped_lock lock(implementation_->hooks_mutex);
    implementation_->hooks.push_back(std::move(hook));
}

std::string Metrics::render() {
    const std::scoped_lock lock(implementation_->render_mutex);
    implementation_->run_hooks();
    implementation_->instruments.process.resident_memory.Set(resident_bytes());
    return implementation_->serializer.Serialize(implementation_->instruments.registry.Collect());
}

}  // namespace gdprd::health
