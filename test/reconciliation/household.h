// Mautic's do-not-contact list, the ledger, a queue and a sweep that a test tells when to look:
//     Household home; home.opt_out(7, 1h); home.run(); CHECK(home.queued() == Ids{7});
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "background/checkpoints.h"
#include "erasure/world.h"
#include "health/metrics.h"
#include "queue/queue.h"
#include "reconciliation/opt_outs.h"
#include "reconciliation/sweep.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

using Ids = std::vector<ContactId>;

inline constexpr const char* lost_webhooks = "sweep_found_total{reason=\"webhook_lost\"}";

class Household {
  public:
    explicit Household(const std::string& prefix = "") : world(prefix) { begin(); }
    Household(const std::string& prefix, const std::string& version) : world(prefix, version, false) {
        begin();
    }

    // A bare contact, its row of the do-not-contact list, or both. `ago` counts from now. Returns the row's
    // id.
    void contact(ContactId id, const std::string& email = "");
    std::uint64_t row(ContactId contact, Milliseconds ago, int reason = 1,
                      const std::string& channel = "email");
    std::uint64_t opt_out(ContactId contact, Milliseconds ago, int reason = 1);
    // So many contacts and rows at once, ids from `first`; a day ago.
    void opt_out_many(ContactId first, std::size_t count);
    // What the ledger says of a contact, as if it was erased with the policy of today.
    void in_ledger(ContactId contact, ledger::Status status, Milliseconds last_pass_ago);

    // Once, and again until the whole list was compared, which is due after a start.
    void run();
    bool is_compared();
    void run_once();  // one turn of the scheduler
    void run_once(database::Connection& connection);

    // Contacts that have a job, in their order.
    Ids queued();
    // Takes all jobs out of the queue, as if the contacts had been skipped.
    void finish_jobs();
    double metric(const std::string& name);  // without the prefix mautic_gdprd_

    // A new process: nothing is remembered but what the databases hold.
    void restart();
    // The ledger was made at the time of the installation, 30 days ago unless a test says otherwise.
    void installed(Milliseconds ago);

    World world;
    background::SweepOptions options;
    Milliseconds pass_overdue{std::chrono::hours{25}};
    queue::QueueOptions queue_options;
    std::unique_ptr<queue::Queue> queue;
    std::unique_ptr<health::Metrics> metrics;
    std::unique_ptr<reconciliation::Sweep> sweep;
    std::stop_source stop;

  private:
    void begin();

    TemporaryDirectory directory_;
    background::Throttle throttle_{{0, 0}};
};

}  // namespace gdprd::test
