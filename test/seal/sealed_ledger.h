// A ledger whose rows come about as the daemon makes them, at times that a test says, and its seals.
#pragma once

#include <string>
#include <vector>

#include "database/connection.h"
#include "ledger/addresses.h"
#include "ledger/ledger.h"
#include "lookup/action_log.h"
#include "lookup/log.h"
#include "seal/sealer.h"
#include "seal/store.h"
#include "seal/verifier.h"

namespace gdprd::test {

class SealedLedger {
  public:
    static constexpr const char* name = "test_ledger";
    static constexpr const char* seals_name = "seals_of_test_ledger";
    static constexpr const char* lookups_name = "lookups_of_test_ledger";

    // Drops what a test before left.
    explicit SealedLedger(const database::ConnectionOptions& options);

    // What the daemon does.
    void erase(ContactId contact);  // for the first time, or anew
    void pass(ContactId contact, ledger::Status status);
    void hold(ContactId contact);
    void supersede(ContactId contact);
    void look_up();
    void act();  // somebody at the desk
    // Everything that the ledger knows of the contact; nothing of one whose erasure goes on.
    void forget(ContactId contact);

    seal::SealerOptions sealing() const;
    seal::SealRun seal(seal::SealerOptions options);
    seal::SealRun seal() { return seal(sealing()); }
    seal::SealReport verify(std::vector<std::filesystem::path> copies = {});

    ledger::Ledger ledger() { return {connection, name}; }
    seal::Store store() { return {connection, name}; }

    database::Connection connection;
    Timestamp time = *parse_utc("2026-03-01 10:00:00.000");  // it goes on with each deed
    SigningKey key{make_signing_key()};

  private:
    std::uint64_t serial_ = 0;
};

}  // namespace gdprd::test
