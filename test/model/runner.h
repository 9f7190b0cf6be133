// Plays a history on a real database with the real worker, and tells what became of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "erasure/world.h"
#include "health/metrics.h"
#include "model/history.h"
#include "model/judge.h"
#include "support/temporary_directory.h"
#include "worker/batch.h"

namespace gdprd::test::model {

class Runner {
  public:
    Runner();

    // Plays it to its end and judges it: everything that is not as it should be, in words.
    std::vector<std::string> troubles_of(const History& history);
    // The same without a word on right and wrong.
    Story play(const History& history);

  private:
    class Play;  // of one history

    TemporaryDirectory directory_;
    World world_;
    health::Metrics metrics_{"test"};
    std::vector<std::string> troubles_;  // of the last play
};

}  // namespace gdprd::test::model
