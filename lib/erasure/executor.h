// Runs a plan's steps for a list of contacts inside the caller's transaction, and reads back what is left.
//
// One executor serves one transaction. The contacts' own rows are locked by lock_contacts() first; everything
// else follows from there. Threads: the thread of its connection. Errors: DatabaseError; the caller rolls
// back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"
#include "files/contact_files.h"
#include "ledger/fingerprints.h"
#include "ledger/ledger.h"
#include "ledger/marks.h"
#include "matching/identity.h"
#include "plan/plan.h"
#include "policy/hash.h"
#include "policy/holds.h"
#include "statements/statements.h"

namespace gdprd::erasure {

// The live schema is no longer the one the plan was made from: read it again and make a new plan.
class StaleSchema : public Error {
  public:
    using Error::Error;
};

// What was done to one contact.
struct Counts {
    std::uint64_t rows_changed = 0;
    std::uint64_t rows_deleted = 0;
    std::map<mautic::Action, std::uint64_t> rows_by_action;
    std::uint64_t rows_planned = 0;    // of these, changed by what only later passes do: no news
    std::uint64_t values_emptied = 0;  // structured values that could not be parsed and were emptied whole
    std::uint64_t other_hashes = 0;    // made because another row had the hash already (executor_taken.cpp)
    std::uint64_t total() const { return rows_changed + rows_deleted; }
    std::uint64_t unexpected() const { return total() - rows_planned; }  // in a later pass
    Counts& operator+=(const Counts& other);
};

// One contact as the executor holds it for the length of the transaction. The values in it are personal data.
struct Subject {
    std::map<std::string, std::string> values;  // columns of `leads` that are not NULL
    matching::Identity identity;
    // Of these, what ties a row by its text: addresses, and the hash of one. A telephone number may be a
    // whole firm's, a street may be a neighbour's.
    matching::Identity addresses;
    ledger::Marks
        marks;  // of the hashes in its own row: from the ledger before run(), those that are there after it
    bool in_ledger = false;     // with an erasure that is done or begun
    bool half_erased = false;   // some of its rows are done by transactions that were committed, not all
    bool later_is_due = false;  // what only later passes do is done for it
    bool is_back = false;       // has got an address again since, and whatever came with it
    std::string recorded_hash;  // of the address, by the ledger
    // Where a value's shape is enough to take it for a hash of ours: the ledger is behind, or the erasure of
    // before noted no fingerprints. Filled by begin().
    bool own_by_shape = false;
    bool others_by_shape = false;
    std::string subject_hash;  // of the e-mail address, whatever the policy does with the field
    Counts counts;
    Counts counts_before;  // of the same pass, by the transactions before this one
    std::vector<ledger::Finding> findings;
    // A table whose rows are found by their text only has more rows than were searched.
    bool older_rows_unsearched = false;
    std::vector<ledger::Finding> found_before;  // by earlier passes, as the ledger has it
    std::set<std::string> searched_wholly;      // keys of the text steps whose oldest row was searched too
    // The hash that stands in the contact's row as the ledger knows it: the recorded one also where the row
    // had to get another.
    const std::string& as_recorded(const std::string& hash) const {
        return !recorded_hash.empty() && marks.contains("email", hash) ? recorded_hash : hash;
    }
    std::vector<files::Upload> uploads;   // filled by run(): their names are in the rows that it erases
    std::uint64_t uploads_of_others = 0;  // names that others' rows hold too: those files stay
};

class Executor {
  public:
    // `slice_rows`: more rows of the subjects than this in one table are no work for one transaction.
    // `files_covered`: false leaves `uploads` empty, which costs a search of a form's results to fill.
    Executor(database::Connection& connection, const plan::Plan& plan, const policy::Hasher& hasher,
             std::size_t slice_rows = SIZE_MAX, bool files_covered = true);

    // Hashes of ours are known, and noted, here; to be written by the caller before the commit. Without it
    // they are known by the marks and by their shape only.
    void use(ledger::Fingerprints& fingerprints) { fingerprints_ = &fingerprints; }

    // Rows of visitors who are on hold are left alone.
    void use(const policy::Holds& holds) { holds_ = &holds; }

    // Locks the contacts' rows in `leads`, in the order of their ids, and reads them. Contacts without a row
    // are absent. Throws StaleSchema when the table has other columns than the plan.
    std::map<ContactId, Subject> lock_contacts(std::span<const ContactId> contacts);

    // Whose a row is, by the value of its scope's owner column. It may be several contacts': it is searched
    // for what identifies each of them, and counted for the first one in the order of their ids.
    using Owners = std::map<std::string, std::set<ContactId>>;

    // How far one contact with very many rows has been worked off. It passes from one transaction to the next
    // and is never applied to anybody else.
    struct Progress {
        ContactId contact = 0;
        std::map<const plan::Step*, std::string> last_keys;  // rows up to these primary keys are done
        matching::Identity identity;                         // what was learned on the way
        matching::Identity addresses;
        std::size_t proven_with = 0;  // the size of the identity that the first slice was searched for
        std::vector<ledger::Finding> findings;
        Counts counts;
        bool has_begun() const { return !last_keys.empty(); }
    };
    // First: what identifies the subjects, and which tables have rows of theirs. `progress` is that of the
    // only subject; without it more rows than one transaction should change can be told, not worked off.
    void begin(std::map<ContactId, Subject>& subjects, const Progress* progress = nullptr);
    // A table in which the subjects together have more than `slice_rows` rows left; none when there is none.
    const plan::Step* long_step() const { return long_step_; }
    // The next `slice_rows` rows of the progress's contact in that table, instead of run(), and what nobody
    // refers to any more after it. Fills counts.
    void run_slice(std::map<ContactId, Subject>& subjects, Progress& progress);
    void prove_slice(std::map<ContactId, Subject>& subjects);  // after run_slice()

    // All steps for all subjects. Fills counts, marks, subject_hash and identity.
    void run(std::map<ContactId, Subject>& subjects);

    // Instead of all of the above: rows of this table that lost their contact when Mautic deleted it, by
    // primary key; those that have one, or have it again, are left alone. Returns what was done to them, to
    // what hangs on them and to what nobody else refers to.
    Subject run_leftovers(const std::string& real_table, std::span<const std::uint64_t> ids);
    // Instead of all of the above: rows that name these contacts, which are gone, by a column without a
    // foreign key.
    Counts run_named(std::span<const ContactId> contacts);

    // Reads the subjects' rows again and looks for their identifying values. Fills findings.
    void prove(std::map<ContactId, Subject>& subjects);

    // Rows tied to the contacts and rows that run() would change, per step of the plan; changes nothing.
    struct Preview {
        std::uint64_t rows = 0;
        std::uint64_t pending = 0;
    };
    std::vector<Preview> preview(ContactId contact);

  private:
    // Rows that are found first are named by primary key, so many at a time.
    static constexpr std::size_t keys_per_statement = 256;

    using Subjects = std::map<ContactId, Subject>;
    struct ResolvedScope {
        statements::Scope scope;
        Owners owners;  // empty: the owner column is the contact id itself
    };
    using Scopes = std::vector<ResolvedScope>;

    std::map<ContactId, Subject> read_contacts(std::span<const ContactId> contacts, bool lock);
    std::uint64_t count_pending_in(const plan::Step& step, const statements::Scope& scope,
                                   const statements::Context& context);
    Preview preview_step(const plan::Step& step, std::span<const ContactId> contacts, Subjects& subjects);

    // Finding the rows (executor_scopes.cpp, executor_texts.cpp).
    void find_empty_steps(std::span<const ContactId> contacts);
    void lock_parents(std::span<const ContactId> contacts);
    void find_rows_of_parents(std::span<const ContactId> contacts);
    void find_shared_rows(std::span<const ContactId> contacts);
    void learn_history(Subjects& subjects);
    void learn_hash(Subject& subject, const std::string& hash) const;
    void learn_values(const plan::Step& step, const plan::ColumnStep& column,
                      std::span<const ContactId> contacts, Subjects& subjects);
    void take_over(const Progress& progress, Subjects& subjects);
    std::span<const ContactId> due(const plan::Step& step, std::span<const ContactId> contacts) const;
    void find_long_step(std::span<const ContactId> contacts);
    std::map<const plan::Step*, Owners> shared_rows_of_slice(const statements::KeyRange& slice,
                                                             ContactId contact);
    void run_shared(const plan::Step& step, const Owners& candidates, Subjects& subjects);
    statements::Scope scope_of_step(const plan::Step& step, std::span<const ContactId> contacts) const;
    Scopes scopes_of_keys(const plan::Step& step, const Owners& owners) const;
    Owners read_owners(const statements::Statement& statement, const plan::Step& step);
    const Scopes& scopes_of(const plan::Step& step, std::span<const ContactId> contacts);
    // Rows found by their text: by the column, or the first of all columns, in which they name somebody.
    using OwnersByColumn = std::map<std::string, Owners>;
    Scopes scopes_by_text(const plan::Step& step, Subjects& subjects);
    Owners search_visitors(const plan::Step& step, Subjects& subjects);
    OwnersByColumn search_newest(const plan::Step& step, Subjects& subjects);
    bool has_known_rows(const plan::Step& step) const;
    std::size_t rows_to_search(const plan::Step& step) const;
    void search_texts(const plan::Step& step, std::span<const database::Value> keys, const Subjects& subjects,
                      const matching::Identity& anyone, OwnersByColumn& owners);
    std::set<ContactId> owners_by_text(const plan::Step& step, const database::Rows& row,
                                       std::size_t first_column, std::size_t columns,
                                       const Subjects& subjects, const matching::Identity& anyone) const;
    static void keep_owners_of_message(const plan::Step& step, const database::Rows& row,
                                       const Subjects& subjects, std::set<ContactId>& owners);
    void leave_held_visitors(const std::map<std::string, ContactId>& visitors, OwnersByColumn& owners);
    void find_shared_by_text(const plan::Step& step, const Scopes& scopes);
    Owners unreferenced(const plan::Step& step, const Owners& candidates, const Subjects& subjects);
    Owners lock_leftovers(const plan::Step& step, std::span<const std::uint64_t> ids);
    Owners end_of_chains(const plan::Step& step, const std::vector<const plan::Step*>& lost,
                         std::span<const std::uint64_t> ids);
    Owners unreferenced_now(const plan::Step& step, const Scopes& scopes, const Subjects& subjects);
    // All of them, at least one; and the one for whom the row is counted.
    std::vector<ContactId> owners_of(const ResolvedScope& resolved, const std::string& owner) const;
    ContactId owner_of(const ResolvedScope& resolved, const std::string& owner) const;

    statements::Context context_for(const plan::Step& step);
    void find_anonymous_ip();  // leaves anonymous_ip_ empty when Mautic has no such row

    // Rows whose structured values are not yet as they should be, with what they get.
    struct PendingRow {
        statements::RewrittenRow row;
        std::size_t bytes = 0;
    };

    // Changing them (executor.cpp, executor_rows.cpp).
    // Every changed row is this one's; nullptr when there are several and rows have to be asked whose they
    // are.
    static Subject* only_one(Subjects& subjects) {
        return subjects.size() == 1 ? &subjects.begin()->second : nullptr;
    }
    static void learn(Subject& subject, std::string_view value);
    void learn_identities(Subjects& subjects) const;
    void run_step(const plan::Step& step, const Scopes& scopes, Subjects& subjects);
    statements::RewrittenRow own_row(const plan::Step& step, ContactId id, Subject& subject) const;
    void run_contact_step(const plan::Step& step, Subjects& subjects);
    void change_own_rows(const plan::Step& step, const statements::Context& context,
                         std::span<const statements::RewrittenRow> rows, Subjects& subjects);
    void run_plain(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects);
    struct HashedRow;
    std::vector<HashedRow> read_hashed(const plan::Step& step, const ResolvedScope& resolved,
                                       const statements::Context& context);
    void run_hashed(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects);

    // Where the table wants each value once (executor_taken.cpp).
    using UpdateByKey = statements::Statement (*)(const plan::Step&, const statements::Context&,
                                                  std::span<const statements::RewrittenRow>);
    std::optional<std::uint64_t> change_unless_taken(const statements::Statement& statement,
                                                     const plan::Step& step);
    std::uint64_t change_by_key(UpdateByKey update, const plan::Step& step,
                                const statements::Context& context,
                                std::span<const statements::RewrittenRow> rows, Subjects& subjects);
    std::uint64_t change_with_other_hash(UpdateByKey update, const plan::Step& step,
                                         const statements::Context& context,
                                         const statements::RewrittenRow& row, Subjects& subjects);
    void change_hashed(const plan::Step& step, const ResolvedScope& resolved,
                       const statements::Context& context, std::span<const statements::HashedValue> values,
                       Subjects& subjects);
    void rewrite_rows(const plan::Step& step, std::vector<PendingRow> pending, Subjects& subjects);
    void run_rewritten(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects);
    void run_deletion(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects);
    void note_uploads(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects);
    void count(Subject& subject, const plan::Step& step, std::uint64_t rows) const;

    void each_to_rewrite(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects,
                         const std::function<void(std::vector<PendingRow>)>& handle);
    std::optional<PendingRow> rewritten_row(const plan::Step& step, const database::Rows& row,
                                            const std::vector<ContactId>& owners, Subjects& subjects) const;

    void count_what_is_kept(const plan::Step& step, const Scopes& scopes, std::span<const ContactId> contacts,
                            Subjects& subjects);
    void count_former_rows(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects);
    void count_left_rows(const plan::Step& step, std::span<const ContactId> contacts, Subjects& subjects);
    void count_rewritable_rows(const plan::Step& step, const ResolvedScope& resolved,
                               const statements::Context& context, Subjects& subjects);
    void prove_step(const plan::Step& step, const ResolvedScope& resolved, Subjects& subjects,
                    bool may_empty);
    void prove_done_rows(const plan::Step& step, const std::string& last, Subjects& subjects);

    // The hash of the contact's own column; the value itself when it is our hash already.
    std::string hash_of_own(const Subject& subject, const std::string& column,
                            policy::Normalisation normalisation, const std::string& value) const;
    void find_own_hashes(Subjects& subjects);
    void note_contacts(const Subjects& subjects);
    bool is_noted(std::string_view hash) const;
    void note(std::string_view hash) const;
    bool is_taken_for_hash(const Subject& subject, const std::string& value) const;
    bool is_our_hash(const Subject& subject, const std::string& own_column, const std::string& value) const;
    bool is_our_hash(const Subject& subject, const plan::ColumnStep& column, const std::string& value) const;
    // The same for a column of another table.
    std::string hash_of_other(Subject& subject, const plan::ColumnStep& column,
                              const std::string& value) const;
    void ask_for_hashes(const plan::ColumnStep& column, std::span<const std::string> values) const;
    // The same for a row that may be several contacts': what is learned from it is learned of each of them.
    std::string hash_of_row(const std::vector<ContactId>& owners, Subjects& subjects,
                            const plan::ColumnStep& column, const std::string& value) const;

    database::Rows select(const statements::Statement& statement, const plan::Step& step);
    std::uint64_t change(const statements::Statement& statement, const plan::Step& step);

    database::Connection& connection_;
    const plan::Plan& plan_;
    const policy::Hasher& hasher_;
    ledger::Fingerprints* fingerprints_ = nullptr;
    const policy::Holds* holds_ = nullptr;
    std::map<std::string, OwnersByColumn> of_visitors_;  // what the entry's search has found
    // Tables and columns under which rows of the subjects were counted before.
    std::set<std::pair<std::string, std::string>> counted_before_;
    std::string anonymous_ip_;  // id of the `*.*.*.*` row, once it was needed
    const bool files_covered_;
    std::vector<ContactId> later_due_;  // the subjects for whom what only later passes do is done
    std::set<std::string> empty_;       // keys of the steps that had no rows when the transaction began
    std::map<const plan::Step*, Owners> found_;   // rows of parents, and shared rows, as they were before
                                                  // anything was changed
    std::map<const plan::Step*, Scopes> scopes_;  // by which each step was carried out, for the proof
    const std::size_t slice_rows_;
    const plan::Step* long_step_ = nullptr;
    const Progress* progress_ = nullptr;
    std::vector<std::pair<const plan::Step*, ResolvedScope>> slice_;  // what run_slice() has changed
};

}  // namespace gdprd::erasure
