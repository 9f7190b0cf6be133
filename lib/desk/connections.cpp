#include "desk/connections.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace gdprd::desk {

namespace {

// After such a time of rest it is asked whether it still lives: servers close what is idle.
constexpr std::chrono::seconds rest{5};

}  // namespace

struct Connections::OfThreads {
    struct Own {
        std::unique_ptr<database::Connection> connection;
        std::chrono::steady_clock::time_point used_at;
    };
    // The entry of a thread is touched by that thread only; the map by all of them.
    Own& mine() {
        thread_local const database::ThreadScope scope;
        const std::lock_guard lock(mutex);
        return all[std::this_thread::get_id()];
    }

    std::mutex mutex;
    std::map<std::thread::id, Own> all;
};

Connections::Connections(database::ConnectionOptions options)
    : options_(std::move(options)), of_threads_(std::make_unique<OfThreads>()) {}

Connections::~Connections() = default;

database::Connection& Connections::mine() {
    OfThreads::Own& own = of_threads_->mine();
    const auto now = std::chrono::steady_clock::now();
    if (own.connection && now - own.used_at > rest) {
        try {
            own.connection->select("SELECT 1", {}, "desk: is the connection alive");
        } catch (const database::DatabaseError&) {
            own.connection.reset();
        }
    }
    if (!own.connection) own.connection = std::make_unique<database::Connection>(options_);
    own.used_at = now;
    return *own.connection;
}

void Connections::drop_mine() { of_threads_->mine().connection.reset(); }

std::unique_ptr<database::Connection> Connections::separate(Milliseconds read_timeout) const {
    database::ConnectionOptions options = options_;
    options.read_timeout = std::max(options.read_timeout, read_timeout);
    return std::make_unique<database::Connection>(options);
}

}  // namespace gdprd::desk
