#include "worker/session.h"

#include <utility>

#include "base/backoff.h"
#include "base/error.h"
#include "base/random.h"
#include "worker/failure.h"
#include "worker/pause.h"

namespace gdprd::worker {

namespace {

using database::DatabaseError;
using database::ErrorClass;
using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds short_life{2'000};  // of a connection that did not end because it was idle
constexpr Milliseconds blocked_look{1'000};

// The schema has changed, or a right was taken back: rules are made for both.
bool shows_stale_rules(const std::exception& error) {
    const auto* of_database = dynamic_cast<const DatabaseError*>(&error);
    if (of_database == nullptr) return classify(error) == Failure::retry;
    return of_database->error_class() == ErrorClass::schema ||
           of_database->error_class() == ErrorClass::privilege;
}

}  // namespace

Session::Session(const Shared& shared, std::size_t number) : shared_(shared), number_(number) {}

void Session::make_connection() {
    if (connection_) return;
    connection_.emplace(shared_.connection);
    connected_at_ = SteadyClock::now();
    shared_.outage.connected(connection_->server_name());
}

// Reads the schema when it must or when it is time to.
void Session::refresh_rules() {
    const auto rules = shared_.plans.current();
    if (rules != nullptr && !rules_are_stale_ && shared_.plans.age() <= shared_.schema_refresh) return;
    rules_are_stale_ = true;  // whatever the attempt ends in
    shared_.plans.refresh(*connection_, rules);
    rules_are_stale_ = false;
    went_away_before_ = false;
}

void Session::open() {
    make_connection();
    refresh_rules();
}

bool Session::connect(const std::stop_token& stop) {
    if (!shared_.outage.may_work(stop, number_)) return false;
    try {
        make_connection();
        return true;
    } catch (const std::exception& error) {
        failed(error);
        return false;
    }
}

bool Session::ready(const std::stop_token& stop) {
    if (!connect(stop)) return false;
    try {
        refresh_rules();
    } catch (const DatabaseError& error) {
        failed(error);
        return false;
    } catch (const std::exception& error) {
        // Where there are none by now the observer of the plan cache has been told why.
        if (rules() != nullptr) {
            failed(error);
            return false;
        }
    }
    const auto found = rules();
    const bool blocked = found == nullptr || found->is_stopped();
    if (blocked) pause(stop, blocked_look);
    return !blocked;
}

void Session::attempt(const Retries& retries, const std::function<void()>& work) {
    for (int attempts = 1;; ++attempts) {
        try {
            open();
            return work();
        } catch (const Error& error) {
            failed(error);
            if (classify(error) == Failure::permanent || attempts == retries.attempts_max) throw;
        }
        pause({}, backoff(attempts, retries.backoff_first, retries.backoff_max, random_fraction()));
    }
}

void Session::failed(const std::exception& error) {
    const bool permanent = classify(error) == Failure::permanent;
    if (!connection_) return shared_.outage.failed(Outage::Kind::unreachable, reason_of(error), permanent);
    if (shows_stale_rules(error)) rules_are_stale_ = true;
    const auto* of_database = dynamic_cast<const DatabaseError*>(&error);
    const bool broke = of_database != nullptr && went_away(*of_database);
    lost(Outage::Kind::refused, reason_of(error), broke, permanent);
}

// A server closes connections that were idle. That is no outage, unless it happens again at once.
void Session::lost(Outage::Kind kind, const std::string& why, bool went_away, bool permanent) {
    connection_.reset();
    if (went_away && !std::exchange(went_away_before_, true)) return;
    shared_.outage.failed(kind, why, permanent);
}

void Session::worked() {
    went_away_before_ = false;
    shared_.outage.worked();
}

// A batch that had nothing to write says next to nothing.
void Session::conclude(const BatchResult& result, const std::shared_ptr<const erasure::Rules>& rules) {
    if (result.is_through()) {
        worked();
    } else if (!result.connection_lost && !result.schema_is_stale) {
        went_away_before_ = false;
    }
    const bool lived = SteadyClock::now() - connected_at_ > short_life;
    if (result.not_begun && lived) went_away_before_ = false;
    const auto kind = result.refused_all ? Outage::Kind::refused_all : Outage::Kind::refused;
    if (result.connection_lost) lost(kind, result.why, result.went_away, false);
    if (!result.schema_is_stale) return;
    rules_are_stale_ = true;
    // By the same rules as last time: reading the schema again did not help.
    if (std::exchange(stale_rules_, rules) == rules && !result.is_through()) {
        shared_.outage.failed(Outage::Kind::stale, result.why);
    }
}

void Session::try_a_change() {
    const auto found = rules();
    if (found == nullptr) return;
    try {
        worker::try_a_change(*connection_, *found);
        worked();
    } catch (const DatabaseError& error) {
        failed(error);
    }
}

}  // namespace gdprd::worker
