// Whom the operator's holds keep: by what the rules name in Mautic now (mautic/holds.h), by what they have
// named until now (ledger/hold_memory.h), and by a contact on hold that was merged into somebody. Nothing but
// the operator ends a hold. Everything that would change a contact's rows asks here.
//
// Threads: that of the connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"
#include "mautic/holds.h"
#include "plan/plan.h"
#include "policy/holds.h"

namespace gdprd::subjects {

class HoldFinder {
  public:
    // `ledger_database`: "" where there is no ledger yet, and so no memory. The others outlive the object.
    HoldFinder(database::Connection& connection, const plan::Plan& plan, const policy::Holds& holds,
               std::string ledger_database);

    bool empty() const { return holds_.empty(); }
    // The held ones of these contacts, each with one reason.
    std::map<ContactId, policy::Hold> find(const mautic::FieldValues& contacts);
    // Those into which Mautic merged a contact that the ledger has on hold.
    std::map<ContactId, policy::Hold> find_merged(std::span<const ContactId> contacts);
    // A rule of which nobody can say any more whom it held, so that whoever may have been held by it is.
    std::optional<policy::Hold> find_hold_of_nothing();
    // Of these contacts those that the ledger has on hold.
    std::set<ContactId> held_on_record(std::span<const ContactId> contacts);

    // Notes what the rules name, so that they hold it when it has another name.
    void remember_named();

  private:
    const std::set<policy::HeldBy>& remembered();

    database::Connection& connection_;
    const plan::Plan& plan_;
    const policy::Holds& holds_;
    const std::string ledger_database_;
    std::optional<std::set<policy::HeldBy>> remembered_;
};

}  // namespace gdprd::subjects
