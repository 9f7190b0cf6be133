// Seals rows in the transaction that changes them, where the change is none that could be told from a forgery
// later: hashes that go, or are wrapped (SealKind). So nothing ever looks like a legitimate one without a
// signature, whenever it is made, and no rule has to say when one is due.
//
// Rows that were not as they were sealed before the change stay findings; those that were never sealed are
// sealed now. Nothing is sealed on a ledger that has no seals yet: the first comparison takes all rows as
// they are.
//
// One object serves one transaction, in which the rows are locked. Threads: that of the connection. Errors:
// DatabaseError, for which Store::is_taken() is true when another daemon made a seal at the same time: the
// transaction begins anew. ConfigurationError when there are seals and no key; Error as seal/sealer.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "seal/comparison.h"
#include "seal/seal.h"

namespace gdprd::seal {

struct RowSealOptions {
    std::string ledger_database;
    std::optional<SigningKey> key;
    std::function<Timestamp()> clock = now;
    SealKind kind = SealKind::forgotten;
};

class RowSeal {
  public:
    // `options` outlive the object.
    RowSeal(database::Connection& connection, const RowSealOptions& options);

    // Before the rows change.
    void watch(Evidence table, std::span<const std::uint64_t> keys);
    // After that, before the commit. Nothing when there are no seals, or no row to seal.
    std::optional<Seal> finish();

  private:
    void require_key() const;
    void require_last_of_key() const;

    const RowSealOptions& options_;
    Store store_;
    RowReader rows_;
    StoredHistory history_;
    std::optional<Seal> last_;
    Limits limits_;
    std::map<Evidence, std::vector<std::uint64_t>> honest_;  // keys of rows that are as they should be
};

}  // namespace gdprd::seal
