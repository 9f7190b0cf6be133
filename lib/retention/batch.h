// One batch of what changes hashes: a transaction in which the contacts are locked, then the ledger, and at
// whose end the ledger's rows are sealed.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "base/fault.h"
#include "erasure/rules.h"
#include "retention/mautic_hashes.h"
#include "seal/row_seal.h"
#include "subjects/subject.h"

namespace gdprd::retention {

using OnSeal = std::function<void(const seal::Seal&)>;

struct BatchOptions {
    bool dry_run = false;    // is rolled back
    const char* fault = "";  // the point before the commit
};

// `work` gets a copy of the counts, which counts when the batch is committed. A seal that another daemon has
// just made takes the number of this one's, and a deadlock ends the transaction: the batch begins anew.
template <typename Counts, typename Work>
void in_batch(database::Connection& connection, const BatchOptions& options, const OnSeal& on_seal,
              Counts& counts, Work work) {
    constexpr int attempts_max = 5;
    for (int attempt = 1;; ++attempt) {
        try {
            Counts counted = counts;
            std::optional<seal::Seal> sealed;
            {
                database::Transaction transaction(connection);
                sealed = work(counted);
                fault::point(options.fault);
                if (!options.dry_run) transaction.commit();
            }
            counts = counted;
            if (sealed && !options.dry_run) on_seal(*sealed);
            return;
        } catch (const database::DatabaseError& error) {
            const bool may_pass =
                seal::Store::is_taken(error) || error.error_class() == database::ErrorClass::conflict;
            if (!may_pass || attempt == attempts_max) throw;
        }
    }
}

// Contacts, those that they were merged into, and who of the contacts is on hold, by a mark of its own or of
// one of those. All are locked.
struct LockedContacts {
    subjects::Subjects subjects;
    Winners winners;
    subjects::Subjects of_winners;
    std::set<ContactId> held;
};
LockedContacts lock_contacts(database::Connection& connection, const erasure::Rules& rules,
                             const std::vector<ContactId>& contacts);

}  // namespace gdprd::retention
