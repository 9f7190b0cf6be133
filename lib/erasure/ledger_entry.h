// What the ledger says of a contact after a pass, and while it is on hold. Pure.
#pragma once

#include "erasure/eraser.h"

namespace gdprd::erasure {

// Has somebody filled in an address where an erasure leaves a hash or nothing? It tells nothing where the
// policy keeps the address. `values` are those of the contact's own row.
bool has_new_address(const plan::Plan& plan, const std::map<std::string, std::string>& values);

// May a hold keep this contact? Not once it is erased: nothing is left that could be held. Who re-subscribed
// since may have given everything anew, and counts as not erased, whether the daemon saw that (`superseded`)
// or not: an address that is no hash came after the erasure. `values` are those of the contact's own row.
bool can_be_held(const plan::Plan& plan, const ledger::Record* before,
                 const std::map<std::string, std::string>& values);

// Does this pass begin an erasure? Later passes do not, and neither do the further transactions of one that
// takes several.
bool is_new_erasure(const Request& request, const ledger::Record* before, bool look_again);

// `before` is the row there was, if any. `look_again`: its erasure stands, and this pass only made sure.
// Findings of earlier passes that may still be there are added to the subject's.
ledger::Record entry_after_pass(const Rules& rules, const Request& request, const mautic::Decision& decision,
                                const ledger::Record* before, bool look_again,
                                const std::optional<files::Removed>& files, Subject& subject);

// After a slice of a contact with very many rows. A first pass is `erasing` from then on. Of a later one that
// changed something nobody is told `complete` until it is through. Nothing when nothing was changed or found:
// then nothing stands in the way of another decision, a hold for example.
std::optional<ledger::Record> entry_between_slices(const Rules& rules, const Request& request,
                                                   const mautic::Decision& decision,
                                                   const ledger::Record* before, bool look_again,
                                                   Subject& subject);

ledger::Record entry_on_hold(const Rules& rules, const Request& request, const mautic::Decision& decision,
                             const ledger::Record* before);

}  // namespace gdprd::erasure
