// What the ledger knows, in words for an officer.
#pragma once

#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace gdprd::command {

const char* words_for(ledger::Status status);

// One sentence for everything an erasure did not look at.
std::vector<std::string> not_covered_words(const ledger::NotCovered& not_covered);

}  // namespace gdprd::command
