// "Was this address ever here, and what became of it?" Answered from the ledger and from what Mautic still
// holds, by the address and by its hashes.
//
// Reads only. The address is compared, never kept: nothing in an answer repeats it. Threads: the thread of
// its connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "ledger/addresses.h"
#include "ledger/ledger.h"
#include "policy/hash.h"

namespace gdprd::lookup {

struct LookupOptions {
    std::string table_prefix;
    std::string ledger_database;
    policy::HashOptions hash;             // today's; hashes without a key are always tried too
    std::vector<std::string> other_keys;  // of former times
    // Look through all mails for the address, too: those of contacts that are not erased, and of erasures
    // whose addresses are not filed yet. `email_stats` has no index for that: the whole table is read.
    bool read_history = true;
};

// Where the address, or its hash, was found.
enum class Trace {
    ledger,           // the record of an erasure: the contact had the address then
    former_address,   // an erasure met it: the contact had it before
    merged_address,   // an erasure met it: a contact that was merged into this one had it
    seen_address,     // an erasure met it: mails to the contact went to it, or a form of theirs had it
    contact_address,  // the contact has this address: it is not erased
    contact_hash,     // the contact has its hash
    mail_address,     // a mail was sent to it
    mail_hash,        // a mail was sent to an address with its hash
};
const char* name_of(Trace trace);

struct Mails {
    std::uint64_t sent = 0;
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
};

struct FoundContact {
    static constexpr std::size_t others_max = 10;

    ContactId contact = 0;
    std::set<Trace> traces;
    bool in_mautic = false;  // there is a row in `leads`
    // That row has another address, or none where the erasure left a hash: it may be another contact's, who
    // has the id since a restore or a deletion. What Mautic has of it, from first_seen to opt_outs, is left
    // out.
    bool is_reused = false;
    std::optional<Timestamp> first_seen;  // leads.date_added
    Mails mails;                          // to all addresses of the contact
    // As Mautic has it on its do-not-contact list. Nothing for a date that is none.
    struct OptOut {
        std::int64_t reason = 0;
        std::string channel;
        std::optional<Timestamp> since;
    };
    std::vector<OptOut> opt_outs;
    std::optional<ledger::Record> erasure;  // the current record of the id
    std::vector<ledger::Record> former;     // of earlier erasures, the last one first: another address, or a
                                            // contact that had the id before a restore
    std::set<std::string> hashes;           // of the address that was looked for, as records have it
    std::vector<ledger::ErasedAddress> addresses;  // those of the contact that are the one looked for
    // Others that have the address now, and others that were erased with it, the first others_max of each:
    // what is said of this one may be about somebody else than those.
    std::vector<ContactId> used_now_by;
    std::vector<ContactId> used_last_by;

    // How the address belonged to the contact when it was erased as the record says; nothing when the record
    // is about another one.
    std::optional<AddressKind> kind_in(const ledger::Record& row) const;
    // Is any record about this address? Of a contact that Mautic had deleted there is none; a record of its
    // id is about somebody else then.
    bool is_recorded() const;
    // Is it the very address that was erased then?
    bool is_of_address(const ledger::Record& row) const { return kind_in(row) == AddressKind::current; }
};

// Records that were hashed with a key this lookup does not have.
struct MissingKey {
    std::string algorithm;
    std::string key_id;
    std::uint64_t contacts = 0;
};

// Those of the ledger whose keys are none of `key_ids` ("" stands for no key), which it looks for in the
// indexes. The ledger's tables must be there.
std::vector<MissingKey> find_missing_keys(database::Connection& connection,
                                          const std::string& ledger_database,
                                          const std::set<std::string>& key_ids);

// Erasures whose hashes went at the end of their time: by an address none of them is found any more.
struct ForgottenErasures {
    std::uint64_t count = 0;
    std::optional<Timestamp> first;  // erased_at of the oldest one, and of the newest
    std::optional<Timestamp> last;
};

struct LookupAnswer {
    std::vector<FoundContact> contacts;             // by id
    Mails mails_without_contact;                    // to this address; their contact was deleted in Mautic
    std::uint64_t clear_mails_without_contact = 0;  // those of them that have the address itself, no hash
    // What was left of a contact with this address that Mautic had deleted was erased then, the last time.
    std::optional<Timestamp> deleted_contact_erased_at;
    // The first time, where it was more than once: of one contact, or of several.
    std::optional<Timestamp> deleted_contact_first_erased_at;
    std::vector<MissingKey> missing_keys;
    ForgottenErasures forgotten;
    bool has_ledger = false;

    // Was its hash made with a key that this lookup does not have? Whether it is about the address cannot be
    // told then.
    bool lacks_key_of(const ledger::Record& row) const;
    bool found() const {
        return !contacts.empty() || mails_without_contact.sent > 0 || deleted_contact_erased_at;
    }
};

class Lookup {
  public:
    Lookup(database::Connection& connection, LookupOptions options);

    // `address` is looked for in all its spellings (policy/address.h).
    LookupAnswer find(std::string_view address);

  private:
    struct Candidate;  // a hash of the address, and how it was made
    using Traces = std::map<ContactId, std::set<Trace>>;

    std::vector<Candidate> candidates(std::string_view address) const;
    void search_ledger(const std::vector<Candidate>& candidates, Traces& traces, LookupAnswer& answer);
    void search_addresses(const std::vector<Candidate>& candidates, Traces& traces, LookupAnswer& answer);
    std::optional<std::string> is_one_of_marks(std::string_view table_name, const std::string& column,
                                               std::size_t count);
    void search_contacts(const std::set<std::string>& texts, Traces& traces);
    void search_mails(const std::set<std::string>& texts, Traces& traces, LookupAnswer& answer);
    void tell_forgotten(LookupAnswer& answer);
    void describe_mails(FoundContact& found);
    FoundContact describe(ContactId contact, const std::set<Trace>& traces, bool has_ledger);
    std::string table(std::string_view name) const;

    database::Connection& connection_;
    LookupOptions options_;
    ledger::Ledger ledger_;
    ledger::ErasedAddresses erased_addresses_;
    std::map<ContactId, std::set<std::string>> recorded_;  // hashes of the address in records of a contact
    std::map<ContactId, std::vector<ledger::ErasedAddress>> noted_;
};

}  // namespace gdprd::lookup
