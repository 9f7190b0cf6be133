// Keeps the rules all workers erase by, and makes them anew when the schema or the configuration changes:
// never work on a stale plan (design: schema and plan are built at start and again when the schema changes).
//
// Thread-safe. Rules are immutable; whoever holds the old ones finishes its batch with them.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "database/connection.h"
#include "erasure/eraser.h"
#include "mautic/schema.h"

namespace gdprd::worker {

class PlanCache {
  public:
    // Makes rules for a schema; throws ConfigurationError when the policy does not fit it.
    using Build = std::function<std::shared_ptr<const erasure::Rules>(const mautic::Schema&)>;
    // Called after each attempt to make rules, with the new ones, or with none and why they could not be
    // made.
    using Observe =
        std::function<void(const std::shared_ptr<const erasure::Rules>&, const std::string& problem)>;

    // `creates_ledger`: false for a command that must change nothing.
    PlanCache(std::string table_prefix, Build build, Observe observe, bool creates_ledger = true);

    // The rules of today; none before the first successful refresh(), or when the policy does not fit the
    // schema.
    std::shared_ptr<const erasure::Rules> current() const;

    // Reads the live schema, tries the rights of the account, makes sure the ledger exists and makes new
    // rules if the schema or the rights changed since `seen` was made (or if there are none). Several workers
    // that ask at once wait for one reading. Throws DatabaseError; and ConfigurationError when the policy
    // does not fit or the schema is none of Mautic's, after which current() is none: erasing by a plan for a
    // schema that is gone would be worse than waiting. The same where the ledger cannot be used
    // (ledger/ledger.h, ledger/owner.h).
    std::shared_ptr<const erasure::Rules> refresh(database::Connection& connection,
                                                  const std::shared_ptr<const erasure::Rules>& seen);

    // A new configuration: rules are made from the last schema read. Throws ConfigurationError, and nothing
    // changes then.
    void replace_configuration(Build build);

    // How long ago the schema was read; for the periodic look at it. Very long when it never was.
    Milliseconds age() const;

  private:
    mautic::Schema read(database::Connection& connection);
    // Makes it where that is allowed, before anybody gets rules for it.
    void mind_ledger(database::Connection& connection, const std::string& database, bool is_open);
    void remember_holds(database::Connection& connection, const erasure::Rules& rules);
    // Whole rules for the schema, whatever the rights. mutex_ is held.
    std::shared_ptr<const erasure::Rules> make_whole(const mautic::Schema& schema);
    void reduce_and_report();

    const std::string table_prefix_;
    const Observe observe_;
    const bool creates_ledger_;
    std::mutex reading_;  // held while the schema is read; taken before mutex_
    mutable std::mutex mutex_;
    // Protected by mutex_.
    Build build_;
    int configuration_ = 0;                 // how many there were before it
    std::optional<mautic::Schema> schema_;  // that rules_ were made from; or which the policy does not fit
    std::shared_ptr<const erasure::Rules> whole_;  // what rules_ would be with all rights
    std::vector<plan::MissingRight> missing_;
    std::shared_ptr<const erasure::Rules> rules_;
    Timestamp read_at_{};
};

}  // namespace gdprd::worker
