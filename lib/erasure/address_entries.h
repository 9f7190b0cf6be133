// What the ledger notes of a contact's addresses after a pass. Pure.
#pragma once

#include <vector>

#include "erasure/case.h"
#include "ledger/addresses.h"

namespace gdprd::erasure {

// Those that the pass met, as addresses of the erasure that `record` is of; what it was made of is `of`.
// Hashes that stood there already come from an erasure of before, perhaps of another contact, and have no
// algorithm. After this erasure's first pass they are its own: it has noted what there was to note.
std::vector<ledger::ErasedAddress> address_entries(const policy::Hasher& hasher, const Case& of,
                                                   const ledger::Record& record, const Subject& subject);

// May the erasure that `record` is of have noted addresses in an earlier pass?
bool may_have_noted(const Case& of, const ledger::Record& record);

// Of contacts that Mautic has deleted: there is no record of them.
std::vector<ledger::ErasedAddress> address_entries(const policy::Hasher& hasher, const Subjects& of_deleted,
                                                   Timestamp at);

}  // namespace gdprd::erasure
