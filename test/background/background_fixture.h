// A Mautic, a ledger and what a task of the scheduler is given, for runs that a test makes itself:
//     BackgroundFixture here; orphans::OrphanedRows task(…); here.run(task);
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "background/options.h"
#include "background/task.h"
#include "erasure/world.h"
#include "health/metrics.h"

namespace gdprd::test {

class BackgroundFixture {
  public:
    explicit BackgroundFixture(const std::string& prefix = "");
    BackgroundFixture(const std::string& prefix, const std::string& version);

    // One turn of the scheduler.
    void run_once(background::Task& task) { run_once(task, world.daemon); }
    void run_once(background::Task& task, database::Connection& connection);
    void run_once(background::Task& task, const std::shared_ptr<const erasure::Rules>& rules);
    // Until the task has nothing to do at once.
    void run(background::Task& task);

    double metric(const std::string& name);  // without the prefix mautic_gdprd_
    // The first column of the first row in the ledger's database; "no row", "NULL".
    std::string ledger(const std::string& sql);
    void set_mark(const std::string& name, const std::string& assignment);

    World world;
    background::SweepOptions options;
    health::Metrics metrics{"test"};
    std::stop_source stop;

  private:
    void begin();

    background::Throttle throttle_{{0, 0}};
};

}  // namespace gdprd::test
