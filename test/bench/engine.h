// The erasing engine as the workers use it, without the queue in front: a list of contacts shared by threads
// with a connection each, worked off in batches.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"
#include "erasure/eraser.h"
#include "fixture/mautic_database.h"
#include "health/metrics.h"
#include "worker/options.h"

namespace gdprd::bench {

// Hashes are SHA-256 without a key, which SQL can make too; otherwise as the sample configuration has it.
std::shared_ptr<const erasure::Rules> rules_for(const test::MauticDatabase& mautic,
                                                const std::string& ledger_database);

// What else happens while the engine erases; each may be empty. Called by every worker, on its thread,
// outside transactions.
struct EngineHooks {
    // Before each batch: the place of whatever paces an erasure.
    std::function<void(database::Connection& connection, std::size_t contacts)> before_batch;
    // When the batch is through.
    std::function<void()> after_batch;
    // After each transaction of a contact with more rows than one transaction changes, but the last.
    std::function<void(database::Connection& connection)> after_chunk;
};

struct EngineReport {
    std::size_t transactions = 0;
    // From the moment the worker began it, or had committed the one before.
    double longest_transaction_ms = 0;
};

class Engine {
  public:
    static constexpr std::size_t threads = worker::WorkerOptions{}.threads;
    static constexpr std::size_t batch_max = worker::WorkerOptions{}.batch_max;

    Engine(const test::MauticDatabase& mautic, std::shared_ptr<const erasure::Rules> rules);

    // Throws Error when a contact was not erased, and what a hook throws.
    EngineReport erase(std::span<const ContactId> contacts, std::size_t batch, const EngineHooks& hooks = {});

  private:
    std::shared_ptr<const erasure::Rules> rules_;
    worker::WorkerOptions options_;
    health::Metrics metrics_{"bench"};
    std::vector<std::unique_ptr<database::Connection>> connections_;
};

}  // namespace gdprd::bench
