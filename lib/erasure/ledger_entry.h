// What the ledger says of a contact after a pass, and while it is on hold. Pure.
#pragma once

#include "erasure/eraser.h"

namespace gdprd::erasure {

// May a hold keep this contact? Not once it is erased: nothing is left that could be held. Who re-subscribed
// since may have given everything anew, and counts as not erased, whether the daemon saw that (`superseded`)
// or not: an address that is no hash came after the erasure. `values` are those of the contact's own row.
bool can_be_held(const Plan& plan, const LedgerRow* before, const std::map<std::string, std::string>& values);

// `before` is the row there was, if any. Findings of earlier passes that may still be there are added to the
// subject's.
LedgerRow entry_after_pass(const Rules& rules, const Request& request, const mautic::Decision& decision,
                           const LedgerRow* before, const std::optional<files::Removed>& files,
                           Subject& subject);

LedgerRow entry_on_hold(const Rules& rules, const Request& request, const mautic::Decision& decision,
                        const LedgerRow* before);

}  // namespace gdprd::erasure
