// What becomes of the rows of contacts that Mautic merged into others, in what the ledger's database
// remembers (orphans/contact_rows.h): they are the other contact's from then on. Where Mautic moved them they
// say so; those that it did not move hold no contact, and only the ledger's database tells whose they are.
// Mautic's own rows are not touched.
//
// Threads: the scheduler's. Errors: DatabaseError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "background/task.h"
#include "base/contact_id.h"

namespace gdprd::orphans {

// `merged`: into which contact; 0 when that is not known. Returns how many rows have no contact and are
// nobody's now: they are left for good.
std::uint64_t give_to_winners(const background::Run& run, const std::map<ContactId, ContactId>& merged,
                              std::size_t page_rows);

// Contacts that have been given rows and were erased themselves, in their order. No erasure knows of these
// rows. Whether the erasure stands, the ledger alone does not tell (erasure/case.h).
std::vector<ContactId> erased_winners(const background::Run& run, ContactId after, std::size_t contacts_max);

}  // namespace gdprd::orphans
