// What a row of Mautic's do-not-contact list means beside what the ledger says of its contact: should the
// contact be erased, and is not? Pure; the rows are read by reconciliation/opt_outs.h. What is found is a
// request like a webhook: the erasing transaction decides again under its locks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/contact_id.h"
#include "ledger/ledger.h"
#include "policy/triggers.h"

namespace gdprd::reconciliation {

// A do-not-contact row with what the ledger says of its contact.
struct OptOut {
    std::uint64_t id = 0;     // lead_donotcontact.id
    ContactId contact = 0;    // 0: the row has none, and means nothing
    std::int64_t reason = 0;  // Mautic's code
    std::string channel;
    Timestamp since{};                     // date_added, whole seconds
    std::optional<ledger::Status> status;  // none: not in the ledger
    std::optional<Timestamp> last_pass_at;
    // The date of the opt-out that was carried out; none where Mautic's row had none that says anything.
    std::optional<Timestamp> erased_opt_out_at;
    bool policy_is_current = false;  // it was erased by the policy of today
    bool right_is_back = false;      // partial, for want of a right that is there by now
    bool has_address = false;        // erased, and the contact's row holds an address: again, or still
    bool is_back = false;  // erased, and the contact's row says again who it is (erasure::came_back())
};

// Why a contact should be queued. The words are used in metrics and logs.
enum class Reason {
    webhook_lost,  // never erased, or opted out again since, and no webhook came in time
    filled_again,  // erased, and it says again who it is: an import, a form, a synchronisation
    unfinished,  // on hold, begun, or partial by an older policy or for want of a right, and perhaps nobody's
                 // job: a lost machine
};
const char* name_of(Reason reason);

struct Limits {
    // Rows older than this are not acted on, unless the ledger has the contact; 1970: however old they are.
    Timestamp installed_at{};
    Milliseconds webhook_delay{};  // rows younger than this are left to their webhook
    Milliseconds pass_overdue{};   // the last of the configured later passes, and some time to spare
};

struct Judgement {
    std::optional<Reason> reason;       // queue the contact
    std::optional<Timestamp> again_at;  // nothing to do now, but at this time if no webhook has come by then
};

// Neither when no trigger covers the row, when it is older than the installation, or when the ledger says
// that the contact is dealt with. A row in its grace period is left alone until that and then webhook_delay
// are over: the job of its webhook waits in somebody's queue as long.
Judgement judge(const OptOut& row, const policy::Triggers& triggers, const Limits& limits, Timestamp now);

}  // namespace gdprd::reconciliation
