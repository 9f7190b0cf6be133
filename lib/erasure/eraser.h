// From a list of contacts to a committed erasure: lock, decide, run, prove, record, commit, in one
// transaction.
//
// The database decides whether a contact is erased (promise 1), and contact and ledger commit together or not
// at all (promise 4). A contact's files cannot be part of a transaction: they go last before the commit, and
// running again after a failure completes. Threads: the thread of its connection. Errors: DatabaseError,
// StaleSchema and FilesError; nothing is changed in the database then, unless the connection was lost during
// the commit itself, in which case running again finds out (promise 5).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/origin.h"
#include "erasure/executor.h"
#include "files/contact_files.h"
#include "ledger/ledger.h"
#include "mautic/do_not_contact.h"
#include "plan/plan.h"
#include "policy/hash.h"
#include "policy/holds.h"
#include "policy/triggers.h"

namespace gdprd::erasure {

// What decides how a contact is erased. Made anew when the policy, the secrets or the schema change; shared
// by all workers, immutable.
struct Rules {
    std::shared_ptr<const plan::Plan> plan;
    policy::Hasher hasher;
    policy::Triggers triggers;
    std::string ledger_database;
    bool stop_on_unknown = false;  // [policy] unknown = "stop"
    bool prove = true;             // off only for measuring what the proof costs
    policy::Holds holds{};
    std::shared_ptr<const files::ContactFiles>
        files{};                      // none: files are not covered, and the ledger says so
    std::size_t slice_rows = 10'000;  // of one contact in one table and one transaction
};

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
    Timestamp due_at{};                                // in_grace, held
    std::optional<policy::Hold> hold;                  // held: by which rule
    bool newly_held = false;                           // held, and was not at the look before
    Timestamp erased_at{};  // erased, already_erased: the first pass, from which later ones are counted
    Counts counts;          // erased
    std::vector<ledger::Finding> findings;  // erased; table and column names only
    files::Removed files;                   // erased
    ledger::NotCovered not_covered;         // erased, also by earlier passes
};

// Several contacts together have more rows than one transaction should change: erase fewer at a time.
class TooManyRows : public Error {
  public:
    using Error::Error;
};

// A contact with very many rows was left between two slices, because somebody wants to stop. The ledger says
// `erasing`; running again goes on.
class Interrupted : public Error {
  public:
    using Error::Error;
};

// New erasures may not be committed at this moment. Nothing was changed; the same request may come again.
class ErasingPaused : public Error {
  public:
    using Error::Error;
};

// Asked within a transaction, before files are removed and before the ledger is written: may so many contacts
// be newly erased by it? Only those are counted that were not erased before and will be by this transaction:
// no later passes, nobody on hold, nobody whose request has been carried out already. Not asked for none.
using MayCommit = std::function<bool(std::size_t new_erasures)>;

class Eraser {
  public:
    // `go_on` is asked between the slices of a contact with very many rows. When `may_commit` says no, the
    // transaction is rolled back and erase() throws ErasingPaused.
    Eraser(database::Connection& connection, std::shared_ptr<const Rules> rules,
           std::function<bool()> go_on = {}, MayCommit may_commit = {});

    // One transaction for all of them; one result each, in the order of the requests. A contact with more
    // rows than `slice_rows` in a table takes several transactions, and the ledger says so meanwhile. It is
    // worked off alone: where one of several requests is for such a contact, or they have as many rows
    // together, erase() throws TooManyRows.
    std::vector<Result> erase(std::span<const Request> requests);

  private:
    // What is known of the contacts when their rows are locked.
    struct Cases {
        std::map<ContactId, Subject> subjects;  // with a row in leads
        std::map<ContactId, mautic::Decision> decisions;
        std::map<ContactId, ledger::Record> rows;
        std::map<ContactId, policy::Hold> holds;
        std::set<ContactId> stands;       // their last erasure stands; this pass only makes sure
        std::set<ContactId> carried_out;  // of these, the requests that it has carried out
        std::set<ContactId> later_due;    // what only later passes do is done now

        const ledger::Record* row_of(ContactId contact) const;
    };
    using Files = std::optional<std::map<ContactId, files::Removed>>;
    using Progress = Executor::Progress;

    // One transaction; nothing when it was one slice of a contact with very many rows. Everything about the
    // contacts is read and decided anew in each. `progress` is that of the only request.
    std::optional<std::vector<Result>> erase_once(std::span<const Request> requests, Progress* progress);
    void erase_slice(std::span<const Request> requests, const Cases& cases, Executor& executor,
                     std::map<ContactId, Subject>& subjects, Progress& progress);
    void ask_before_commit(std::span<const Request> requests, const Cases& cases,
                           const std::map<ContactId, Subject>& subjects) const;
    Cases open_cases(Executor& executor, std::span<const ContactId> contacts);
    void recognise_later(const ledger::Record& row, Subject& subject) const;
    std::map<ContactId, Subject> take_subjects(std::span<const Request> requests, Cases& cases) const;
    Files remove_files(const std::map<ContactId, Subject>& subjects) const;
    // What the ledger will say of it.
    ledger::Record record(const Request& request, const Cases& cases, const Files& files, Subject& subject,
                          Result& result) const;
    // Why a contact was not erased; the ledger learns of a hold and of a re-subscription.
    void explain(const Request& request, const Cases& cases, Result& result);
    // The contact's last erasure stands, and nothing new asks for another one.
    bool erasure_stands(const Request& request, const Cases& cases) const;
    bool is_mautics_own(const Cases& cases, ContactId contact) const;
    bool is_carried_out(const Request& request, const Cases& cases) const;
    void note_hold(const Request& request, const Cases& cases, Result& result);
    void close_superseded(const ledger::Record& before, Result& result);

    database::Connection& connection_;
    std::shared_ptr<const Rules> rules_;
    const std::function<bool()> go_on_;
    const MayCommit may_commit_;
    ledger::Ledger ledger_;
};

}  // namespace gdprd::erasure
