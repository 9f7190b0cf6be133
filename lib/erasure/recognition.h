// Is the contact that has this id now the person who was erased under it? After Mautic's database was
// restored the ledger knows ids and hashes, and an id may belong to somebody else by now. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erasure/ledger.h"
#include "policy/hash.h"

namespace gdprd::erasure {

enum class Recognition {
    gone,           // no contact has this id
    still_erased,   // where the address was is a hash or nothing: this contact was not restored
    same_person,    // the address is the one that was erased
    other_address,  // the id is somebody else's now, or the person changed the address since the backup
    unknown_key,    // recorded with a hash key that is not at hand
    no_address,     // recorded without an address: there is nothing to recognise by
};
const char* name_of(Recognition recognition);

// Hashes addresses as any erasure of this installation may have done it.
class AddressHashes {
  public:
    // Both algorithms with each of these keys, and without a key.
    explicit AddressHashes(const std::vector<std::string>& keys);

    // Are hashes like this row's at hand?
    bool know(const LedgerRow& row) const;
    // Is its subject_hash one of this address, in any of its spellings (policy/address.h)?
    bool match(const LedgerRow& row, std::string_view address) const;

  private:
    using Name = std::pair<std::string, std::string>;  // algorithm, key id
    std::map<Name, policy::Hasher> hashers_;
};

// `address` is that of the contact with the row's id: nothing when there is no such contact, "" when it has
// none.
Recognition recognise(const LedgerRow& row, const std::optional<std::string>& address,
                      const AddressHashes& hashes);

}  // namespace gdprd::erasure
