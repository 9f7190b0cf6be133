// What an erasure would change, counted without changing it.
#pragma once

#include <vector>

#include "erasure/rules.h"
#include "subjects/subject.h"

namespace gdprd::erasure {

// Rows tied to the contact, and those of them that an erasure would change.
struct StepPreview {
    std::uint64_t rows = 0;
    std::uint64_t pending = 0;
};

// One for each step of the plan. Threads: that of the connection. Throws DatabaseError and StaleSchema.
std::vector<StepPreview> preview(database::Connection& connection, const Rules& rules, ContactId contact);

}  // namespace gdprd::erasure
