// Adds records of another copy of the ledger to this one. Of two records of one erasure the one that tells
// more stays; of two erasures of a contact the later one becomes the current record and the other a former
// one. Nothing is ever removed, and importing again changes nothing.
//
// Threads: the thread of its connection. Errors: DatabaseError; the pages before are imported then, and doing
// it again does them no harm.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "database/connection.h"
#include "ledger/addresses.h"
#include "ledger/fingerprints.h"
#include "ledger/ledger.h"

namespace gdprd::restore {

struct ImportCounts {
    std::uint64_t added = 0;
    std::uint64_t updated = 0;
    std::uint64_t kept = 0;  // the ledger's own record of that erasure is as new, or newer

    std::uint64_t total() const { return added + updated + kept; }
};

// One page in one transaction, in the order of contacts; each contact's current record at most once. With
// `dry_run` it only counts.
ImportCounts import_page(database::Connection& connection, const std::string& ledger_database,
                         std::span<const ledger::Record> rows, bool dry_run);

// Each in a transaction of its own.
// Those that the ledger has wrapped with the key of `hasher` are passed over.
void import_addresses(database::Connection& connection, const std::string& ledger_database,
                      const policy::Hasher& hasher, std::span<const ledger::ErasedAddress> addresses);
void import_fingerprints(database::Connection& connection, const std::string& ledger_database,
                         std::span<const ledger::Fingerprint> fingerprints);

}  // namespace gdprd::restore
