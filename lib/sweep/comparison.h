// Mautic's do-not-contact list against the ledger: which contacts should be erased and are not?
//
// Read by keyset pages, in the order of the primary key or, where Mautic has an index for it (5.2 and newer),
// of the date; without locks. What a page finds is decided by a pure function. The erasing transaction
// decides again under its locks: what is found here is a request like a webhook.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "erasure/eraser.h"
#include "erasure/ledger.h"

namespace gdprd::sweep {

// A do-not-contact row with what the ledger says of its contact. Rows without a contact are left out.
struct OptOut {
    std::uint64_t id = 0;  // lead_donotcontact.id
    ContactId contact = 0;
    std::int64_t reason = 0;  // Mautic's code
    std::string channel;
    Timestamp since{};                      // date_added
    std::optional<erasure::Status> status;  // none: not in the ledger
    std::optional<Timestamp> erased_at;
    std::optional<Timestamp> last_pass_at;
    std::string policy_digest;     // of the ledger's row
    bool address_is_back = false;  // erased, and the contact's row holds an address that is no hash
};

// Why a contact should be queued. The words are used in metrics and logs.
enum class Reason {
    webhook_lost,  // never erased, and no webhook came in time
    filled_again,  // erased, and an address is there again: an import, a form, a synchronisation
    unfinished,    // begun, or a later pass is overdue: a machine was lost with its queue
};
const char* name_of(Reason reason);

struct Limits {
    Timestamp installed_at{};      // rows older than this are not acted on, unless the ledger has the contact
    Milliseconds webhook_delay{};  // rows younger than this are left to their webhook
    Milliseconds pass_overdue{};   // the last of the configured later passes, and some time to spare
};

// Nothing when there is nothing to do: no trigger covers the row, its grace period or webhook_delay is not
// over, it is erased, on hold, or complete. Pure.
std::optional<Reason> compare(const OptOut& row, const policy::Triggers& triggers, const Limits& limits,
                              Timestamp now);

class OptOutPages {
  public:
    // Rows whose id is greater than `after`, `page_rows` at a time.
    OptOutPages(database::Connection& connection, const erasure::Rules& rules, std::size_t page_rows,
                std::uint64_t after = 0);

    // The next page, in the order of id; empty after the last one.
    std::vector<OptOut> next();
    // The id of the last row read, rows without a contact included.
    std::uint64_t last_id() const { return last_id_; }

  private:
    database::Connection& connection_;
    const erasure::Rules& rules_;
    const std::size_t page_rows_;
    std::uint64_t last_id_;
};

}  // namespace gdprd::sweep
