// Which hashes in Mautic's tables are wrapped with their contacts, and what that means for the ledger's
// marks.
//
// A hash does not show how it was made. Of an address the ledger says it. Of another value it is known by the
// marks of the records that are wrapped, and where every erasure of the contact is of that kind, by its
// fingerprint; where a later one made hashes with today's key, those stay as they are. Its shape proves
// nothing: an erasure may take a value for a hash and leave it, but wrapping it would destroy it. What is
// wrapped is noted (ledger::fingerprint_of_wrapped()) and never wrapped again; a hash whose wrapped form is
// noted came back with a backup, and is wrapped.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "retention/mautic_hashes.h"
#include "retention/wrapping.h"

namespace gdprd::retention {

// What is known of a contact in whose rows hashes are wrapped.
struct Wrappable {
    std::vector<ledger::Marks> marks;  // of the records that are wrapped, its own and those merged into it
    bool is_mixed = false;             // a record of its own says that another key made hashes, too
    bool only_marked = false;          // others were merged into it, and it is not wrapped itself now
};

class WrappedCells : public MauticHashes::Decision {
  public:
    struct OwnCell {
        std::string column;
        std::string before;
    };

    // The references outlive the object. `made_by`: nothing when only what came back is wrapped.
    WrappedCells(const policy::Hasher& hasher, const std::optional<ledger::HashKey>& made_by,
                 subjects::HashRecognition& recognition, ledger::Fingerprints& fingerprints,
                 retention::Wrapping& ledger);

    // Before run(): whose rows come next.
    void expect(const subjects::Subjects& subjects, std::map<ContactId, Wrappable> contacts);

    void look_up(std::span<const subjects::HashRecognition::Cell> cells) override;
    bool goes(ContactId owner, const columns::ColumnStep& column, const std::string& value,
              bool is_own) override;
    std::optional<std::string> replacement(const std::string& value) override;
    void is_gone(std::span<const ContactId> owners, const columns::ColumnStep& column,
                 const std::string& value, bool is_own, std::uint64_t rows) override;

    // A record's marks after that. Those of values that are gone are wrapped themselves in a record that is.
    ledger::Marks marks_of(ContactId contact, const ledger::Marks& marks, bool is_wrapped) const;
    // The months of their fingerprints go over to the wrapped forms of these and of what was in the tables.
    void note(ledger::Forgetting& ledger, const std::set<std::string>& others);

    std::size_t unknown() const { return unknown_.size(); }

  private:
    bool is_wrapped(const std::string& value) const;
    bool came_back(const std::string& value) const;
    bool is_known_address(const std::string& hash);

    const policy::Hasher& hasher_;
    const std::optional<ledger::HashKey>& made_by_;
    subjects::HashRecognition& recognition_;
    ledger::Fingerprints& fingerprints_;
    retention::Wrapping& ledger_;
    std::map<ContactId, Wrappable> contacts_;
    std::map<std::string, retention::Wrapping::MadeBy> addresses_;
    std::map<ContactId, std::vector<OwnCell>> own_cells_;         // that were wrapped
    std::map<ContactId, std::vector<OwnCell>> own_wrapped_ones_;  // that were before
    std::set<std::string> gone_;
    std::set<std::string> noted_;    // of these, where a hash is noted
    std::set<std::string> unknown_;  // hashes of addresses that no row of the ledger has
};

}  // namespace gdprd::retention
