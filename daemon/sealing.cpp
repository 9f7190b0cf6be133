#include "daemon/sealing.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "base/log.h"

namespace gdprd::daemon {

namespace {

// A server that hangs is not waited for as long as otherwise.
constexpr Milliseconds statement_time_at_stop{5'000};
constexpr Milliseconds lock_wait_at_stop{2'000};

// A stop, or the end of the time for it, between two pages.
struct Interrupted : std::exception {};

}  // namespace

void tell_seal(const seal::Seal& seal) {
    log::info("ledger sealed", {{"number", seal.number}, {"rows", seal.rows}, {"seal", seal.line()}});
}

seal::RowSealOptions row_seal_options(const config::Config& config) {
    seal::RowSealOptions options;
    options.ledger_database = config.ledger.database;
    if (!config.seal.key.empty()) options.key.emplace(config.seal.key);
    return options;
}

seal::SealerOptions sealer_options(const config::Config& config) {
    return {config.ledger.database, SigningKey(config.seal.key), config.seal.file};
}

Sealing::Sealing(const config::Config& config, health::Metrics& metrics)
    : options_(sealer_options(config)), every_(config.seal.every), metrics_(metrics) {}

Milliseconds Sealing::period() const { return sealer_ ? Milliseconds{0} : every_; }

// With this key: a new one is to sign soon. The first run of a process looks for itself what was forged.
bool Sealing::is_sealed_by_another(const background::Run& run) const {
    if (!has_sealed_) return false;
    const auto last = seal::Store(run.connection, options_.ledger_database).last();
    return last && seal::is_whole_and_recent(*last, options_.key.public_key(), now(), every_ / 2);
}

void Sealing::run(const background::Run& run) {
    if (!sealer_) {
        if (is_sealed_by_another(run)) return metrics_.sealed_by_another();
        sealer_ = std::make_unique<seal::Sealer>(options_, tell_seal);
    }
    try {
        go_on(run);
    } catch (const Interrupted&) {
        sealer_.reset();
    } catch (const std::exception&) {
        sealer_.reset();
        metrics_.seal_failed();
        throw;
    }
}

// Waited for a busy server before a turn, and not in its transaction: it would keep old versions of all rows
// for as long.
void Sealing::go_on(const background::Run& run) {
    run.throttle.wait(run.connection, run.stop);
    const bool more = sealer_->next(run.connection, [&] {
        if (run.stop.stop_requested()) throw Interrupted();
    });
    if (more) return;
    finish(sealer_->run());
    sealer_.reset();
}

void Sealing::finish(const seal::SealRun& run) {
    has_sealed_ = true;
    metrics_.sealed(run.sealed, run.findings);
    if (run.findings > 0 && run.findings != told_) {
        log::error(
            "rows of the ledger are not what was sealed, and the program has not changed them: run "
            "`mautic-gdprd ledger verify`",
            {{"rows", run.findings}});
    }
    told_ = run.findings;
}

void seal_at_stop(const config::Config& config, Milliseconds limit) {
    if (config.seal.key.empty()) return;
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + limit;
    try {
        database::ConnectionOptions options = config.database;
        options.read_timeout = std::min(options.read_timeout, statement_time_at_stop);
        options.lock_wait_timeout = std::min(options.lock_wait_timeout, lock_wait_at_stop);
        database::Connection connection(options);
        seal::Sealer sealer(sealer_options(config), tell_seal);
        const auto watch = [&] {
            if (Clock::now() > end) throw Interrupted();
        };
        while (sealer.next(connection, watch)) continue;
    } catch (const Interrupted&) {
        log::warning("no time to seal the ledger before the stop; the next start does");
    } catch (const std::exception& error) {
        log::warning("the ledger was not sealed at the stop; the next start does",
                     {{"why", describe(error)}});
    }
}

}  // namespace gdprd::daemon
