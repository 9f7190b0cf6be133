// Contacts that are not in Mautic any more and not dealt with yet: a list in the ledger's database, so that
// it outlives a restart and a pause. And the question what became of each: Mautic removes a contact's row
// when it is deleted and when it is merged into another one, which is alive and whose rows nobody may touch.
//
// A merge is known by its record in contact_merge_records, which Mautic moves along a chain of merges, and by
// the entry "merge" in the audit log; both are written before the row goes. Who has neither was deleted.
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
    GoneContacts(database::Connection& connection, const erasure::Rules& rules);

    // Those of them that Mautic does not have.
    void add(std::span<const ContactId> contacts);
    // In their order: those that were added before `until` and not judged; those that were deleted.
    std::vector<ContactId> to_judge(Timestamp until, std::size_t contacts_max);
    std::vector<ContactId> deleted(std::optional<ContactId> after, std::size_t contacts_max);
    std::uint64_t deleted_count();
    bool is_empty();
    void note_deleted(std::span<const ContactId> contacts, bool deleted);
    void done(std::span<const ContactId> contacts);
    // Whose rows are ContactRows::deleted_before.
    static void expect_deleted_before(database::Connection& connection, const std::string& ledger_database);

    struct Verdict {
        std::vector<ContactId> back;            // there is such a contact again: nothing of it is touched
        std::map<ContactId, ContactId> merged;  // into which contact; 0 when that is not known
        std::vector<ContactId> held;            // on hold when the ledger last heard of it, merged or not
        std::vector<ContactId> deleted;
    };
    Verdict judge(std::span<const ContactId> contacts);
    // Whether all of them were deleted, by what is committed now.
    bool all_deleted(std::span<const ContactId> contacts);

  private:
    std::set<ContactId> ids(const std::string& sql, const std::string& label);
    std::string mautic_table(const std::string& name) const;

    database::Connection& connection_;
    const erasure::Rules& rules_;
    const std::string list_;     // quoted
    const std::string erasure_;  // quoted
};

}  // namespace gdprd::orphans
