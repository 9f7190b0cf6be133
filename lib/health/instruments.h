// Every metric there is, made and named in one place (instruments.cpp). Inside the room only.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "health/labelled_counters.h"

namespace gdprd::health {

// Erasures are told apart by two labels: status and origin.
class ErasureCounters {
  public:
    explicit ErasureCounters(prometheus::Family<prometheus::Counter>& family);
    prometheus::Counter& of(std::string_view status, std::string_view origin) const;

  private:
    std::vector<std::pair<std::string_view, LabelledCounters>> by_status_;  // "other" is the last one
};

// All members are safe to use from any thread.
struct ReceiverInstruments {
    explicit ReceiverInstruments(prometheus::Registry& registry);
    LabelledCounters webhooks;
    prometheus::Counter& events;
    prometheus::Histogram& acknowledge;
};

struct WorkerInstruments {
    explicit WorkerInstruments(prometheus::Registry& registry);
    ErasureCounters erasures;
    LabelledCounters rows;
    prometheus::Histogram& webhook_to_erased;
    LabelledCounters retries;
    prometheus::Counter& jobs_parked;
    prometheus::Counter& proof_failures;
};

// A series of value 1 whose label names the server; there is one at a time. Thread-safe.
class ServerInfo {
  public:
    explicit ServerInfo(prometheus::Registry& registry);
    void set(const std::string& name);

  private:
    prometheus::Family<prometheus::Gauge>& family_;
    std::mutex mutex_;
    std::string name_;                      // protected by mutex_
    prometheus::Gauge* current_ = nullptr;  // protected by mutex_
};

struct DatabaseInstruments {
    explicit DatabaseInstruments(prometheus::Registry& registry);
    prometheus::Gauge& up;
    ServerInfo server;
    prometheus::Counter& schema_refreshes;
    prometheus::Gauge& unknown_tables;
    prometheus::Gauge& unknown_columns;
    prometheus::Gauge& missing_rights;
};

struct QueueInstruments {
    explicit QueueInstruments(prometheus::Registry& registry);
    prometheus::Family<prometheus::Gauge>& jobs;
    prometheus::Gauge& ready;
    prometheus::Gauge& waiting;
    prometheus::Gauge& running;
    prometheus::Gauge& settling;
    prometheus::Gauge& parked;
    prometheus::Gauge& oldest_age;
    prometheus::Gauge& file;
    prometheus::Gauge& paused;
};

struct SweepInstruments {
    explicit SweepInstruments(prometheus::Registry& registry);
    LabelledCounters found;
    prometheus::Counter& rows;
    prometheus::Gauge& lag;
    prometheus::Gauge& incremental_time;
    prometheus::Gauge& full_time;
    prometheus::Gauge& webhook_warnings;
    prometheus::Gauge& webhook_queue_rows;
    LabelledCounters reappeared;
    prometheus::Counter& lost_opt_outs;
    prometheus::Counter& leftover_rows;
    prometheus::Counter& leftover_rows_left;
    prometheus::Gauge& missing_contacts;
};

struct AuditInstruments {
    explicit AuditInstruments(prometheus::Registry& registry);
    prometheus::Counter& rows;
    prometheus::Gauge& findings;
    prometheus::Gauge& finished_time;
};

struct SealInstruments {
    explicit SealInstruments(prometheus::Registry& registry);
    prometheus::Gauge& sealed_time;
    prometheus::Counter& rows;
    prometheus::Gauge& findings;
    prometheus::Counter& failures;
    prometheus::Counter& forgotten;
};

// A series for each receiver.
struct NotificationInstruments {
    explicit NotificationInstruments(prometheus::Registry& registry);
    prometheus::Family<prometheus::Counter>& delivered;
    prometheus::Family<prometheus::Counter>& failures;
    prometheus::Family<prometheus::Gauge>& waiting;
    prometheus::Family<prometheus::Gauge>& parked;
    prometheus::Family<prometheus::Gauge>& oldest_age;
};

struct HttpInstruments {
    explicit HttpInstruments(prometheus::Registry& registry);
    prometheus::Counter& connections_accepted;
    prometheus::Counter& connections_refused;
    prometheus::Gauge& connections_open;
    prometheus::Counter& requests;
    LabelledCounters rejected;
};

struct ProcessInstruments {
    explicit ProcessInstruments(prometheus::Registry& registry);
    LabelledCounters config_reloads;
    prometheus::Gauge& config_last_reload_ok;
    prometheus::Gauge& config_last_reload_time;
    prometheus::Counter& scrape_errors;
    prometheus::Family<prometheus::Gauge>& build_info;
    prometheus::Gauge& start_time;
    prometheus::Gauge& resident_memory;
};

struct Instruments {
    prometheus::Registry registry;  // first: it owns what the others refer to
    ReceiverInstruments receiver{registry};
    WorkerInstruments worker{registry};
    DatabaseInstruments database{registry};
    QueueInstruments queue{registry};
    SweepInstruments sweep{registry};
    AuditInstruments audit{registry};
    SealInstruments seal{registry};
    NotificationInstruments notifications{registry};
    HttpInstruments http{registry};
    ProcessInstruments process{registry};
};

}  // namespace gdprd::health
