// Wraps the hashes of former times (policy/hash.h), batch by batch: those that were made without a key, or
// with a key that is to be given up. A batch is one transaction: Mautic's tables, the ledger's records and
// addresses, marks and fingerprints, and the seal of the rows that changed. So a stop or a kill leaves each
// contact with hashes of one kind, each of which is found, and the same command goes on where it ended.
//
// Contacts of whom only a part is erased yet, and contacts on hold, are left alone; a later run takes them. A
// dry run does the same, and rolls every batch back.
//
// Threads: that of the connection, which may be another one at each call. Errors: DatabaseError, StaleSchema;
// those of seal/row_seal.h; ConfigurationError where today's hasher has no key.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "erasure/rules.h"
#include "retention/batch.h"
#include "retention/wrapped_cells.h"
#include "retention/wrapping.h"

namespace gdprd::retention {

struct MigrateOptions {
    // Nothing: only wraps again what came back in Mautic of hashes that are wrapped already, as with a
    // restore of an older backup.
    std::optional<ledger::HashKey> made_by;
    bool dry_run = false;
    seal::RowSealOptions seals;
    std::size_t contacts_per_batch = 100;
};

struct MigrateCounts {
    std::uint64_t contacts = 0;  // of whom something was wrapped in the ledger
    std::uint64_t records = 0;
    std::uint64_t addresses = 0;
    std::map<std::string, std::uint64_t> cells;  // in Mautic, by "table.column" without the prefix
    std::uint64_t held = 0;                      // contacts on hold, left alone
    std::uint64_t unfinished = 0;                // contacts that are being erased, left alone
    std::uint64_t unknown = 0;  // addresses' hashes that no row of the ledger has, left alone
};

class Migrator {
  public:
    Migrator(std::shared_ptr<const erasure::Rules> rules, MigrateOptions options, OnSeal on_seal);

    // One batch. True when there is more to do.
    bool next(database::Connection& connection);

    const MigrateCounts& counts() const { return counts_; }

  private:
    struct Batch;

    bool wrap_contacts(database::Connection& connection);
    bool wrap_nobody(database::Connection& connection);
    std::optional<seal::Seal> wrap_batch(database::Connection& connection,
                                         const std::vector<ContactId>& contacts, MigrateCounts& counts);
    bool is_to_wrap(const std::string& algorithm, const std::string& key_id) const;
    void choose(Batch& batch, const LockedContacts& locked, const std::vector<ContactId>& contacts,
                MigrateCounts& counts) const;
    void change_cells(Batch& batch, LockedContacts& locked, MigrateCounts& counts) const;
    void collect_changes(Batch& batch) const;
    // A contact's hashes that are wrapped, and how the ledger says they were made: algorithm and key id.
    using WrappedOnes = std::map<std::string, std::pair<std::string, std::string>>;
    WrappedOnes wrapped_ones(const ledger::ContactRows& rows) const;
    ledger::Record wrapped(const ledger::Record& record, const WrappedOnes& known) const;
    void wrap(ledger::ErasedAddress& address) const;
    std::optional<seal::Seal> write(Batch& batch, MigrateCounts& counts) const;

    const std::shared_ptr<const erasure::Rules> rules_;
    const MigrateOptions options_;
    const OnSeal on_seal_;
    const plan::Plan plan_;  // of hashes only
    bool contacts_done_ = false;
    ContactId from_ = 0;
    MigrateCounts counts_;
};

}  // namespace gdprd::retention
