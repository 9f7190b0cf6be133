#include "worker/rules_keeper.h"

#include "erasure/ledger.h"

namespace gdprd::worker {

RulesKeeper::RulesKeeper(std::string table_prefix, Build build, Observe observe)
    : table_prefix_(std::move(table_prefix)), observe_(std::move(observe)), build_(std::move(build)) {}

std::shared_ptr<const erasure::Rules> RulesKeeper::current() const {
    const std::lock_guard lock(mutex_);
    return rules_;
}

Milliseconds RulesKeeper::age() const {
    const std::lock_guard lock(mutex_);
    return now() - read_at_;
}

std::shared_ptr<const erasure::Rules> RulesKeeper::refresh(
    database::Connection& connection, const std::shared_ptr<const erasure::Rules>& seen) {
    const std::lock_guard reading(reading_);
    {
        const std::lock_guard lock(mutex_);
        if (rules_ != nullptr && rules_ != seen && has_ledger_)
            return rules_;  // somebody else has just read it
    }
    mautic::Schema schema = read(connection);
    const std::lock_guard lock(mutex_);
    read_at_ = now();
    const bool unchanged = rules_ != nullptr && schema_ && schema_->digest == schema.digest;
    schema_ = std::move(schema);
    if (!unchanged) take_over(*schema_);
    if (!has_ledger_) erasure::Ledger(connection, rules_->ledger_database).create();
    has_ledger_ = true;
    return rules_;
}

mautic::Schema RulesKeeper::read(database::Connection& connection) {
    try {
        return mautic::read_schema(connection, table_prefix_);
    } catch (const ConfigurationError& error) {
        const std::lock_guard lock(mutex_);
        rules_ = nullptr;
        observe_(nullptr, describe(error));
        throw;
    }
}

void RulesKeeper::take_over(const mautic::Schema& schema) {
    has_ledger_ = false;
    try {
        rules_ = build_(schema);
    } catch (const ConfigurationError& error) {
        rules_ = nullptr;
        observe_(nullptr, describe(error));
        throw;
    }
    observe_(rules_, {});
}

void RulesKeeper::replace_configuration(Build build) {
    const std::lock_guard lock(mutex_);
    if (schema_) {
        auto rules = build(*schema_);
        rules_ = std::move(rules);
        observe_(rules_, {});
    }
    build_ = std::move(build);
}

}  // namespace gdprd::worker
