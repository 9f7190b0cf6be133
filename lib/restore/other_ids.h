// People whom a restored backup brought back under another id than the one they were erased by: since the
// backup was made Mautic had merged that contact into another one, which opted out. By the ledger nothing is
// known of the id that is back; the address tells.
//
// Reads only. Threads: the thread of the connection. Errors: DatabaseError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "restore/recognition.h"

namespace gdprd::restore {

class OtherIds {
  public:
    // `hashes` outlives the object. `since`: as ReapplyOptions has it.
    OtherIds(std::string table_prefix, std::string ledger_database, const AddressHashes& hashes,
             std::optional<Timestamp> since, std::size_t page_rows);

    // Those of the next page of Mautic's contacts; nothing at their end. An address alone is no proof, a
    // family may share one: each was made before the erasure, has no erasure of its own, and has an address
    // that came to the erased contact by a merge, or whose erased contact is not there.
    std::optional<std::vector<ContactId>> next(database::Connection& connection);

  private:
    struct Contact {
        ContactId id = 0;
        Timestamp added{};
        std::vector<std::string> hashes;  // of its address, as any erasure may have made them
    };
    std::vector<Contact> read_page(database::Connection& connection);

    const std::string contacts_;  // the table, quoted
    const std::string ledger_database_;
    const AddressHashes& hashes_;
    const std::optional<Timestamp> since_;
    const std::size_t page_rows_;
    ContactId after_ = 0;
    bool is_at_end_ = false;
};

}  // namespace gdprd::restore
