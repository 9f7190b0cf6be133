#include "bench/engine.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/error.h"
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

void Engine::erase(std::span<const ContactId> contacts, std::size_t batch) {
    SharedList list(contacts, batch);
    std::atomic<std::size_t> erased{0};
    const auto work = [&](database::Connection& connection) {
        const database::ThreadScope scope;
        for (auto jobs = list.take(); !jobs.empty(); jobs = list.take()) {
            const auto result = worker::Batch(connection, rules_, options_, metrics_).run(jobs);
            for (const queue::Outcome& outcome : result.outcomes) {
                if (outcome.kind == queue::Outcome::Kind::settle) ++erased;
            }
        }
    };
    {
        std::vector<std::jthread> workers;
        for (const auto& connection : connections_) {
            workers.emplace_back([&work, &connection] { work(*connection); });
        }
    }
    if (erased != contacts.size()) {
        throw Error("the engine erased " + std::to_string(erased) + " contacts of " +
                    std::to_string(contacts.size()));
    }
}

}  // namespace gdprd::bench
