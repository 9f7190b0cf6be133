// Adds records of another copy of the ledger to this one: of two records of a contact the newer one stays,
// and nothing is ever removed.
//
// Threads: the thread of its connection. Errors: DatabaseError; the pages before are imported then, and doing
// it again does them no harm.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "database/connection.h"
#include "erasure/ledger.h"

namespace gdprd::erasure {

// Does `offered` tell more recent things of its contact than `present`? Equal ones do not. Pure.
bool is_newer(const LedgerRow& offered, const LedgerRow& present);

struct ImportCounts {
    std::uint64_t added = 0;
    std::uint64_t updated = 0;
    std::uint64_t kept = 0;  // the ledger's own record is as new, or newer

    std::uint64_t total() const { return added + updated + kept; }
};

// One page in one transaction; each contact at most once. With `dry_run` it only counts.
ImportCounts import_page(database::Connection& connection, const std::string& ledger_database,
                         std::span<const LedgerRow> rows, bool dry_run);

}  // namespace gdprd::erasure
