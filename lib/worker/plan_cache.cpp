#include "worker/plan_cache.h"

#include "ledger/owner.h"
#include "rights/rights.h"
#include "subjects/hold_finder.h"

namespace gdprd::worker {

PlanCache::PlanCache(std::string table_prefix, Build build, Observe observe, bool creates_ledger)
    : table_prefix_(std::move(table_prefix)),
      observe_(std::move(observe)),
      creates_ledger_(creates_ledger),
      build_(std::move(build)) {}

std::shared_ptr<const erasure::Rules> PlanCache::current() const {
    const std::lock_guard lock(mutex_);
    return rules_;
}

Milliseconds PlanCache::age() const {
    const std::lock_guard lock(mutex_);
    return now() - read_at_;
}

std::shared_ptr<const erasure::Rules> PlanCache::refresh(database::Connection& connection,
                                                         const std::shared_ptr<const erasure::Rules>& seen) {
    const std::lock_guard reading(reading_);
    {
        const std::lock_guard lock(mutex_);
        if (rules_ != nullptr && rules_ != seen) return rules_;  // somebody else has just read it
    }
    mautic::Schema schema = read(connection);
    std::shared_ptr<const erasure::Rules> whole;
    bool unchanged = false;
    int configuration = 0;
    {
        const std::lock_guard lock(mutex_);
        unchanged = rules_ != nullptr && schema_ && schema_->digest == schema.digest;
        whole = unchanged ? whole_ : make_whole(schema);
        configuration = configuration_;
    }
    const auto missing = rights::find_missing_rights(connection, *whole);
    mind_ledger(connection, whole->ledger_database, unchanged);
    remember_holds(connection, *whole);
    // All in one step, after all that may fail: the schema that is kept is the one of the rules in use, or a
    // change of it would be seen once and never again.
    const std::lock_guard lock(mutex_);
    if (!unchanged) whole_ = configuration == configuration_ ? std::move(whole) : make_whole(schema);
    schema_ = std::move(schema);
    read_at_ = now();
    const bool same_rights = !missing || *missing == missing_;
    if (missing) missing_ = *missing;
    if (!unchanged || !same_rights) reduce_and_report();
    return rules_;
}

// Best effort: what holds somebody is remembered by the erasing transaction in any case, and where this
// fails for another reason than the connection, erasures fail too and tell it.
void PlanCache::remember_holds(database::Connection& connection, const erasure::Rules& rules) {
    try {
        subjects::HoldFinder(connection, *rules.plan, rules.holds, rules.ledger_database).remember_named();
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) throw;
    }
}

// Somebody may have another Mautic adopt it at any time.
void PlanCache::mind_ledger(database::Connection& connection, const std::string& database, bool is_open) {
    try {
        if (creates_ledger_ && !is_open) {
            ledger::open_ledger(connection, database, table_prefix_);
        } else {
            ledger::require_owner(connection, database, table_prefix_);
        }
    } catch (const ConfigurationError& error) {
        const std::lock_guard lock(mutex_);
        rules_ = nullptr;
        observe_(nullptr, describe(error));
        throw;
    }
}

mautic::Schema PlanCache::read(database::Connection& connection) {
    try {
        return mautic::read_schema(connection, table_prefix_);
    } catch (const ConfigurationError& error) {
        const std::lock_guard lock(mutex_);
        rules_ = nullptr;
        observe_(nullptr, describe(error));
        throw;
    }
}

std::shared_ptr<const erasure::Rules> PlanCache::make_whole(const mautic::Schema& schema) {
    try {
        return build_(schema);
    } catch (const ConfigurationError& error) {
        schema_ = schema;  // what another configuration has to fit
        read_at_ = now();
        rules_ = nullptr;
        observe_(nullptr, describe(error));
        throw;
    }
}

void PlanCache::reduce_and_report() {
    rules_ = whole_;
    if (!missing_.empty()) {
        auto reduced = std::make_shared<erasure::Rules>(*whole_);
        reduced->plan = std::make_shared<const plan::Plan>(rights::without_rights(*whole_->plan, missing_));
        rules_ = std::move(reduced);
    }
    observe_(rules_, {});
}

void PlanCache::replace_configuration(Build build) {
    const std::lock_guard lock(mutex_);
    if (schema_) {
        whole_ = build(*schema_);
        reduce_and_report();
    }
    build_ = std::move(build);
    ++configuration_;
}

}  // namespace gdprd::worker
