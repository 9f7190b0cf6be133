// Can the daemon do its work just now? What GET /readyz answers: every part with a yes or no, why, and since
// when.
//
// "Not ready" is not "broken": webhooks are still taken while the database is down. Details are sentences
// with codes, counts and names of tables or options; never a contact's data. Thread-safe.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"

namespace gdprd::health {

enum class Component {
    database,  // a worker can connect and log in
    schema,    // the live schema was read and a plan made from it
    queue,     // the queue's file can be written
    backlog,   // no due job waits longer than health.backlog_age_max
    policy,    // nothing the policy says must stop erasures, such as an unknown column under unknown = "stop"
    safety,    // the circuit breaker of [safety] has not paused erasing
};
const char* name_of(Component component);

struct Verdict {
    bool ok = false;
    std::string detail;  // one sentence or a code; may be empty when ok
};

class Readiness {
  public:
    // Nothing is ready until it was reported ready.
    explicit Readiness(Timestamp started = now());

    // Reports one component. `at` becomes its "since" when the answer changed between yes and no.
    void set(Component component, bool ok, std::string detail, Timestamp at = now());

    // From now on `check` is asked for every answer: for what is cheap to look at and stale at once (queue,
    // backlog). A check that throws makes the component not ready. Call before the first answer().
    void check(Component component, std::function<Verdict()> check);

    // What works and needs a person all the same, e.g. Mautic's webhook was switched off: sentences that
    // replace those of the same source. They are told in every answer and never make it "not ready".
    void set_warnings(const std::string& source, std::vector<std::string> warnings);

    // Name and version of the database server, once a connection was made; told in every answer.
    void set_database_server(std::string name);

    struct Answer {
        int status = 503;  // 200 when everything is ready
        std::string
            json;  // {"ready":false,"components":{"database":{"ready":false,"detail":"…","since":"…"},…},
                   //  "database_server":"MariaDB 10.11.19-…","warnings":["webhook: …"]}
    };
    // Asks the checks, then says how things stand.
    Answer answer(Timestamp at = now());

    // As last reported, without asking the checks.
    bool ready() const;

  private:
    struct State {
        Verdict verdict{false, "not reported yet"};
        Timestamp since{};
        std::function<Verdict()> check;
    };
    static constexpr std::size_t components = 6;

    void ask_checks(Timestamp at);
    State& state_of(Component component) { return states_[static_cast<std::size_t>(component)]; }

    mutable std::mutex mutex_;
    std::array<State, components> states_;  // by Component; protected by mutex_, except the checks
    std::map<std::string, std::vector<std::string>> warnings_;  // by source; protected by mutex_
    std::string database_server_;                               // protected by mutex_
};

}  // namespace gdprd::health
