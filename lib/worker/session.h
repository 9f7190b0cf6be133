// What one thread needs to work on Mautic's database: a connection and the rules of today
// (worker/plan_cache.h).
//
// Connects, reads the rules when that is due, and knows what an error means: for the connection, for the
// rules, and for the outage that the thread shares with others (worker/outage.h). Used by the workers, by the
// background scheduler and by commands. Threads: one, which holds a database::ThreadScope.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "database/connection.h"
#include "erasure/eraser.h"
#include "worker/batch.h"
#include "worker/outage.h"
#include "worker/plan_cache.h"

namespace gdprd::worker {

// How often something is tried for which somebody waits, and with which pauses (base/backoff.h).
struct Retries {
    int attempts_max = 1;
    Milliseconds backoff_first{0};
    Milliseconds backoff_max{0};
};

class Session {
  public:
    // What it names outlives the sessions.
    struct Shared {
        const database::ConnectionOptions& connection;
        PlanCache& plans;
        Outage& outage;
        Milliseconds schema_refresh;  // how often the whole live schema is compared
    };

    // `number` is another one for each session of an outage.
    explicit Session(const Shared& shared, std::size_t number = 0);

    // For threads that go on whatever happens. False when work cannot begin now, after a pause of a second at
    // most; the outage, or the plan cache's observer, has been told why. connect() leaves the rules to
    // others.
    bool ready(const std::stop_token& stop);
    bool connect(const std::stop_token& stop);

    // For a command. Connects and reads the rules; throws DatabaseError and ConfigurationError.
    void open();
    // Opens the session and does `work`, again after what passes by itself. Throws what the last attempt
    // threw.
    void attempt(const Retries& retries, const std::function<void()>& work);

    // There is one after open(), ready() and connect(), until something fails.
    database::Connection& connection() { return *connection_; }
    // None when the policy does not fit the schema by now.
    std::shared_ptr<const erasure::Rules> rules() const { return shared_.plans.current(); }
    Outage& outage() const { return shared_.outage; }

    // What goes wrong over the connection costs a new one, and is an outage unless it had just been idle.
    void failed(const std::exception& error);
    void close() { connection_.reset(); }
    // What a batch says about the database itself. `rules` are those it was run by.
    void conclude(const BatchResult& result, const std::shared_ptr<const erasure::Rules>& rules);
    // During an outage, when there is nothing to erase that would show whether the server takes changes
    // again.
    void try_a_change();

  private:
    void make_connection();
    void refresh_rules();
    void lost(Outage::Kind kind, const std::string& why, bool went_away, bool permanent);
    void worked();

    const Shared shared_;
    const std::size_t number_;
    std::optional<database::Connection> connection_;
    std::chrono::steady_clock::time_point connected_at_{};
    bool went_away_before_ = false;  // the last thing a connection did was to break
    bool rules_are_stale_ = false;
    std::shared_ptr<const erasure::Rules> stale_rules_;  // those that did not fit the tables the last time
};

}  // namespace gdprd::worker
