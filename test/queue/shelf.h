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

class Shelf {
  public:
    Shelf();
    explicit Shelf(const QueueOptions& options);

    void store(const ids& contacts, Origin origin = Origin::webhook);
    std::size_t store_new(const ids& contacts);  // as the sweep does
    ids take(std::size_t max = 100);

    void finish(ContactId contact);
    void release(ContactId contact);
    void settle(ContactId contact, std::int64_t due_second, int pass);
    void wait(ContactId contact, std::int64_t due_second, int attempts,
              const std::string& error = "conflict 1213");
    void park(ContactId contact, int attempts = 12, const std::string& error = "schema 1146");

    void at(std::int64_t seconds) { now_ = second(seconds); }
    Timestamp now() const { return now_; }
    void reopen();
    void close() { queue_.reset(); }

    std::optional<Job> job(ContactId contact);
    std::string state(ContactId contact);  // "none" without a job
    std::int64_t count(JobState state) { return queue().status().jobs.at(state); }

    Queue& queue() { return *queue_; }
    const QueueOptions& options() const { return options_; }
    std::filesystem::path file() const { return options_.directory / "queue.db"; }

  private:
    std::vector<Arrival> arrivals(const ids& contacts, Origin origin) const;
    void apply(Outcome outcome);

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
