// Who was erased, as far as an address can tell: asked of a filter in memory first, and of the ledger's index
// for what passes it, so that nobody is reported whom the ledger does not have.
//
// An address is hashed as the ledger may have done it: with each algorithm and key that the ledger has
// records of, in every spelling of today and of former times (policy/address.h). A record counts once it
// tells of an erasure that was made before the audit began. Who re-subscribed or is on hold since is not
// erased.
//
// An erased address that is the address of another contact today belongs to somebody who came back, or to a
// second contact of the same person: what Mautic has of it is legitimate.
//
// Threads: any number may use one object that is ready, each with connections of its own. Errors:
// DatabaseError.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "audit/hash_filter.h"
#include "base/clock.h"
#include "base/contact_id.h"
#include "database/connection.h"
#include "policy/hash.h"
#include "policy/many_hashes.h"

namespace gdprd::audit {

struct PeopleOptions {
    std::string ledger_database;
    std::vector<std::string> keys;  // today's hash key and former ones; no key is always tried
    Timestamp before;               // erasures that were made earlier count
    std::set<ContactId> unnamed{};  // found like all others, and not named any more
};

// Records whose hashes cannot be made, because the key is not at hand.
struct MissingKey {
    std::string algorithm;
    std::string key_id;
    std::uint64_t records = 0;
};

// How the hashes of the records that count were made.
struct HashesInUse {
    std::vector<policy::HashOptions> known;
    std::vector<MissingKey> missing;
};
HashesInUse hashes_in_use(database::Connection& ledger, const PeopleOptions& options);

// A hash of an address, and how it was made.
struct AddressHash {
    std::string hash;
    std::size_t hasher = 0;  // which of the hashers in use

    auto operator<=>(const AddressHash&) const = default;
};

enum class Standing {
    unknown,   // nobody who was erased
    erased,    // and no contact has the address today
    returned,  // and another contact has the address today
};

struct Person {
    Standing standing = Standing::unknown;
    ContactId contact = 0;              // the lowest id of those that were erased with this address
    std::vector<ContactId> contacts{};  // all of them, but those whom nobody wants named
};

class ErasedPeople;

// Tells quickly of nearly every address that it is nobody's who was erased. An object belongs to one thread,
// and the people it was made for outlive it.
class QuickLook {
  public:
    explicit QuickLook(const ErasedPeople& people);
    // Of an ASCII address without white space around it; of any other one it says false.
    bool is_harmless(std::string_view address);

  private:
    const ErasedPeople& people_;
    std::vector<policy::ManyHashes> hashes_;
    std::string lower_;
};

class ErasedPeople {
  public:
    // Called between pages of what is read; false ends the reading, and the object is of no use then.
    using GoOn = std::function<bool()>;

    // Reads all records once.
    ErasedPeople(database::Connection& ledger, const PeopleOptions& options, const GoOn& go_on);

    // Reads the address of every contact once, to know who is a contact again.
    void read_contacts(database::Connection& mautic, database::Connection& ledger,
                       const std::string& contact_table, const GoOn& go_on);

    // Adds the hashes of this address that may be somebody's; none for nearly every address of the others.
    void add_suspects(std::string_view address, std::vector<AddressHash>& suspects) const;

    // What the ledger says. Each hash at most once; the answers are in the same order.
    std::vector<Person> ask(database::Connection& ledger, std::span<const AddressHash> suspects) const;

    std::uint64_t addresses() const { return addresses_; }  // that were erased, one counted per record
    const std::vector<MissingKey>& missing_keys() const { return missing_keys_; }

  private:
    friend class QuickLook;

    void make_hashers(database::Connection& ledger);
    void read_records(database::Connection& ledger, const char* table, const char* key, const GoOn& go_on);
    // Erased contacts by hash; each hash only as its hasher made it.
    std::map<AddressHash, std::vector<ContactId>> find(database::Connection& ledger,
                                                       std::span<const AddressHash> suspects) const;

    const PeopleOptions options_;
    std::vector<policy::Hasher> hashers_;            // those in use
    std::vector<policy::HashOptions> hash_options_;  // of the same
    std::vector<MissingKey> missing_keys_;
    HashFilter filter_;
    std::uint64_t addresses_ = 0;
    std::unordered_set<std::uint64_t> returned_;  // beginnings of hashes
};

}  // namespace gdprd::audit
