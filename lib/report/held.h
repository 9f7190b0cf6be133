// Who is on hold, by which rule, as an erasure asks whether somebody is held: page by page, and without a
// lock.
//
// Threads: that of the connection. Errors: DatabaseError, StaleSchema.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "background/sightings.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "erasure/rules.h"
#include "report/figures.h"
#include "words/words.h"

namespace gdprd::report {

// A contact that the ledger has on hold.
struct HeldContact {
    ContactId contact = 0;
    bool in_mautic = false;
    std::optional<HeldByRule> rule;  // of today's rules; nothing: none, and the next look decides
};

// With a greater id than `after`, at most so many.
std::vector<HeldContact> held_contacts(database::Connection& connection, const erasure::Rules& rules,
                                       ContactId after, std::size_t max);
// All of them, by the rule; rules that hold nobody are left out.
HeldFigures held_figures(database::Connection& connection, const erasure::Rules& rules);

std::string rule_text(const HeldByRule& rule, words::Language language);
// Of who came back.
words::Word word_of(background::Sighting kind, background::Outcome outcome);

}  // namespace gdprd::report
