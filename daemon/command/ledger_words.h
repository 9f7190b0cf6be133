// What the ledger knows, in words for an officer.
#pragma once

#include <string>
#include <vector>

#include "erasure/ledger.h"

namespace gdprd::command {

const char* words_for(erasure::Status status);

// One sentence for everything an erasure did not look at.
std::vector<std::string> not_covered_words(const erasure::NotCovered& not_covered);

}  // namespace gdprd::command
