// What the baselines have in common: both leave a record in the ledger, and remove IP addresses that nobody
// has any more.
#pragma once

#include <string>
#include <vector>

#include "database/connection.h"
#include "fixture/mautic_database.h"

namespace gdprd::bench {

// `contacts`, here and below: their ids as a list in SQL, "1,2,3". Their addresses are hashed already.
void record_erasures(database::Connection& connection, const std::string& ledger_database,
                     const std::string& contacts);

class IpAddresses {
  public:
    explicit IpAddresses(const test::MauticDatabase& mautic);

    // Ids of those that the contacts' rows name, as such a list.
    std::string of(database::Connection& connection, const std::string& contacts) const;
    void delete_unused(database::Connection& connection, const std::string& ids) const;

  private:
    std::vector<std::string> tables_;
};

}  // namespace gdprd::bench
