// Is the contact that has this id now the person who was erased under it? After Mautic's database was
// restored the ledger knows ids and hashes, and an id may belong to somebody else by now. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/ledger.h"
#include "policy/hash.h"

namespace gdprd::restore {

using ledger::Marks;
using ledger::Record;

enum class Recognition {
    gone,           // no contact has this id
    still_erased,   // where the address was is a hash or nothing: this contact was not restored
    same_person,    // the address is the one that was erased, or one that mails went to
    other_address,  // the id is somebody else's now, or the person changed the address since the backup
    unknown_key,    // recorded with a hash key that is not at hand
    no_address,     // recorded without an address: there is nothing to recognise by
    not_erased,     // no address, and other values that name somebody: whom, the ledger cannot tell
    forgotten,      // the ledger has forgotten who had this id, and somebody's values are there
};
const char* name_of(Recognition recognition);

// A value in the contact's own row that an erasure would have hashed or emptied, and that names somebody.
struct OwnValue {
    std::string column;
    std::string value;
    policy::Normalisation normalisation = policy::Normalisation::plain;
    bool is_hashed = false;  // by today's plan
};

// Hashes addresses as any erasure of this installation may have done it.
class AddressHashes {
  public:
    // As policy::all_hash_options() has them.
    explicit AddressHashes(const std::vector<std::string>& keys);

    // Are hashes like this row's at hand?
    bool know(const Record& row) const;
    // Is its subject_hash, or one of its address_hashes, one of this address, in any of its spellings
    // (policy/address.h)?
    bool match(const Record& row, std::string_view address) const;
    // All that an erasure may have made of the address, in whichever way of those at hand.
    std::vector<std::string> hashes_of(std::string_view address) const;
    // Do its marks tell that these are the values it erased? All of them that are hashed have to be known,
    // and one first name alone is nobody.
    bool match(const Record& row, const std::vector<OwnValue>& values) const;
    // Is the value itself a hash of ours that the record's marks know, also where they were wrapped since?
    bool is_marked(const Record& row, const OwnValue& value) const;

  private:
    using Name = std::pair<std::string, std::string>;  // algorithm, key id
    std::map<Name, policy::Hasher> hashers_;
};

// The contact that has the id now.
struct Present {
    std::string address;  // "" when it has none
    std::vector<OwnValue> values;
    Timestamp changed_at{};  // in Mautic: made, or modified since
};

// `contact`: nothing when there is no such contact.
Recognition recognise(const Record& row, const std::optional<Present>& contact, const AddressHashes& hashes);

struct Recognised {
    Recognition what = Recognition::gone;
    const Record* row = nullptr;  // same_person: by which record; else any
};
// By all records of one id, the last one first.
Recognised recognise(const std::vector<Record>& rows, const std::optional<Present>& contact,
                     const AddressHashes& hashes);

}  // namespace gdprd::restore
