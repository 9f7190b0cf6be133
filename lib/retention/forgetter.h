// Forgets whose erasures the ledger's records are, batch by batch: a rule says which. A batch is one
// transaction: the hashes in Mautic's tables, those in the ledger, and the seal of the rows that changed. So
// a stop or a kill leaves each contact known or forgotten, and the same rule goes on where it ended.
//
// Contacts whose erasure is not finished, and contacts on hold, are left alone. A dry run does the same, and
// rolls every batch back; what several contacts of it have together it may count as staying.
//
// Threads: that of the connection, which may be another one at each call. Errors: DatabaseError, StaleSchema;
// those of seal/row_seal.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "erasure/rules.h"
#include "ledger/forgetting.h"
#include "retention/batch.h"
#include "retention/choice.h"
#include "retention/mautic_hashes.h"
#include "seal/row_seal.h"

namespace gdprd::retention {

struct ForgetOptions {
    ledger::ForgettingRule rule;
    // Instead of a rule: removes from Mautic's tables what came back of those who are forgotten already, as
    // with a restore of an older backup.
    bool again = false;
    bool dry_run = false;
    seal::RowSealOptions seals;
    std::size_t contacts_per_batch = 100;
};

struct ForgetCounts {
    std::uint64_t contacts = 0;  // of which something was forgotten
    std::uint64_t records = 0;
    std::uint64_t addresses = 0;
    std::map<std::string, std::uint64_t> cells;  // in Mautic, by "table.column" without the prefix
    std::uint64_t fingerprints = 0;
    std::uint64_t held = 0;         // contacts on hold, left alone
    std::uint64_t due_on_hold = 0;  // of these, due by all but a mark in Mautic
    std::uint64_t unfinished = 0;   // contacts whose erasure is not complete, left alone
    // Contacts in whose rows the erased address stands in clear, left alone. A backup may have brought it
    // back: then only the record tells who is to be erased again.
    std::uint64_t there_again = 0;

    std::uint64_t left_alone() const { return held + unfinished + there_again; }
};

class Forgetter {
  public:
    Forgetter(std::shared_ptr<const erasure::Rules> rules, ForgetOptions options, OnSeal on_seal);

    // One batch. True when there is more to do.
    bool next(database::Connection& connection);

    const ForgetCounts& counts() const { return counts_; }

  private:
    enum class Stage { contacts, nobody, fingerprints, done };

    template <typename Work>
    void in_transaction(database::Connection& connection, Work work);
    bool forget_contacts(database::Connection& connection);
    bool forget_nobody(database::Connection& connection);
    bool forget_fingerprints(database::Connection& connection);
    std::optional<seal::Seal> forget_batch(database::Connection& connection,
                                           const std::vector<ContactId>& contacts, ForgetCounts& counts);
    bool is_there_again(const subjects::Subjects& subjects, ContactId contact,
                        const std::string& recorded_hash) const;
    std::map<ContactId, Choice> choose_rows(ledger::Forgetting& ledger,
                                            const std::vector<ContactId>& contacts) const;

    const std::shared_ptr<const erasure::Rules> rules_;
    const ForgetOptions options_;
    const OnSeal on_seal_;
    const plan::Plan plan_;  // of hashes only
    const std::vector<policy::Hasher> hashers_;
    Stage stage_ = Stage::contacts;
    bool has_begun_ = false;
    ContactId from_ = 0;
    ledger::Fingerprint fingerprint_ = 0;
    ForgetCounts counts_;
};

// Of how many contacts something is to be forgotten by the rule now, at most `max`.
std::uint64_t count_due(database::Connection& connection, const std::string& ledger_database,
                        const ledger::ForgettingRule& rule, std::uint64_t max);

// Before this time an erasure is old enough: by this machine's clock and by the server's, whichever is
// behind, because what a clock that is ahead has forgotten does not come back.
Timestamp cutoff(database::Connection& connection, Milliseconds age);

}  // namespace gdprd::retention
