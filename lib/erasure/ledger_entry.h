// What the ledger says of a contact after a pass, and while it is on hold. Pure but for the time.
#pragma once

#include <optional>

#include "erasure/case.h"

namespace gdprd::erasure {

// Does this pass begin an erasure? Later passes do not, and neither do the further transactions of one that
// takes several.
bool is_new_erasure(const Case& of);

// Findings of earlier passes that may still be there are added to the subject's.
ledger::Record entry_after_pass(const Rules& rules, const Case& of,
                                const std::optional<files::Removed>& files, Subject& subject);

// After a chunk of a contact with very many rows. A first pass is `erasing` from then on. Of a later one that
// changed something nobody is told `complete` until it is through. Nothing when nothing was changed or found:
// then nothing stands in the way of another decision, a hold for example.
std::optional<ledger::Record> entry_between_chunks(const Rules& rules, const Case& of, Subject& subject);

// Was the contact erased by the pass that this record was made after? Not by a later pass, nor by a chunk of
// a long history that is not at its end.
bool tells_of_new_erasure(const ledger::Record& after_pass);

ledger::Record entry_on_hold(const Rules& rules, const Case& of);

}  // namespace gdprd::erasure
