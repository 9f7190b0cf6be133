// The durable queue: contacts to be erased, in one SQLite file. The only room with SQLite (by SQLiteCpp).
//
// Durability: when store() returns, the requests survive kill -9 and a power cut (WAL, synchronous=FULL, one
// fsync for all of them together). take() and apply() are visible to other processes at once but are not
// fsynced: losing them in a power cut only repeats work, and every step of the work may run again
// (promise 5). After a plain kill -9 nothing is lost at all.
//
// Threads: all members may be called from any thread. Several processes: one daemon at a time (queue.lock,
// held for the life of a Queue); command-line tools use QueueFile, which needs no lock.
//
// Errors: QueueError for a file that cannot be opened, read or written (disk full included); after an error
// from store(), take() or apply() nothing of that call is stored, and the queue can be used on.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/error.h"
#include "queue/job.h"
#include "queue/options.h"

namespace gdprd::queue {

class QueueError : public Error {
  public:
    using Error::Error;
};

struct QueueStatus {
    std::map<JobState, std::int64_t> jobs;        // every state, 0 included; exact, and cheap at any size
    std::optional<Timestamp> oldest_received_at;  // of pass 0; settling, parked, in grace and on hold aside
    // The circuit breaker holds erasures back; see queue/circuit_breaker.h.
    std::optional<Timestamp> paused_since;
    std::int64_t erased_last_hour = 0;  // as the circuit breaker counts
    std::int64_t held_back = 0;         // jobs that a pause holds back, ready, waiting or running
    std::int64_t file_bytes = 0;        // queue.db and its WAL
    std::int64_t format_version = 0;    // PRAGMA user_version
};

struct JobFilter {
    std::optional<JobState> state;
    std::size_t limit = 100;
};

class Queue {
  public:
    // Creates the directory's file when there is none, migrates an older format, refuses a newer one, makes
    // running jobs ready. Throws QueueError, also when another daemon holds the lock.
    explicit Queue(const QueueOptions& options);
    ~Queue();
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    // One durable transaction for all of them. A contact that has a job keeps that one job; the rules are in
    // queue/transition.h. Throws when there would be more than jobs_max jobs.
    void store(std::span<const Arrival> arrivals);

    // The same, but a contact that has a job, in whatever state, is left alone. Returns how many had none:
    // for the sweep these are the requests that no webhook brought. They are added to `stored`, if given.
    std::size_t store_new(std::span<const Arrival> arrivals, std::vector<ContactId>* stored = nullptr);

    // Up to `max` jobs that are due; they are running from now on. Requests come in the order in which they
    // were received (a retry in the order of its due_at), and every fourth place is offered to a later pass.
    // While erasing is paused (queue/circuit_breaker.h) nothing but later passes and what was asked for by
    // hand is handed out, until QueueFile::resume().
    std::vector<Job> take(std::size_t max, Timestamp now);

    // One transaction for all of them. An outcome for a contact that has no running job is ignored. Throws
    // for an error text that is no code (over 200 bytes, or with an @).
    void apply(std::span<const Outcome> outcomes);

    // May so many erasures that nobody asked for by hand be committed now? Asked before they are; true counts
    // them, in the file. This is where the circuit breaker takes hold: with one more than the limit it is
    // false, and erasing pauses, durably and with a line in the log. False while it is paused, too.
    bool admit(std::size_t erasures, Timestamp at = now());
    // They were not committed after all: takes back what admit() counted at that time.
    void give_back(std::size_t erasures, Timestamp admitted_at);

    // Pauses erasing as the circuit breaker does, because of erasures that are no jobs. Durable. Nothing
    // changes while it is paused.
    void pause(Timestamp at = now());

    // Blocks until a job may be due, at most until `deadline`, or until a stop is requested. Wakes at
    // store(), at the next due time, and once a second to see what other processes stored.
    void wait_for_work(std::stop_token stop, Timestamp deadline);

    QueueStatus status(Timestamp at = now());
    std::vector<Job> list(const JobFilter& filter);
    // Parked jobs become ready with attempts 0: the named ones, or all when the list is empty. The circuit
    // breaker is not for them. Returns how many. Durable.
    std::size_t redrive(std::span<const ContactId> contacts);

    // True when the file can be written just now, which is tried; for readiness.
    bool writable() noexcept;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

// A contact that a command has just erased: its later pass `pass` is due at `due_at`.
struct Settling {
    ContactId contact = 0;
    Timestamp received_at{};
    Timestamp due_at{};
    int pass = 0;
};

// The same file for the commands `queue …` and `erase`, beside a running daemon or without one.
class QueueFile {
  public:
    // Throws QueueError when there is no queue or its format is not this program's.
    explicit QueueFile(const QueueOptions& options);
    ~QueueFile();

    QueueStatus status(Timestamp at = now());
    std::vector<Job> list(const JobFilter& filter);
    std::size_t redrive(std::span<const ContactId> contacts);
    // What `erase` leaves for the daemon to follow up, in one durable transaction. A job that is ready,
    // waiting or running is left alone: it erases and settles by itself.
    void store_settling(std::span<const Settling> contacts);
    void store_settling(ContactId contact, Timestamp received_at, Timestamp due_at, int pass);
    // Ends the circuit breaker's pause: every job that it holds back is let through. Returns how many, or
    // nothing when erasing was not paused. Durable; the daemon goes on within a second.
    std::optional<std::size_t> resume();

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::queue
