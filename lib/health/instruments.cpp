#include "health/instruments.h"

#include <array>
#include <string>

namespace gdprd::health {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

constexpr std::array<std::string_view, 7> statuses{"settling", "complete", "partial", "superseded",
                                                   "held",     "skipped",  "other"};

std::string full_name(std::string_view name) { return "mautic_gdprd_" + std::string(name); }

Family<Counter>& counters(Registry& registry, std::string_view name, const std::string& help) {
    return prometheus::BuildCounter().Name(full_name(name)).Help(help).Register(registry);
}

Counter& counter(Registry& registry, std::string_view name, const std::string& help) {
    return counters(registry, name, help).Add({});
}

Family<Gauge>& gauges(Registry& registry, std::string_view name, const std::string& help) {
    return prometheus::BuildGauge().Name(full_name(name)).Help(help).Register(registry);
}

Gauge& gauge(Registry& registry, std::string_view name, const std::string& help) {
    return gauges(registry, name, help).Add({});
}

// The names every exporter gives to these figures, hence without the prefix.
Gauge& process_gauge(Registry& registry, const std::string& name, const std::string& help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

Histogram& histogram(Registry& registry, std::string_view name, const std::string& help,
                     const Histogram::BucketBoundaries& seconds) {
    return prometheus::BuildHistogram().Name(full_name(name)).Help(help).Register(registry).Add({}, seconds);
}

// One fsync takes 0.5 ms on a good disk and 50 ms on a bad one. Mautic waits without a limit, and with it the
// visitor.
const Histogram::BucketBoundaries acknowledge_seconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                      0.1,    0.25,  0.5,    1,     2.5,  5};

// From idle (some milliseconds) over a full queue (minutes) to a database that was away for a night.
const Histogram::BucketBoundaries erased_seconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,  1,     2.5,
                                                 5,     10,   30,    60,   300, 900,  3600, 21600, 86400};

}  // namespace

ErasureCounters::ErasureCounters(Family<Counter>& family) {
    for (const std::string_view status : statuses) {
        by_status_.emplace_back(status, LabelledCounters(family, "origin", {"webhook", "sweep", "command"},
                                                         {{"status", std::string(status)}}));
    }
}

Counter& ErasureCounters::of(std::string_view status, std::string_view origin) const {
    for (const auto& [name, origins] : by_status_) {
        if (name == status) return origins.of(origin);
    }
    return by_status_.back().second.of(origin);
}

ReceiverInstruments::ReceiverInstruments(Registry& registry)
    : webhooks(
          counters(
              registry, "webhooks_received_total",
              "Webhook requests by outcome. Anything but queued, nothing_to_do and test deserves a look; "
              "undecided and not_stored mean that Mautic got no answer and nothing was acknowledged."),
          "outcome",
          {"queued", "nothing_to_do", "test", "unauthentic", "malformed", "undecided", "not_stored"}),
      events(counter(registry, "webhook_events_total",
                     "Events inside the authentic webhook requests; Mautic may send several in one.")),
      acknowledge(
          histogram(registry, "acknowledge_duration_seconds",
                    "Time from taking a webhook request in hand to its answer, the write to disk included. "
                    "High values mean a slow disk below the queue.",
                    acknowledge_seconds)) {}

WorkerInstruments::WorkerInstruments(Registry& registry)
    : erasures(counters(
          registry, "erasures_total",
          "Contacts a pass is through with, by status and by who asked. partial means that something "
          "was left and the ledger says where; superseded that the contact may be written to again; "
          "held that a rule of [hold] keeps it, counted once.")),
      rows(counters(registry, "rows_total",
                    "Rows changed or deleted in Mautic's tables, by the plan's action."),
           "action",
           {"hash", "delete", "delete_row", "empty_array", "strip_query", "new_random", "set_flag",
            "unschedule", "anonymous_ip", "rewrite"}),
      webhook_to_erased(
          histogram(registry, "webhook_to_erased_seconds",
                    "Time from a webhook's arrival to the commit of that contact's erasure, grace "
                    "periods and retries included.",
                    erased_seconds)),
      retries(
          counters(
              registry, "retries_total",
              "Batches that failed and are tried again, by the kind of error. A few conflicts are normal; "
              "privilege, permanent and files need a person."),
          "error", {"connection", "conflict", "schema", "privilege", "permanent", "files", "queue"}),
      jobs_parked(
          counter(registry, "jobs_parked_total",
                  "Contacts given up on after a permanent error or too many attempts. They are not erased "
                  "until somebody runs: mautic-gdprd queue retry.")),
      proof_failures(counter(
          registry, "proof_failures_total",
          "Contacts in whose rows an identifying value was found after the erasure. Should stay 0.")) {}

ServerInfo::ServerInfo(Registry& registry)
    : family_(gauges(registry, "database_server_info",
                     "Always 1; the label names the database server and its version.")) {}

void ServerInfo::set(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    if (current_ != nullptr && name == name_) return;
    if (current_ != nullptr) family_.Remove(current_);
    current_ = &family_.Add({{"server", name}});
    current_->Set(1);
    name_ = name;
}

DatabaseInstruments::DatabaseInstruments(Registry& registry)
    : up(gauge(
          registry, "database_up",
          "1 when the last use of Mautic's database succeeded. While it is 0 webhooks are still stored.")),
      server(registry),
      schema_refreshes(counter(registry, "schema_refreshes_total",
                               "Times a new plan was made because Mautic's tables had changed.")),
      unknown_tables(
          gauge(registry, "unknown_tables",
                "Tables tied to contacts that the data map does not know. Their content is not erased.")),
      unknown_columns(
          gauge(registry, "unknown_columns",
                "Columns in known tables that the data map does not know. Their content is not erased.")),
      missing_rights(gauge(registry, "missing_rights",
                           "Rights that the database user lacks on Mautic's tables and the ledger's. What "
                           "they are for waits.")) {}

QueueInstruments::QueueInstruments(Registry& registry)
    : jobs(
          gauges(registry, "queue_jobs",
                 "Contacts in the queue by state. settling ones are erased and wait for a later pass; parked "
                 "ones need a person.")),
      ready(jobs.Add({{"state", "ready"}})),
      waiting(jobs.Add({{"state", "waiting"}})),
      running(jobs.Add({{"state", "running"}})),
      settling(jobs.Add({{"state", "settling"}})),
      parked(jobs.Add({{"state", "parked"}})),
      oldest_age(gauge(registry, "queue_oldest_age_seconds",
                       "Age of the oldest request not yet carried out, settling and parked ones and those in "
                       "a grace period or on hold left out; 0 "
                       "when there is none. The best single sign that erasing is behind.")),
      file(gauge(registry, "queue_file_bytes", "Size of the queue's file and its write-ahead log.")),
      paused(gauge(
          registry, "erasing_paused",
          "1 while the circuit breaker of [safety] has paused erasing. Somebody must check what changed in "
          "Mautic, then run: mautic-gdprd queue resume.")) {}

SweepInstruments::SweepInstruments(Registry& registry)
    : found(counters(
                registry, "sweep_found_total",
                "Contacts the sweep found and queued. webhook_lost: no webhook came; filled_again: erased, "
                "and Mautic holds an address again; unfinished: work that a lost machine left."),
            "reason", {"webhook_lost", "filled_again", "unfinished"}),
      rows(
          counter(registry, "sweep_rows_total", "Do-not-contact rows that sweeps compared with the ledger.")),
      lag(gauge(registry, "sweep_lag_seconds",
                "Age of the oldest do-not-contact row for which the last sweep had to queue the contact; 0 "
                "when there was none.")),
      incremental_time(gauge(registry, "sweep_incremental_timestamp_seconds",
                             "When the last look at new rows ended, in seconds since 1970; 0 before it.")),
      full_time(gauge(registry, "sweep_full_timestamp_seconds",
                      "When the last full comparison ended, in seconds since 1970; 0 before it.")),
      webhook_warnings(gauge(registry, "mautic_webhook_warnings",
                             "What is wrong with Mautic's webhook to this daemon; /readyz and check say what "
                             "in words.")),
      webhook_queue_rows(gauge(registry, "mautic_webhook_queue_rows",
                               "Events that wait in Mautic's own queue for its webhooks to this daemon.")),
      reappeared(counters(registry, "reappeared_contacts_total",
                          "Erased people whose address came back as a new contact, by what was done."),
                 "outcome", {"reported", "do_not_contact", "consented"}),
      lost_opt_outs(counter(registry, "lost_opt_outs_total",
                            "Contacts into which Mautic merged one with an opt-out, and which it may write "
                            "to again.")),
      leftover_rows(counter(registry, "leftover_rows_total",
                            "Rows that deleted contacts had left behind and that were pseudonymised.")),
      leftover_rows_left(counter(registry, "leftover_rows_left_total",
                                 "Rows that lost a merged contact and were left, because it is not known "
                                 "whose they are.")),
      missing_contacts(gauge(registry, "missing_contacts",
                             "Contacts that Mautic does not have although rows of other tables hold their "
                             "ids: no deletion. Nothing of theirs is erased. Should be 0.")) {}

AuditInstruments::AuditInstruments(Registry& registry)
    : rows(counter(registry, "audit_rows_total",
                   "Rows that the audit searched for addresses of anybody who was erased.")),
      findings(gauge(registry, "audit_findings",
                     "Rows and lines of log files in which the last finished audit found an address of "
                     "somebody who was erased. Should be 0; mautic-gdprd audit says where they are.")),
      finished_time(gauge(registry, "audit_finished_timestamp_seconds",
                          "When the last audit ended, in seconds since 1970; 0 before it.")) {}

SealInstruments::SealInstruments(prometheus::Registry& registry)
    : sealed_time(gauge(registry, "ledger_sealed_timestamp_seconds",
                        "When the ledger was last compared with its seals and sealed, in seconds since 1970; "
                        "0 before that, and without a key.")),
      rows(counter(registry, "ledger_rows_sealed_total", "Rows that were sealed, new or changed.")),
      findings(
          gauge(registry, "ledger_seal_findings",
                "Rows that are not what their seal says and were not changed by the program, at the last "
                "seal. Should be 0; mautic-gdprd ledger verify names them.")),
      failures(
          counter(registry, "ledger_seal_failures_total", "Attempts to seal that failed; the log says why.")),
      forgotten(counter(registry, "contacts_forgotten_total",
                        "Contacts whose hashes went at the end of the retention period.")) {}

NotificationInstruments::NotificationInstruments(prometheus::Registry& registry)
    : delivered(counters(registry, "notifications_delivered_total",
                         "Notifications of erasures that the receiver took from this daemon.")),
      failures(counters(registry, "notification_failures_total",
                        "Attempts to deliver a notification that failed; it is tried again or parked.")),
      waiting(gauges(registry, "notifications_waiting",
                     "Notifications that the receiver has not got yet, from any daemon of the ledger.")),
      parked(gauges(registry, "notifications_parked",
                    "Notifications that were given up on; mautic-gdprd notify list "
                    "--state parked says why.")),
      oldest_age(gauges(registry, "notifications_oldest_age_seconds",
                        "How long ago the oldest erasure was of which the receiver was not told yet; 0 when "
                        "there is none.")) {}

HttpInstruments::HttpInstruments(Registry& registry)
    : connections_accepted(counter(registry, "http_connections_accepted_total", "Connections accepted.")),
      connections_refused(counter(registry, "http_connections_refused_total",
                                  "Connections closed at once because too many were open.")),
      connections_open(gauge(registry, "http_connections_open", "Connections open now.")),
      requests(counter(registry, "http_requests_total", "Complete requests, health and metrics included.")),
      rejected(counters(registry, "http_requests_rejected_total",
                        "Requests that ended before a handler saw them: too slow, too large or not HTTP."),
               "reason", {"timeout", "too_large", "malformed"}) {}

ProcessInstruments::ProcessInstruments(Registry& registry)
    : config_reloads(
          counters(registry, "config_reloads_total",
                   "Reloads of the configuration by result; after a failed one the old stays in force."),
          "result", {"ok", "failed"}),
      config_last_reload_ok(
          gauge(registry, "config_last_reload_successful",
                "0 when the configuration on disk was refused and an older one is in force.")),
      config_last_reload_time(gauge(registry, "config_last_reload_success_timestamp_seconds",
                                    "When the configuration in force was read, in seconds since 1970.")),
      scrape_errors(counter(
          registry, "scrape_errors_total",
          "Times a figure could not be refreshed before this page was made; it shows its last value.")),
      build_info(gauges(registry, "build_info", "Always 1; the label names the version that runs.")),
      start_time(process_gauge(registry, "process_start_time_seconds",
                               "When the process started, in seconds since 1970.")),
      resident_memory(
          process_gauge(registry, "process_resident_memory_bytes", "Memory in use by the process.")) {}

}  // namespace gdprd::health
