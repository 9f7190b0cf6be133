// Removes hashes from Mautic's tables: where an index leads from the contact to the row, in contacts that it
// was merged into, and in rows that lost their contact when Mautic deleted it. What else stands in a row
// stays, and so does whatever is no hash of ours: somebody may have come back.
//
// A hash that another erasure has which is not forgotten stays where it is not this contact's: a merge moves
// rows. What the plan hashes in rows that only their text associates, or that contacts share, cannot be found
// any more once they are erased: unreachable_columns() has these. In the contact's own row every column is
// looked at, in others those that the plan hashes, or empties of an address.
//
// One object serves one transaction, in which the contacts are locked. Threads: that of its connection.
// Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "erasure/rules.h"
#include "ledger/forgetting.h"
#include "retention/choice.h"
#include "subjects/hash_recognition.h"
#include "subjects/plan_statements.h"
#include "subjects/row_finder.h"

namespace gdprd::retention {

struct RemovedHashes {
    std::map<std::string, std::uint64_t> cells;  // by "table.column", without the prefix
    std::set<ledger::Fingerprint> fingerprints;
};

// By the contacts that were merged into it, the contact that has their rows now.
using Winners = std::map<ContactId, std::set<ContactId>>;
// `contacts`, and the chain from each of them.
Winners find_winners(database::Connection& connection, const plan::Plan& plan,
                     const std::vector<ContactId>& contacts);

// What of the plan only hashes, in rows that can be found.
plan::Plan plan_of_hashes(const plan::Plan& plan);
std::vector<std::string> unreachable_columns(const plan::Plan& plan);

class MauticHashes {
  public:
    // Whether a value goes, whoever's rows it stands in, and what takes its place.
    class Decision {
      public:
        virtual ~Decision() = default;
        virtual void look_up(std::span<const subjects::HashRecognition::Cell> cells) = 0;
        virtual bool goes(ContactId owner, const columns::ColumnStep& column, const std::string& value,
                          bool is_own) = 0;
        // Nothing: what the plan empties the column to.
        virtual std::optional<std::string> replacement(const std::string&) { return std::nullopt; }
        virtual void is_gone(std::span<const ContactId>, const columns::ColumnStep&, const std::string&,
                             bool /*is_own*/, std::uint64_t /*rows*/) {}
    };

    // `plan`: of plan_of_hashes(). The references outlive the object.
    MauticHashes(database::Connection& connection, const erasure::Rules& rules, const plan::Plan& plan,
                 ledger::Forgetting& ledger, ledger::Fingerprints& fingerprints);

    // The choices are carried out in the ledger already. `subjects`: those of the choices that have a row.
    void remove(subjects::Subjects subjects, const std::map<ContactId, Choice>& choices);
    // In the rows of contacts that others were merged into: only what the choices name.
    void remove_from_winners(subjects::Subjects subjects, const std::map<ContactId, Choice>& choices,
                             const Winners& winners);
    // In rows without a contact.
    void remove_from_rows_of_nobody(const std::set<std::string>& gone);

    const RemovedHashes& removed() const { return removed_; }

    // By a decision of the caller's.
    void run(subjects::Subjects& subjects, const std::vector<ContactId>& contacts, Decision& decision);
    subjects::HashRecognition& recognition() { return hashes_; }

  private:
    struct Cell;

    std::map<ContactId, std::set<std::string>> known_hashes(const std::vector<ContactId>& contacts);
    void run_scope(const plan::Step& step, const subjects::RowScope& scope, Decision& decision);
    void write(const plan::Step& step, const subjects::RowScope& scope,
               std::span<const statements::HashedValue> values);

    database::Connection& connection_;
    const erasure::Rules& rules_;
    const plan::Plan& plan_;
    ledger::Forgetting& ledger_;
    subjects::PlanStatements statements_;
    subjects::HashRecognition hashes_;
    std::set<std::string> generated_;  // columns of the contact's own row
    RemovedHashes removed_;
};

}  // namespace gdprd::retention
