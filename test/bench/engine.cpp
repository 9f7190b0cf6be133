#include "bench/engine.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "base/error.h"
#include "bench/samples.h"
#include "bench/threads.h"
#include "config/template.h"
#include "mautic/schema.h"
#include "plan/build_plan.h"
#include "worker/batch.h"

namespace gdprd::bench {
namespace {

// What the threads take their batches from.
class SharedList {
  public:
    SharedList(std::span<const ContactId> contacts, std::size_t batch) : contacts_(contacts), batch_(batch) {}

    std::vector<queue::Job> take() {
        const std::size_t from = next_.fetch_add(batch_);
        std::vector<queue::Job> jobs;
        for (std::size_t i = from; i < std::min(from + batch_, contacts_.size()); ++i) {
            queue::Job job;
            job.contact = contacts_[i];
            job.origin = Origin::sweep;
            job.received_at = now();
            jobs.push_back(std::move(job));
        }
        return jobs;
    }

  private:
    std::span<const ContactId> contacts_;
    std::size_t batch_;
    std::atomic<std::size_t> next_{0};
};

// How long each transaction of a worker took.
class Transactions {
  public:
    void begin() { begun_ = std::chrono::steady_clock::now(); }
    void ended() {
        ++count_;
        longest_ms_ = std::max(longest_ms_, milliseconds_since(begun_));
    }
    std::size_t count() const { return count_; }
    double longest_ms() const { return longest_ms_; }

  private:
    std::chrono::steady_clock::time_point begun_;
    std::size_t count_ = 0;
    double longest_ms_ = 0;
};

struct WorkerReport {
    Transactions transactions;
    std::size_t erased = 0;
    std::string why_not;

    void add(const worker::BatchResult& result) {
        for (const queue::Outcome& outcome : result.outcomes) {
            if (outcome.kind == queue::Outcome::Kind::settle) ++erased;
        }
        if (!result.why.empty()) why_not = result.why;
    }
};

EngineReport sum_of(const std::vector<WorkerReport>& reports, std::size_t contacts) {
    EngineReport sum;
    std::size_t erased = 0;
    std::string why_not;
    for (const WorkerReport& report : reports) {
        sum.transactions += report.transactions.count();
        sum.longest_transaction_ms = std::max(sum.longest_transaction_ms, report.transactions.longest_ms());
        erased += report.erased;
        if (!report.why_not.empty()) why_not = report.why_not;
    }
    if (erased == contacts) return sum;
    throw Error("the engine erased " + std::to_string(erased) + " contacts of " + std::to_string(contacts),
                why_not);
}

}  // namespace

std::shared_ptr<const erasure::Rules> rules_for(const test::MauticDatabase& mautic,
                                                const std::string& ledger_database) {
    database::Connection connection(mautic.options());
    policy::HashOptions hash;
    hash.algorithm = policy::Algorithm::sha256;
    auto rules = std::make_shared<erasure::Rules>(
        erasure::Rules{nullptr, policy::Hasher(hash), policy::Triggers{}, ledger_database});
    const auto map = mautic::load_data_map(std::string(GDPRD_SOURCE_DIR) + "/config/contact-data.toml");
    rules->plan = std::make_shared<const plan::Plan>(plan::build_plan(
        map, config::sample_policy(), rules->hasher, mautic::read_schema(connection, mautic.prefix())));
    return rules;
}

Engine::Engine(const test::MauticDatabase& mautic, std::shared_ptr<const erasure::Rules> rules)
    : rules_(std::move(rules)) {
    for (std::size_t i = 0; i < threads; ++i) {
        connections_.push_back(std::make_unique<database::Connection>(mautic.options()));
    }
}

EngineReport Engine::erase(std::span<const ContactId> contacts, std::size_t batch, const EngineHooks& hooks) {
    SharedList list(contacts, batch);
    std::vector<WorkerReport> reports(connections_.size());
    const auto work = [&](database::Connection& connection, WorkerReport& report,
                          const std::stop_token& stop) {
        const database::ThreadScope scope;
        const auto after_chunk = [&] {
            report.transactions.ended();
            if (hooks.after_chunk) hooks.after_chunk(connection);
            report.transactions.begin();
            return true;
        };
        for (auto jobs = list.take(); !jobs.empty() && !stop.stop_requested(); jobs = list.take()) {
            if (hooks.before_batch) hooks.before_batch(connection, jobs.size());
            report.transactions.begin();
            const auto result = worker::Batch(connection, rules_, options_, metrics_, after_chunk).run(jobs);
            report.transactions.ended();
            report.add(result);
            if (hooks.after_batch) hooks.after_batch();
        }
    };
    Threads workers;
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        workers.start([&, i](std::stop_token stop) { work(*connections_[i], reports[i], stop); });
    }
    workers.wait();
    return sum_of(reports, contacts.size());
}

}  // namespace gdprd::bench
