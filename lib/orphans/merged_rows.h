// What becomes of the rows of contacts that Mautic merged into others, in what the ledger's database
// remembers (orphans/contact_rows.h): they are the other contact's from then on. Mautic's own rows are not
// touched.
//
// Threads: the scheduler's. Errors: DatabaseError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "background/task.h"
#include "base/contact_id.h"

namespace gdprd::orphans {

// `merged`: into which contact; 0 when that is not known. Returns how many rows have no contact and are
// nobody's now: they are left for good.
std::uint64_t give_to_winners(const background::Run& run, const std::map<ContactId, ContactId>& merged,
                              std::size_t page_rows);

}  // namespace gdprd::orphans
