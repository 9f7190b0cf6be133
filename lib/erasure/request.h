// What is asked of an erasure for one contact, and what became of it.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "base/origin.h"
#include "files/contact_files.h"
#include "ledger/ledger.h"
#include "policy/holds.h"
#include "subjects/subject.h"

namespace gdprd::erasure {

using subjects::Counts;
using subjects::StaleSchema;

struct Request {
    ContactId contact = 0;
    Origin origin = Origin::webhook;
    Timestamp received_at{};
    int pass = 0;             // 0: the erasure itself; 1, 2, …: later passes
    bool more_passes = true;  // another pass is due after this one
    // The erasure that stands is the one there is: a request that came before it, by a duplicate or through
    // another daemon, has been carried out by it, and a newer one counts as a later pass.
    bool once = false;
    // False: no later pass is configured at all, and what only those do is done at once.
    bool later_passes = true;
};

enum class Verdict {
    erased,              // the plan was run; `status` says with what result
    already_erased,      // `once`: erased since the request came, and nothing was filled in since
    not_do_not_contact,  // no row of lead_donotcontact matches the triggers
    no_such_contact,     // no row in leads
    in_grace,            // the reason's grace period is not over: again at `due_at`
    held,                // a rule of [hold] keeps it from being erased: again at `due_at`
};
const char* name_of(Verdict verdict);

struct Result {
    ContactId contact = 0;
    Verdict verdict = Verdict::erased;
    ledger::Status status = ledger::Status::settling;  // erased
    bool superseded = false;                           // not erased, and the ledger's row was closed
    bool lost_opt_out = false;  // not_do_not_contact: and has not re-subscribed; the ledger's row stays
    Timestamp due_at{};         // in_grace, held
    std::optional<policy::Hold> hold;  // held: by which rule
    bool newly_held = false;           // held, and was not at the look before
    Timestamp erased_at{};       // erased, already_erased: the first pass, from which later ones are counted
    bool is_first_pass = false;  // erased: by the one that `erased_at` is of
    Counts counts;               // erased
    std::vector<ledger::Finding> findings;  // erased; table and column names only
    files::Removed files;                   // erased
    ledger::NotCovered not_covered;         // erased, also by earlier passes
};

}  // namespace gdprd::erasure
