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
#include <span>
#include <vector>

#include "erasure/case.h"
#include "erasure/pass.h"
#include "erasure/request.h"
#include "erasure/rules.h"
#include "ledger/addresses.h"
#include "ledger/ledger.h"
#include "outbox/outbox.h"

namespace gdprd::erasure {

// Several contacts together have more rows than one transaction should change: erase fewer at a time.
class TooManyRows : public Error {
  public:
    using Error::Error;
};

// A contact with very many rows was left between two chunks, because somebody wants to stop. The ledger says
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
    // `go_on` is asked between the chunks of a contact with very many rows. When `may_commit` says no, the
    // transaction is rolled back and erase() throws ErasingPaused.
    Eraser(database::Connection& connection, std::shared_ptr<const Rules> rules,
           std::function<bool()> go_on = {}, MayCommit may_commit = {});

    // One transaction for all of them; one result each, in the order of the requests. A contact with more
    // rows than `slice_rows` in a table takes several transactions, and the ledger says so meanwhile. It is
    // processed alone: where one of several requests is for such a contact, or they have as many rows
    // together, erase() throws TooManyRows.
    std::vector<Result> erase(std::span<const Request> requests);

  private:
    using Cases = std::map<ContactId, Case>;
    using Files = std::optional<std::map<ContactId, files::Removed>>;

    // One transaction; nothing when it was one chunk of a contact with very many rows. Everything about the
    // contacts is read and decided anew in each. `progress` is that of the only request.
    std::optional<std::vector<Result>> erase_once(std::span<const Request> requests, Progress* progress);
    void erase_chunk(const Case& of, Pass& pass, Subject& subject, Progress& progress);
    void ask_before_commit(std::size_t new_erasures) const;
    Files remove_files(const Subjects& subjects) const;
    // What became of each case, and what the ledger will say of those that were erased.
    std::map<ContactId, Result> conclude(const Cases& cases, Subjects& subjects, const Files& files,
                                         std::vector<ledger::Record>& records);
    void note_addresses(const Cases& cases, const Subjects& subjects,
                        std::span<const ledger::Record> records);
    // Whoever was erased now, and not by a later pass, is told of.
    void note_notifications(std::span<const ledger::Record> records);
    // Of a contact that is not erased the ledger learns of a hold and of a re-subscription.
    void note_hold(const Case& of, Result& result);
    void close_superseded(const Case& of, Result& result);

    database::Connection& connection_;
    std::shared_ptr<const Rules> rules_;
    const std::function<bool()> go_on_;
    const MayCommit may_commit_;
    ledger::Ledger ledger_;
    ledger::ErasedAddresses addresses_;
    outbox::Outbox outbox_;
};

}  // namespace gdprd::erasure
