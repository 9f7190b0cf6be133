// The erasing engine as the workers use it, without the queue in front: a list of contacts shared by threads
// with a connection each, worked off in batches.
#pragma once

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

class Engine {
  public:
    static constexpr std::size_t threads = 2;

    Engine(const test::MauticDatabase& mautic, std::shared_ptr<const erasure::Rules> rules);

    // Throws Error when a contact was not erased.
    void erase(std::span<const ContactId> contacts, std::size_t batch);

  private:
    std::shared_ptr<const erasure::Rules> rules_;
    worker::WorkerOptions options_;
    health::Metrics metrics_{"bench"};
    std::vector<std::unique_ptr<database::Connection>> connections_;
};

}  // namespace gdprd::bench
