// One run of `erase`: a connection, the rules, and what to do when the database is in the way.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/assembly.h"
#include "daemon/command/erase.h"
#include "queue/queue.h"

namespace gdprd::command {

class EraseRun {
  public:
    // Connects, makes the rules and the ledger. Throws when that is not possible, and ConfigurationError when
    // the policy stops erasures because of something unknown.
    EraseRun(const daemon::Assembly& assembly, bool dry_run);

    // Conflicts, a lost connection and a changed schema are tried again a few times. Does not throw for one
    // contact's failure.
    EraseOutcome erase(ContactId contact);

    // What the operator has to know about the run as a whole; "" for nothing.
    const std::string& remark() const { return remark_; }

  private:
    void connect();
    EraseOutcome attempt(ContactId contact);
    EraseOutcome preview(ContactId contact);
    EraseOutcome erase_now(ContactId contact);
    void leave_later_pass(EraseOutcome& outcome, Timestamp received_at);

    const daemon::Assembly& assembly_;
    const bool dry_run_;
    std::optional<database::Connection> connection_;
    std::shared_ptr<const erasure::Rules> rules_;
    std::string remark_;
};

}  // namespace gdprd::command
