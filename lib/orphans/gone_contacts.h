// Contacts that are not in Mautic any more and not dealt with yet: a list in the ledger's database, so that
// it outlives a restart and a pause. And the question what became of each: Mautic removes a contact's row
// when it is deleted and when it is merged into another one, which is alive and whose rows nobody may touch;
// and the row is not there either where `leads` was emptied or is not loaded yet (orphans/traces.h).
//
// A deletion that nothing proves and nothing contradicts counts when the contact has been seen to be gone
// for `silent`, and never while `leads` is empty.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "erasure/eraser.h"

namespace gdprd::orphans {

class GoneContacts {
  public:
    static constexpr Milliseconds silent = std::chrono::days{7};

    GoneContacts(database::Connection& connection, const erasure::Rules& rules);

    // Those of them that Mautic does not have. Who waited for a proof is judged again.
    void add(std::span<const ContactId> contacts);
    // In their order: those that were added before `until` and not judged; those that were deleted.
    std::vector<ContactId> to_judge(Timestamp until, std::size_t contacts_max);
    std::vector<ContactId> deleted(std::optional<ContactId> after, std::size_t contacts_max);
    std::uint64_t deleted_count();
    bool is_empty();
    void note_deleted(std::span<const ContactId> contacts, bool deleted);
    // They wait for a proof, or until they have been gone for long; judge_waiting() looks at them again.
    void note_waiting(std::span<const ContactId> contacts);
    void judge_waiting();
    void done(std::span<const ContactId> contacts);
    // Whose rows are ContactRows::deleted_before.
    static void expect_deleted_before(database::Connection& connection, const std::string& ledger_database);

    struct Verdict {
        std::vector<ContactId> back;            // there is such a contact again: nothing of it is touched
        std::map<ContactId, ContactId> merged;  // into which contact; 0 when that is not known
        std::vector<ContactId> held;            // on hold when the ledger last heard of it, merged or not
        std::vector<ContactId> missing;         // rows hold its id still: no deletion does that
        std::vector<ContactId> unproven;        // nothing tells how it went, and that not for long enough
        std::vector<ContactId> deleted;
    };
    // `proven`: their deletion was proved before; what proved it may be erased by now.
    Verdict judge(std::span<const ContactId> contacts, bool proven = false);
    // Whether they, whose deletion was proved before, are all gone still, by what is committed now.
    bool all_deleted(std::span<const ContactId> contacts);

    bool no_contacts();  // `leads` is empty

  private:
    void prove(std::span<const ContactId> contacts, Verdict& verdict);
    std::set<ContactId> ids(const std::string& sql, const std::string& label);

    database::Connection& connection_;
    const erasure::Rules& rules_;
    const std::string list_;     // quoted
    const std::string erasure_;  // quoted
};

}  // namespace gdprd::orphans
