// What must have become of a history, by an erasure so slow and plain that it can be read: one contact after
// the other, row by row. Knows nothing of the engine.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/history.h"

namespace gdprd::test::model {

// What the ledger says of a contact.
struct Word {
    std::string status;
    std::uint64_t rows_changed = 0;
    std::uint64_t rows_deleted = 0;
    std::uint64_t rows_late = 0;
    bool operator==(const Word&) const = default;
};
using Words = std::map<ContactId, Word>;

// What happened, seen from outside.
struct Story {
    Settings settings;
    Rows written;  // every row as it was written, the opt-outs of those who subscribed again left out
    // Contacts with a record of an erasure when a hold was put on them, or when they subscribed again.
    std::set<ContactId> begun_before_hold;
    std::set<ContactId> half_before_hold;  // of a long history the beginning was erased then, and no more
    std::set<ContactId> begun_before_return;
    std::set<ContactId> returned;  // whose erasure was asked for, and who subscribed again
    Rows rows;                     // as they are in the end
    Words words;                   // of the contacts that the ledger knows
};

// Differences between what is and what should be, in plain words; empty when all is well.
std::vector<std::string> judge(const Story& story);

}  // namespace gdprd::test::model
