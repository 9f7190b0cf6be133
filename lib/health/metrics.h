// What the daemon counts and measures, in Prometheus' text format. The only place with prometheus-cpp, and
// the only place with the names of metrics and labels: callers say what happened.
//
// Every label has a closed set of values, all present from the start at 0; a value outside it is counted as
// "other", so that no caller can make a series out of data. (Receivers of notifications have the names that
// the configuration gives them.) There is no contact id anywhere. Thread-safe. docs/reference/metrics.md
// explains each metric; a test compares the two.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/server.h"

namespace gdprd::health {

using Seconds = std::chrono::duration<double>;

// The queue as it is at one moment.
struct QueueFigures {
    std::int64_t ready = 0;
    std::int64_t waiting = 0;
    std::int64_t running = 0;
    std::int64_t settling = 0;
    std::int64_t parked = 0;
    Seconds oldest_age{0};  // of the oldest request not yet carried out; 0 when there is none
    std::int64_t file_bytes = 0;
    bool paused = false;  // by the circuit breaker of [safety]
};

class Metrics {
  public:
    explicit Metrics(std::string_view version);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // One webhook request and the events in it. `receipt` is webhook::name_of(Receipt).
    void received(std::string_view receipt, std::size_t events);
    // From the moment the handler took a webhook request to its answer, the commit to disk included.
    void acknowledged(Seconds taken);

    // Contacts a pass is through with. `status` is settling, complete, partial, superseded, held or skipped;
    // `origin` is queue::name_of(Origin).
    void erased(std::string_view status, std::string_view origin, std::size_t contacts = 1);
    // Rows changed by one action of the plan: hash, delete, delete_row, empty_array, strip_query, new_random,
    // anonymous_ip, rewrite.
    void rows(std::string_view action, std::uint64_t count);
    // From a webhook's arrival to the commit of that contact's erasure.
    void webhook_to_erased(Seconds taken);
    // A batch failed and is tried again. `error_class` is database::name_of(ErrorClass), "files" or "queue".
    void retry(std::string_view error_class);
    // Jobs given up on; an operator must look.
    void parked(std::size_t contacts = 1);
    // Contacts in whose rows an identifying value was left after the erasure.
    void proof_failed(std::size_t contacts = 1);

    void database_up(bool up);
    // Name and version of the server that a connection was made to.
    void database_server(std::string_view name);
    void schema_refreshed();
    // Tied to contacts, but not in the data map (promise 8).
    void unknown_tables(std::size_t count);
    void unknown_columns(std::size_t count);
    // On Mautic's tables; what is there waits for them.
    void missing_rights(std::size_t count);

    // Contacts that a sweep found and queued. `reason` is reconciliation::name_of(Reason): webhook_lost,
    // filled_again, unfinished.
    void swept(std::string_view reason, std::size_t contacts);
    // One look of the sweep is over: rows read, and the age of the oldest row for which no webhook came.
    // `full`: it was the comparison of everything.
    void sweep_done(bool full, std::uint64_t rows, Seconds lag);
    // What the daemon sees of Mautic's own webhooks that point to it.
    void mautic_webhook(std::size_t warnings, std::uint64_t rows_queued);
    // Erased people who came back as a new contact: reported, do_not_contact, consented.
    void reappeared(std::string_view outcome, std::size_t contacts = 1);
    // Contacts into which one with an opt-out was merged, and which may be written to again.
    void lost_opt_outs(std::size_t contacts);
    // Rows that deleted contacts left behind, pseudonymised; rows that lost their contact and were left,
    // because it is not known whose they are.
    void leftover_rows(std::uint64_t count);
    void leftover_rows_left(std::uint64_t count);
    // Contacts that are gone without a deletion: `leads` was emptied, or is not loaded yet.
    void missing_contacts(std::uint64_t contacts);

    // The audit read these rows.
    void audited(std::uint64_t rows);
    // An audit came to its end: rows, and lines of log files, with an address of somebody erased.
    void audit_done(std::uint64_t findings);

    // All rows were compared with their seals: so many were sealed, and so many are not what they should be.
    void sealed(std::uint64_t rows, std::uint64_t findings);
    void sealed_by_another();  // daemon, a moment ago
    void seal_failed();

    // Of a receiver of notifications, by its name in the configuration: one that it took, an attempt that
    // failed, and what there is for it: waiting, parked, and the age of the oldest erasure that waits. While
    // that is not known those three have no series: 0 would say that all is well.
    void notification_delivered(const std::string& receiver);
    void notification_failed(const std::string& receiver);
    void notifications(const std::string& receiver, std::uint64_t waiting, std::uint64_t parked,
                       Seconds oldest_age);
    void notifications_unknown(const std::string& receiver);
    // Contacts whose hashes went: [retention].
    void forgotten(std::uint64_t contacts);

    void reloaded(bool ok);  // the configuration, at SIGHUP

    void queue(const QueueFigures& figures);
    void http(const http::ServerStatistics& statistics);

    // `hook` runs before every render(), to set what is only worth looking at when somebody asks (queue,
    // sockets). One that throws is counted, and the last known values are shown. A hook must not call
    // render().
    void before_render(std::function<void()> hook);

    // The text of GET /metrics. One at a time.
    std::string render();

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::health
