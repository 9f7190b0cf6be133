// What is known of one contact when its rows are locked, and what follows from that.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "erasure/request.h"
#include "erasure/rules.h"
#include "ledger/ledger.h"
#include "mautic/do_not_contact.h"
#include "policy/holds.h"
#include "subjects/subject.h"

namespace gdprd::erasure {

using subjects::Subject;
using subjects::Subjects;

// What a case comes to.
struct Decided {
    Verdict verdict = Verdict::not_do_not_contact;
    // The last erasure stands: an erasure now only makes sure of it.
    bool stands = false;
    bool opted_out_again = false;
    bool later_is_due = false;  // erased: what only later passes do is done now
};

struct Case {
    std::vector<Request> requests;   // at least one, all for this contact
    std::optional<Subject> subject;  // none: no row in `leads`
    mautic::Decision opt_out;        // by its do-not-contact rows
    std::optional<ledger::Record> before;
    std::optional<policy::Hold> hold;  // only of a contact that a hold can keep
    Decided decided;

    // The one that is answered: who asks twice has one pass and one answer.
    const Request& request() const { return requests.front(); }
    const ledger::Record* record() const { return before ? &*before : nullptr; }
};

// Who is erased (promises 1 and 12). Pure; test/erasure/case_test.cpp is its table.
Decided decide(const plan::Plan& plan, const Case& of);

// Locks, reads and decides everything about the contacts of the requests: rows in `leads`, opt-outs, the
// ledger, in the order of every other transaction of ours; then their holds. `ledger`: null where there is
// none yet. Throws DatabaseError and StaleSchema.
std::map<ContactId, Case> open_cases(database::Connection& connection, const Rules& rules,
                                     ledger::Ledger* ledger, std::span<const Request> requests);

// Those of the contacts whose last erasure stands: they are do-not-contact, nothing was filled in since, and
// no hold is in the way. Locks what it reads until the transaction ends.
std::vector<ContactId> whose_erasure_stands(database::Connection& connection, const Rules& rules,
                                            std::span<const ContactId> contacts);

// Of a contact without an opt-out that the ledger knows: has it re-subscribed? Mautic dates the contact's row
// then. One that was not touched since the erasure lost its opt-out in another way: a restored backup is
// older than the opt-out, or `lead_donotcontact` was emptied.
bool has_resubscribed(const Case& of);

// Has the contact opted out once more since its erasure? Nobody can who is erased: the person came back, or
// somebody else has the id by now. Not when a mail of Mautic's own to the hash came back.
bool has_opted_out_again(const Case& of);

// Is the contact not the one whom the erasure on record has left: opted out again, or with something that
// says who it is where that erasure left a hash or nothing? Whoever asks whether an erasure is over and done
// with asks this; reconciliation/opt_outs.h asks the same in SQL.
bool came_back(const plan::Plan& plan, const Case& of);

// May nobody write to them over the channel of the opt-out that led to the erasure on record, for whatever
// reason?
bool is_still_listed(const Case& of);

// May a rule of [hold] keep this contact? Not once it is erased: nothing is left that could be held. Who came
// back since may have given everything anew, and counts as not erased, whether the daemon saw that
// (`superseded`) or not.
bool can_be_held(const plan::Plan& plan, const Case& of);

// Has somebody filled in an address where an erasure leaves a hash or nothing? It tells nothing where the
// policy keeps the address. `values` are those of the contact's own row.
bool has_new_address(const plan::Plan& plan, const ColumnValues& values);

}  // namespace gdprd::erasure
