// What the rate of erasing is compared with besides set-based SQL: the loop that a plugin for Mautic would
// be, over one connection. For each contact it loads the row of `leads`, then the rows of each related table,
// changes them one by one as objects, writes each back by its primary key if it differs, and commits.
//
// It is quicker than the real thing: no PHP, no objects, no events, statements prepared once. Like the SQL by
// hand it decides nothing, proves nothing and knows one schema.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "bench/plugin_entities.h"
#include "bench/shared_steps.h"
#include "database/connection.h"
#include "fixture/mautic_database.h"

namespace gdprd::bench {

class PluginLoop {
  public:
    // The ledger must be there.
    PluginLoop(const test::MauticDatabase& mautic, std::string ledger_database);

    void erase(std::span<const ContactId> contacts);

  private:
    // Of a result's columns, by their names: looked up once a table, not once a row.
    using Positions = std::map<std::string, std::size_t>;

    void erase(ContactId contact);
    void save_each(const Entity& entity, const std::string& contact);
    void save(const Entity& entity, const database::Rows& row, const Positions& positions);
    void fail_scheduled_events(const std::string& contact);

    database::Connection connection_;
    std::string ledger_;
    IpAddresses ip_addresses_;
    std::vector<Entity> entities_;
    bool has_events_ = false;
};

}  // namespace gdprd::bench
