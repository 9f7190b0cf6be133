#include "erasure/recognition.h"

#include "base/text.h"

namespace gdprd::erasure {

using policy::Algorithm;
using policy::Hasher;

const char* name_of(Recognition recognition) {
    switch (recognition) {
        case Recognition::gone:
            return "gone";
        case Recognition::still_erased:
            return "still_erased";
        case Recognition::same_person:
            return "same_person";
        case Recognition::other_address:
            return "other_address";
        case Recognition::unknown_key:
            return "unknown_key";
        case Recognition::no_address:
            break;
    }
    return "no_address";
}

AddressHashes::AddressHashes(const std::vector<std::string>& keys) {
    std::vector<std::string> all = keys;
    all.emplace_back();
    for (const std::string& key : all) {
        for (const Algorithm algorithm : {Algorithm::md5, Algorithm::sha256}) {
            Hasher hasher({algorithm, key, true});
            const Name name{hasher.algorithm_name(), hasher.key_id()};
            hashers_.emplace(name, std::move(hasher));
        }
    }
}

bool AddressHashes::know(const LedgerRow& row) const {
    return hashers_.contains({row.algorithm, row.key_id});
}

bool AddressHashes::match(const LedgerRow& row, std::string_view address) const {
    const auto hasher = hashers_.find({row.algorithm, row.key_id});
    if (hasher == hashers_.end() || row.subject_hash.empty()) return false;
    return hasher->second.is_hash_of_address(row.subject_hash, address);
}

Recognition recognise(const LedgerRow& row, const std::optional<std::string>& address,
                      const AddressHashes& hashes) {
    if (!address) return Recognition::gone;
    if (row.subject_hash.empty()) return Recognition::no_address;
    const std::string_view value = trimmed(*address);
    if (value.empty() || Hasher::has_hash_shape(value)) return Recognition::still_erased;
    if (!hashes.know(row)) return Recognition::unknown_key;
    return hashes.match(row, *address) ? Recognition::same_person : Recognition::other_address;
}

}  // namespace gdprd::erasure
