// How the worker pool works. See worker/pool.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/clock.h"

namespace gdprd::worker {

struct WorkerOptions {
    std::size_t threads = 2;             // each owns one database connection
    std::size_t batch_max = 200;         // contacts in one transaction when several jobs are ready …
    Milliseconds transaction_time{250};  // … fewer when a transaction takes longer than this
    std::size_t slice_rows = 10'000;     // rows of one contact in one transaction; more are done in several
    int attempts_max = 12;  // failed attempts before a job is parked; connecting in vain does not count
    Milliseconds backoff_first{1'000};  // before the second attempt; doubles each time …
    Milliseconds backoff_max{600'000};  // … up to this; the real pause is a random half to whole of it
    std::vector<Milliseconds> settle{Milliseconds{60'000},
                                     Milliseconds{86'400'000}};  // later passes, from the erasure
    Milliseconds schema_refresh{60'000};  // how often the whole live schema is compared

    bool operator==(const WorkerOptions&) const = default;
};

}  // namespace gdprd::worker
