// What must have become of a history, by an erasure so slow and plain that it can be read: one contact after
// the other, row by row. Knows nothing of the engine.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/history.h"

namespace gdprd::test::model {

// What happened, seen from outside.
struct Story {
    Settings settings;
    Rows written;  // every row as it was written, the opt-outs of those who subscribed again left out
    // Contacts with a record of an erasure when a hold was put on them, or when they subscribed again.
    std::set<ContactId> begun_before_hold;
    std::set<ContactId> begun_before_return;
    std::set<ContactId> returned;            // whose erasure was asked for, and who subscribed again
    Rows rows;                               // as they are in the end
    std::map<ContactId, std::string> words;  // the ledger's word on each contact it knows
};

// Differences between what is and what should be, in plain words; empty when all is well.
std::vector<std::string> judge(const Story& story);

}  // namespace gdprd::test::model
