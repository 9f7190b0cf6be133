// Finds the rows of a pass's contacts that an index leads to: tied by a column, hanging on such rows, or
// shared with others. Rows that only their text ties are found by text_search.h.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "subjects/plan_statements.h"
#include "subjects/row_scopes.h"
#include "subjects/subject.h"

namespace gdprd::subjects {

// Whose rows are looked for, and what is known about them beforehand.
struct PassContacts {
    std::vector<ContactId> all;
    std::vector<ContactId> later;  // of these, for whom what only later passes do is done
    // Tables and columns under which earlier passes have counted rows of theirs.
    std::set<std::pair<std::string, std::string>> counted_before;
};
PassContacts contacts_of(const Subjects& subjects);

// How far one contact with very many rows has been processed. It passes from one transaction to the next and
// is never applied to anybody else.
struct Progress {
    ContactId contact = 0;
    std::map<const plan::Step*, std::string> last_keys;  // rows up to these primary keys are done
    matching::Identity identity;                         // what was learned on the way
    matching::Identity addresses;
    std::size_t checked_with = 0;  // the size of the identity that the first chunk was searched for
    std::vector<ledger::Finding> findings;
    Counts counts;
    bool has_begun() const { return !last_keys.empty(); }
};

class RowFinder {
  public:
    // Finds out which tables have rows of theirs at all. `progress`: rows that a transaction before has
    // processed are left out; null for none. Everything given outlives the object.
    RowFinder(PlanStatements& statements, PassContacts contacts, const Progress* progress = nullptr);

    const PassContacts& contacts() const { return contacts_; }
    const Progress* progress() const { return progress_; }
    bool is_empty(const plan::Step& step) const { return empty_.contains(step.key()); }
    // parent: is there anything that the rows would hang on?
    bool has_parents(const plan::Step& step) const { return !empty_.contains(step.tie.parent); }
    // What waited for a right was among the newest rows when it was counted, and need not be any more.
    bool has_known_rows(const plan::Step& step) const;

    // Rows that hang on others, and candidates of shared rows: before anything is changed, because an erasure
    // cuts the very associations they are found by. lock_parents() first, unless nothing will be changed.
    void lock_parents();
    void find_associated_rows();
    // The rows that rows found by their text refer to, before those are changed.
    void find_shared_by_text(const plan::Step& text_step, const RowScopes& scopes);

    // The rows of a step tied by a column or by parents, or what keep() was given.
    const RowScopes& scopes_of(const plan::Step& step);
    // By which rows the step is carried out, for the post-condition check.
    const RowScopes& keep(const plan::Step& step, RowScopes scopes);
    // What is left of the step's rows, processed ones of a long history apart.
    statements::Scope remaining(const plan::Step& step) const;
    // The step's rows that hang on the contacts' rows in this range, of the table that its chain begins with.
    Owners associated_rows(const plan::Step& step,
                           const std::optional<statements::KeyRange>& of_beginning) const;
    // shared: rows that the contacts refer to; others may do so too.
    const Owners& candidates(const plan::Step& step) { return found_[&step]; }

  private:
    void find_empty_steps();
    // Of the table that its chain begins with, for a step tied by parents; nothing: all of it.
    std::optional<statements::KeyRange> remaining_range(const plan::Step& step) const;
    std::span<const ContactId> due(const plan::Step& step) const;

    PlanStatements& statements_;
    const PassContacts contacts_;
    const Progress* const progress_;
    std::set<std::string> empty_;                    // keys of the steps without rows
    std::map<const plan::Step*, Owners> found_;      // of parents and shared, before anything was changed
    std::map<const plan::Step*, RowScopes> scopes_;  // by which each step is carried out
};

// Do the step's rows hang on those of `beginning`, and can both be processed chunk by chunk together? Not
// where the names of uploaded files are needed, at the end.
bool goes_along_with(const plan::Step& step, const plan::Step& beginning);

// Contact id and key of the rows that the statement selects.
Owners read_owners(PlanStatements& statements, const statements::Statement& statement,
                   const plan::Step& step);

}  // namespace gdprd::subjects
