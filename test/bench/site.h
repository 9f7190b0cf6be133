// A database of some years with the erasing sides on it, and contacts that nobody has used yet.
#pragma once

#include <cstdint>
#include <string>

#include "bench/engine.h"
#include "bench/large_mautic.h"
#include "bench/report.h"
#include "fixture/mautic_database.h"
#include "support/private_server.h"

namespace gdprd::bench {

class Site {
  public:
    Site(test::PrivateServer& server, const std::string& name, Report& report);

    // Contacts with their history, all of them unsubscribed.
    void grow(Range contacts);

    std::string ledger() const { return mautic.name() + "_ledger"; }
    Engine engine() const { return {mautic, rules_for(mautic, ledger())}; }
    // On the disk.
    double bytes_a_contact() const;

    test::PrivateServer& server;
    test::MauticDatabase mautic;

  private:
    Report& report_;
    std::uint64_t contacts_ = 0;
};

// Throws Error when the disk has no room for so many contacts of that size.
void require_room_for(std::uint64_t contacts, double bytes_a_contact);

}  // namespace gdprd::bench
