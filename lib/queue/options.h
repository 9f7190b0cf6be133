// How the queue is kept. See queue/queue.h.
#pragma once

#include <cstdint>
#include <filesystem>

namespace gdprd::queue {

struct QueueOptions {
    std::filesystem::path directory;     // state_dir; queue.db, its WAL and queue.lock live here
    std::int64_t jobs_max = 10'000'000;  // store() refuses beyond this many jobs: a limit on everything
    // Automatic erasures in an hour; more pause the queue until resume(). 0: no limit.
    std::int64_t erasures_per_hour_max = 5'000;
};

}  // namespace gdprd::queue
