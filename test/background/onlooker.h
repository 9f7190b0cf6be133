// A Mautic, a ledger and what a look of the scheduler has at hand, for looks that a test takes itself:
//     Onlooker here; orphans::OrphanedRows task(…); here.look(task);
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "background/options.h"
#include "background/task.h"
#include "erasure/world.h"
#include "health/metrics.h"

namespace gdprd::test {

class Onlooker {
  public:
    explicit Onlooker(const std::string& prefix = "");
    Onlooker(const std::string& prefix, const std::string& version);

    // One turn of the scheduler.
    void look_once(background::Task& task) { look_once(task, world.daemon); }
    void look_once(background::Task& task, database::Connection& connection);
    void look_once(background::Task& task, const std::shared_ptr<const erasure::Rules>& rules);
    // Until the task has nothing to do at once.
    void look(background::Task& task);

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
