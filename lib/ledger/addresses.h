// Every address that an erasure met as the contact's own, by its hash: the present one, former ones, those of
// contacts that were merged into this one. They are written in the erasing transaction, so that whoever asks
// about an old address gets an answer for as long as the ledger lives.
//
// An address belongs to one erasure, as a record does: the same id may be somebody else's after a restore. It
// is known by `noted_at`, the time of the pass that met it, which is the record's `last_pass_at` then:
// erasure_of(). Contact 0 is whoever Mautic has deleted, where nothing tells any more who that was. Rows are
// added and never changed: whoever holds a seal of one may compare it for ever.
//
// Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address_kind.h"
#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "ledger/ledger.h"
#include "policy/hash.h"

namespace gdprd::ledger {

struct ErasedAddress {
    ContactId contact = 0;
    std::string hash;
    std::string algorithm;  // policy::Hasher::algorithm_name()
    std::string key_id;     // "" without a key
    AddressKind kind = AddressKind::seen;
    Timestamp noted_at{};

    bool operator==(const ErasedAddress&) const = default;
};

// Of one contact's records in the order of their times, the one whose erasure noted an address at that time;
// nullptr when there is none, as of what was left of a deleted contact that had the id before. Pure.
const Record* erasure_of(std::span<const Record* const> records, Timestamp noted_at);

// Whether the history is filed (reconciliation/address_filing.h), and how far that came.
struct FilingMarks {
    static constexpr std::string_view done = "addresses_filed";
    static constexpr std::string_view contacts_reached = "addresses_filed_contact";
    static constexpr std::string_view mails_reached = "addresses_filed_mail";
};

class ErasedAddresses {
  public:
    ErasedAddresses(database::Connection& connection, const std::string& ledger_database);

    // All with one of these hashes, in the order of contacts and times: an index answers.
    std::vector<ErasedAddress> find(std::span<const std::string> hashes);
    std::vector<ErasedAddress> of_contacts(std::span<const ContactId> contacts);
    // All there are, in the order of contact, hash and time, so many after this one; for a copy of the
    // ledger.
    std::vector<ErasedAddress> page(const std::optional<ErasedAddress>& after, std::size_t max);

    // Within an erasing transaction: what the erasures of these contacts have not noted as such a kind or a
    // closer one. Those without an algorithm are hashes of which nothing else is known: what was filed before
    // tells how they were made, and that they are of addresses; of one that a backup brought back the form
    // that `hasher` wrapped it into is noted. Where one is not known, as after the ledger was lost, the
    // history tells more than is filed: begin_filing_anew(). `going_on`: those of the contacts whose erasure
    // may have noted some before.
    void note(std::vector<ErasedAddress> addresses, const policy::Hasher& hasher,
              std::span<const ContactId> going_on);
    // Those that are there already are passed over, and those of a pass whose addresses are forgotten.
    void add(std::span<const ErasedAddress> addresses);

    // The history is not taken for filed any more (FilingMarks), until all of it was read again.
    void begin_filing_anew();
    // Of a ledger that was just made: where it has no erasure and no hash of an address is in Mautic, nobody
    // has to read the history. What is not found by this is begun anew by the pass that meets it.
    void take_for_filed_if_new(const std::string& table_prefix);

  private:
    void complete(std::vector<ErasedAddress>& addresses, const policy::Hasher& hasher);
    void insert(std::string_view verb, std::span<const ErasedAddress> addresses);
    std::vector<ErasedAddress> select(const std::string& condition,
                                      std::span<const database::Value> parameters);

    database::Connection& connection_;
    const std::string database_;
    const std::string table_;
};

}  // namespace gdprd::ledger
