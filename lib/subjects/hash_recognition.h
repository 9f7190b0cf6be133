// What a hashed column gets, and which values are hashes of ours already (promise 5): by the fingerprints and
// marks of earlier erasures, and by its shape alone only where nothing else can tell.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/fingerprints.h"
#include "plan/plan.h"
#include "policy/hash.h"
#include "statements/statements.h"
#include "subjects/subject.h"

namespace gdprd::subjects {

class HashRecognition {
  public:
    // Hashes that are made are noted in `fingerprints`; the caller writes them before its commit. Without
    // them hashes are known by the marks and by their shape only. Both outlive the object.
    HashRecognition(const policy::Hasher& hasher, ledger::Fingerprints* fingerprints)
        : hasher_(hasher), fingerprints_(fingerprints) {}

    const policy::Hasher& hasher() const { return hasher_; }

    // First of all: which values of the subjects' own rows may be hashes of ours, and where a shape will do.
    void recognise(Subjects& subjects);
    // By the end of the transaction every hash of theirs is noted.
    void note_contacts(const Subjects& subjects);
    void note(std::string_view hash);

    // A value of the contact's own row, and of a column of another table.
    bool is_our_hash(const Subject& subject, const std::string& own_column, const std::string& value) const;
    bool is_our_hash(const Subject& subject, const columns::ColumnStep& column,
                     const std::string& value) const;

    // The hash of the contact's own column; the value itself when it is our hash already.
    std::string hash_of_own(const Subject& subject, const std::string& column,
                            policy::Normalisation normalisation, const std::string& value) const;
    // What the contact's row gets in its hashed columns, in the order of the step. Fills marks and
    // subject_hash.
    statements::RewrittenRow own_row(const plan::Step& step, ContactId id, Subject& subject);
    // The same for a column of another table, whose row may be several contacts': what is learned from it is
    // learned of each of them. The value has been looked up before.
    std::string hash_of_row(const std::vector<ContactId>& owners, Subjects& subjects,
                            const columns::ColumnStep& column, const std::string& value);
    // Asks for all of these values that may be hashes of ours with few statements.
    struct Cell {
        const columns::ColumnStep* column;
        std::string_view value;
    };
    void look_up(std::span<const Cell> cells);

    // Is it, or what it became when it was wrapped, written by us? As far as was looked up.
    bool is_noted(std::string_view hash) const;

  private:
    bool is_taken_for_hash(const Subject& subject, const std::string& value) const;

    const policy::Hasher& hasher_;
    ledger::Fingerprints* const fingerprints_;
};

// What identifies the subjects by their own rows, as far as it is not a hash yet.
void learn_identities(const plan::Plan& plan, const HashRecognition& hashes, Subjects& subjects);

}  // namespace gdprd::subjects
