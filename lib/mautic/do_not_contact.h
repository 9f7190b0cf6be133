// Mautic's do-not-contact list, `lead_donotcontact`: what decides whether a contact is erased (promise 1).
//
// The table has no unique key: duplicates and dummies with reason 0 exist (seen on 5.1.1). A re-subscription
// deletes the row; a change of reason updates it in place.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "policy/triggers.h"

namespace gdprd::mautic {

struct DoNotContact {
    std::int64_t reason = 0;  // any integer: the API accepts them all
    std::string channel;
    Timestamp since{};  // date_added, UTC; 1970 where the row has none
};

// The rows of these contacts, locked until the transaction ends so that a re-subscription waits for us or we
// for it; on a cluster one that comes first on another node makes our commit a conflict. Contacts without a
// row are absent from the result.
std::map<ContactId, std::vector<DoNotContact>> lock_do_not_contact(database::Connection& connection,
                                                                   const std::string& table_prefix,
                                                                   std::span<const ContactId> contacts);

// Puts do-not-contact rows into the list, as Mautic itself would. For contacts that have lost theirs with a
// restored database, and for erased people who come back: nobody must be written to who asked not to be.
// `comments` is shown in Mautic, and must hold nothing about the person.
void insert_do_not_contact(database::Connection& connection, const std::string& table_prefix,
                           const std::map<ContactId, DoNotContact>& rows, std::string_view comments = {});

// What the rows mean under the operator's triggers.
struct Decision {
    bool erase = false;       // a row matches and its grace period is over
    bool in_grace = false;    // a row matches, but not yet
    Timestamp grace_until{};  // in_grace: the earliest end of a grace period
    policy::Reason reason{};  // of the matching row (the oldest one, when there are several)
    std::string channel;
    Timestamp since{};
    // Of all rows, whatever the triggers say of them: the newest that a mail which came back has made, and
    // the newest of any other reason.
    Timestamp newest_bounce{};
    Timestamp newest_otherwise{};
    // Over which nobody may write to the contact, for whatever reason: staff may have changed it in place.
    std::set<std::string> listed_channels;
};
// An opt-out that is dated later than any two clocks differ: an import's mistake, or another time zone's. The
// date tells nothing.
bool is_yet_to_come(Timestamp opted_out_at, Timestamp now);

// `learned_at`: when the daemon was told, where the grace period of a row begins that has no date, or one
// that is yet to come; `since` is 1970 then.
Decision decide(const std::vector<DoNotContact>& rows, const policy::Triggers& triggers, Timestamp now,
                Timestamp learned_at);

}  // namespace gdprd::mautic
