// From a list of contacts to a committed erasure: lock, decide, run, prove, record, commit, in one
// transaction.
//
// The database decides whether a contact is erased (promise 1), and contact and ledger commit together or not
// at all (promise 4). A contact's files cannot be part of a transaction: they go last before the commit, and
// running again after a failure completes. Threads: the thread of its connection. Errors: DatabaseError,
// StaleSchema and FilesError; nothing is changed in the database then, unless the connection was lost during
// the commit itself, in which case running again finds out (promise 5).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/origin.h"
#include "erasure/executor.h"
#include "erasure/ledger.h"
#include "erasure/plan.h"
#include "files/contact_files.h"
#include "mautic/do_not_contact.h"
#include "policy/hash.h"
#include "policy/holds.h"
#include "policy/triggers.h"

namespace gdprd::erasure {

// What decides how a contact is erased. Made anew when the policy, the secrets or the schema change; shared
// by all workers, immutable.
struct Rules {
    std::shared_ptr<const Plan> plan;
    policy::Hasher hasher;
    policy::Triggers triggers;
    std::string ledger_database;
    bool stop_on_unknown = false;  // [policy] unknown = "stop"
    bool prove = true;             // off only for measuring what the proof costs
    policy::Holds holds{};
    std::shared_ptr<const files::ContactFiles>
        files{};  // none: files are not covered, and the ledger says so
};

struct Request {
    ContactId contact = 0;
    Origin origin = Origin::webhook;
    Timestamp received_at{};
    int pass = 0;             // 0: the erasure itself; 1, 2, …: later passes
    bool more_passes = true;  // another pass is due after this one
};

enum class Verdict {
    erased,              // the plan was run; `status` says with what result
    not_do_not_contact,  // no row of lead_donotcontact matches the triggers
    no_such_contact,     // no row in leads
    in_grace,            // the reason's grace period is not over: again at `due_at`
    held,                // a rule of [hold] keeps it from being erased: again at `due_at`
};
const char* name_of(Verdict verdict);

struct Result {
    ContactId contact = 0;
    Verdict verdict = Verdict::erased;
    Status status = Status::settling;  // erased
    bool superseded = false;           // not erased, and the ledger's row was closed
    Timestamp due_at{};                // in_grace, held
    std::optional<policy::Hold> hold;  // held: by which rule
    bool newly_held = false;           // held, and was not at the look before
    Timestamp erased_at{};             // erased: the first pass, from which later passes are counted
    Counts counts;                     // erased
    std::vector<Finding> findings;     // erased; table and column names only
    files::Removed files;              // erased
    NotCovered not_covered;            // erased, also by earlier passes
};

class Eraser {
  public:
    Eraser(database::Connection& connection, std::shared_ptr<const Rules> rules);

    // One transaction for all of them; one result each, in the order of the requests.
    std::vector<Result> erase(std::span<const Request> requests);

  private:
    // What is known of the contacts when their rows are locked.
    struct Cases {
        std::map<ContactId, Subject> subjects;  // with a row in leads
        std::map<ContactId, mautic::Decision> decisions;
        std::map<ContactId, LedgerRow> rows;
        std::map<ContactId, policy::Hold> holds;

        const LedgerRow* row_of(ContactId contact) const;
    };
    using Files = std::optional<std::map<ContactId, files::Removed>>;

    Cases open_cases(Executor& executor, std::span<const ContactId> contacts);
    void recognise_later(const LedgerRow& row, Subject& subject) const;
    std::map<ContactId, Subject> take_subjects(Cases& cases) const;
    Files remove_files(const std::map<ContactId, Subject>& subjects) const;
    void record(const Request& request, const Cases& cases, const Files& files, Subject& subject,
                Result& result);
    // Why a contact was not erased; the ledger learns of a hold and of a re-subscription.
    void explain(const Request& request, const Cases& cases, Result& result);
    void note_hold(const Request& request, const Cases& cases, Result& result);
    void close_superseded(const LedgerRow& before, Result& result);

    database::Connection& connection_;
    std::shared_ptr<const Rules> rules_;
    Ledger ledger_;
};

}  // namespace gdprd::erasure
