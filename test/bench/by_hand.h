// What the rate of erasing is compared with: the same changes, written by hand for the tables that
// large_mautic.h fills, as set-based SQL over one connection, one transaction a batch.
//
// It does less: it decides nothing, proves nothing, counts nothing by contact, and knows one schema.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "bench/shared_steps.h"
#include "database/connection.h"
#include "fixture/mautic_database.h"

namespace gdprd::bench {

class ByHand {
  public:
    static constexpr std::size_t batch = 200;

    // The ledger must be there.
    ByHand(const test::MauticDatabase& mautic, std::string ledger_database);

    void erase(std::span<const ContactId> contacts);

  private:
    struct TableChange {
        std::string table;
        std::string sql;  // {ids}: the contacts of the batch
    };

    void erase_batch(std::span<const ContactId> contacts);
    std::vector<TableChange> changes() const;

    database::Connection connection_;
    std::string ledger_;
    std::vector<TableChange> changes_;
    IpAddresses ip_addresses_;
};

}  // namespace gdprd::bench
