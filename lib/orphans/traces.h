// What Mautic's database says of how a contact went that `leads` does not have. That it is not there proves
// nothing: the table may have been emptied, or a backup may be half loaded.
//
// A deletion, by Mautic or by SQL, leaves NULL where rows of statistics held the contact's id: the foreign
// keys see to it in the same statement. So a row that still holds the id contradicts a deletion, and a row
// that was seen with the contact and holds NULL now proves one, as does Mautic's own entry "delete" in the
// audit log.
//
// Ids come into use again. A merge is known by its record in contact_merge_records, which Mautic moves along
// a chain of merges, and by the entry "merge" in the audit log, both written before the row goes; the newest
// one counts, and only if nothing shows that the id was in use after it.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "erasure/eraser.h"

namespace gdprd::orphans {

// Of one id, by the newest of each kind. Entries of the audit log are in the order of their numbers.
struct Traces {
    struct Entry {
        std::uint64_t number = 0;
        Timestamp at{};
    };
    struct Merge {
        ContactId winner = 0;
        Timestamp at{};
    };
    std::optional<Entry> deletion;
    std::optional<Entry> logged_merge;
    std::optional<Entry> use;           // any other entry
    std::optional<Merge> merge;         // its record
    std::optional<Timestamp> last_row;  // the newest date of a row that was seen with the contact

    bool logged_as_deleted() const;
    // Into which contact it went, 0 when that is not known; none when it was not merged, or somebody had the
    // id after the merge. Pure.
    std::optional<ContactId> winner() const;
};

std::map<ContactId, Traces> read_traces(database::Connection& connection, const erasure::Rules& rules,
                                        std::span<const ContactId> contacts);

// Those whose id stands in a row where a deletion leaves NULL.
std::set<ContactId> still_named(database::Connection& connection, const erasure::Rules& rules,
                                std::span<const ContactId> contacts);

// Those who had a row that is there, is the same, and has no contact now. `only_certain`: no row of a table
// in which Mautic fills in the contact later, and which a backup may hold as it was before that.
std::set<ContactId> lost_a_row(database::Connection& connection, const erasure::Rules& rules,
                               std::span<const ContactId> contacts, bool only_certain);

}  // namespace gdprd::orphans
