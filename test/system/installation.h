// One Mautic with its daemon, for one test: a database of its own on a private server, the machine with the
// daemon, and the questions a test asks of the database.
#pragma once

#include <cstdint>
#include <string>

#include "fixture/mautic_database.h"
#include "support/private_server.h"
#include "system/http_client.h"
#include "system/machine.h"

namespace gdprd::test {

// The server that the tests of one program share. It has a long memory: each test takes another database.
PrivateServer& shared_server();

class Installation : public Machine {
  public:
    // `name` of Mautic's database; the ledger's is "gdprd_" and that name. The schema is the project's own,
    // or that of a version among the facts.
    explicit Installation(const std::string& name, const std::string& version = "")
        : Installation(shared_server(), name, version) {}
    Installation(PrivateServer& server, const std::string& name, const std::string& version = "");

    // A contact with a history, who opted out in Mautic's database. No webhook yet.
    void add_opted_out(ContactId contact, int reason = 1);

    // A column of the contact's row in the ledger; "no row" when there is none, "NULL" when it is NULL.
    std::string ledger(ContactId contact, const std::string& column = "status");
    std::uint64_t ledger_rows();
    void wait_for_ledger(ContactId contact, const std::string& status);
    // True when nothing in Mautic's database holds the contact's marker.
    bool erased(ContactId contact);
    // True when the contact's own row is as add_contact() made it.
    bool untouched(ContactId contact);

    PrivateServer& server;
    MauticDatabase mautic;
    const std::string ledger_database;
};

}  // namespace gdprd::test
