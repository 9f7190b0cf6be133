// A queue in a directory of its own and a small language to talk to it:
//     Shelf shelf; shelf.store({7, 8}); CHECK(shelf.take() == ids{7, 8}); shelf.finish(7);
// Time stands still unless a test moves it: shelf.at(5) is five seconds after the beginning.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "queue/queue.h"

namespace gdprd::queue::test {

using ids = std::vector<ContactId>;

class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// `seconds` after the beginning of the time of these tests.
Timestamp second(std::int64_t seconds);

// Both ends included.
ids range(ContactId from, ContactId to);

// 0: no limit, as a Shelf has it that was not told otherwise.
QueueOptions limit(std::int64_t erasures_per_hour_max);

class Shelf {
  public:
    Shelf();
    explicit Shelf(const QueueOptions& options);

    void store(const ids& contacts, Origin origin = Origin::webhook);
    std::size_t store_new(const ids& contacts);  // as the sweep does
    ids take(std::size_t max = 100);

    void apply(Outcome outcome);  // with the revision as it was taken
    void finish(ContactId contact);
    void release(ContactId contact);
    void settle(ContactId contact, std::int64_t due_second, int pass);
    void erase(ContactId contact, std::int64_t due_second = 1'000'000);  // done, and a later pass is due then
    void wait(ContactId contact, std::int64_t due_second, int attempts,
              const std::string& error = "conflict 1213");
    void park(ContactId contact, int attempts = 12, const std::string& error = "schema 1146");

    void at(std::int64_t seconds) { now_ = second(seconds); }
    Timestamp now() const { return now_; }
    void reopen();
    void close() { queue_.reset(); }

    std::optional<Job> job(ContactId contact);
    std::string state(ContactId contact);  // "none" without a job
    // Takes up to `max` and erases them one by one, as far as the circuit breaker lets them; returns which.
    ids erase_next(std::size_t max = 100);
    bool admit(std::size_t erasures = 1) { return queue().admit(erasures, now_); }
    bool paused() { return status().paused_since.has_value(); }
    std::optional<std::size_t> resume() { return QueueFile(options_).resume(); }  // as another process does

    QueueStatus status() { return queue().status(now_); }
    std::int64_t count(JobState state) { return status().jobs.at(state); }

    Queue& queue() { return *queue_; }
    const QueueOptions& options() const { return options_; }
    std::filesystem::path file() const { return options_.directory / "queue.db"; }

  private:
    std::vector<Arrival> arrivals(const ids& contacts, Origin origin) const;

    TemporaryDirectory directory_;
    QueueOptions options_;
    std::unique_ptr<Queue> queue_;
    Timestamp now_ = second(0);
    std::map<ContactId, std::int64_t> revisions_;  // as taken
};

// The file as another program sees it, after the queue was closed.
std::string ask_sqlite(const std::filesystem::path& file, const std::string& query);
void tell_sqlite(const std::filesystem::path& file, const std::string& script);

std::string content_of(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& content);

// The message and advice of the QueueError that `body` throws; "" when it throws none.
template <class Body>
std::string queue_error_of(Body&& body) {
    try {
        body();
    } catch (const QueueError& error) {
        return describe(error);
    }
    return {};
}

}  // namespace gdprd::queue::test
