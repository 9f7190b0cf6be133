#include "worker/pause.h"

#include <condition_variable>
#include <mutex>

namespace gdprd::worker {

void pause(const std::stop_token& stop, Milliseconds duration) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace gdprd::worker
