// The people of one pass, as an erasure holds them for the length of a transaction, and what was done to
// each.
//
// The values in a Subject are personal data: they are read under the lock of the contact's own row and live
// no longer than the transaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address_kind.h"
#include "base/column_values.h"
#include "base/contact_id.h"
#include "base/error.h"
#include "database/connection.h"
#include "files/contact_files.h"
#include "ledger/ledger.h"
#include "ledger/marks.h"
#include "matching/identity.h"
#include "plan/plan.h"
#include "policy/hash.h"

namespace gdprd::subjects {

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
    std::uint64_t other_hashes = 0;    // made because another row had the hash already (hash_writer.h)
    std::uint64_t total() const { return rows_changed + rows_deleted; }
    std::uint64_t unexpected() const { return total() - rows_planned; }  // in a later pass

    void add(const plan::Step& step, std::uint64_t rows);
    Counts& operator+=(const Counts& other);
};

// An address that was the contact's own, by its hash.
struct OwnAddress {
    AddressKind kind = AddressKind::seen;
    bool was_hashed = false;  // the hash stood there already
};

// A hash that the ledger has, and how it says that it was made.
struct KnownHash {
    std::string hash;
    std::string algorithm;
    std::string key_id;
};

struct Subject {
    ColumnValues values;  // columns of `leads` that are not NULL
    // What must not be found in its own rows afterwards.
    matching::Identity identity;
    // Of these, what ties a row without a contact by its text: the addresses that Mautic itself took for the
    // contact's, and the hash of one. A telephone number may be a whole firm's, a street a neighbour's, and
    // the address in a custom field the manager's.
    matching::Identity addresses;
    // Of these, the one that Mautic has for the contact, or had when it was erased. Another one was the
    // contact's once and may be somebody else's by now (address_holders.h).
    matching::Identity present_address;
    // Of the hashes in its own row: from the ledger before the pass, those that are there after it.
    ledger::Marks marks;
    bool in_ledger = false;     // with an erasure that is done or begun
    bool half_erased = false;   // some of its rows are done by transactions that were committed, not all
    bool later_is_due = false;  // what only later passes do is done for it
    bool is_back = false;       // has got an address again since, and whatever came with it
    std::string recorded_hash;  // of the address, by the ledger
    // What the ledger has of the hash that stands in its address: the recorded one also where the row had to
    // get another, and the wrapped one where a backup brought back what was wrapped. Nothing: it has none.
    std::optional<KnownHash> standing_hash;
    // Where a value's shape is enough to take it for a hash of ours: the ledger is behind, or the erasure of
    // before noted no fingerprints. Filled by HashRecognition.
    bool own_by_shape = false;
    bool others_by_shape = false;
    bool has_new_hashes = false;  // its own row got one in this pass
    std::string subject_hash;     // of the e-mail address, whatever the policy does with the field
    // By their hashes, as far as the pass met them where the data map says that they are the contact's own.
    std::map<std::string, OwnAddress> own_addresses;
    Counts counts;
    Counts counts_before;  // of the same pass, by the transactions before this one
    std::vector<ledger::Finding> findings;
    // A table whose rows are found by their text only has more rows than were searched.
    bool older_rows_unsearched = false;
    std::vector<ledger::Finding> found_before;  // by earlier passes, as the ledger has it
    std::set<std::string> searched_wholly;      // keys of the text steps whose oldest row was searched too
    std::vector<files::Upload> uploads;         // their names are in the rows that the pass erases
    std::uint64_t uploads_of_others = 0;        // names that others' rows hold too: those files stay

    // The hash that stands in its address as the ledger knows it.
    const std::string& as_recorded(const std::string& hash) const {
        return standing_hash ? standing_hash->hash : hash;
    }
    // A value that identified the contact is looked for in its rows from now on.
    void learn(std::string_view value) { identity.add(value); }
    void learn_hash(const std::string& hash, const policy::Hasher& hasher) {
        identity.add_hash_of_address(hash, hasher);
    }
    // So is an address of its own, which ties rows besides; what is none does not.
    void learn_own_address(std::string_view value);
    void learn_hash_of_own_address(const std::string& hash, const policy::Hasher& hasher);
    void learn_present_address(std::string_view value);
    void learn_hash_of_present_address(const std::string& hash, const policy::Hasher& hasher);
    // Of what is neither an address nor, where `may_be_hash`, a hash of one, the address in it is noted, "Ann
    // <ann@example.org>"; of several those that stood in the contact's own field.
    void note_address(std::string_view value, AddressKind kind, const policy::Hasher& hasher,
                      bool may_be_hash = false);
    void note_hash_of_address(const std::string& hash, AddressKind kind, bool was_hashed);
    void add_finding(const std::string& table, const std::string& column, std::uint64_t cells);
};

using Subjects = std::map<ContactId, Subject>;

std::vector<ContactId> ids_of(const Subjects& subjects);

// The contacts' rows in `leads`, in the order of their ids; those without a row are absent. lock_subjects()
// locks them until the transaction ends. Throw StaleSchema when the table has other columns than the plan,
// and DatabaseError.
Subjects lock_subjects(database::Connection& connection, const plan::Plan& plan, const policy::Hasher& hasher,
                       std::span<const ContactId> contacts);
Subjects read_subjects(database::Connection& connection, const plan::Plan& plan, const policy::Hasher& hasher,
                       std::span<const ContactId> contacts);

}  // namespace gdprd::subjects
