#include "erasure/address_entries.h"

namespace gdprd::erasure {

using ledger::ErasedAddress;
using ledger::Record;
using ledger::Status;
using subjects::OwnAddress;

namespace {

// How a hash that stood there already was made is for the ledger to know (ErasedAddresses::note()).
ErasedAddress entry(ContactId contact, const std::string& hash, const OwnAddress& address, Timestamp at,
                    const policy::Hasher& hasher) {
    if (address.was_hashed) return {contact, hash, "", "", address.kind, at};
    return {contact, hash, hasher.algorithm_name(), hasher.key_id(), address.kind, at};
}

// Then what stands there hashed are its own hashes, which were noted when it made them. One that is half done
// has not met everything yet.
bool goes_on_after_end(const Case& of, const Record& record) {
    return may_have_noted(of, record) && of.before->erased_at && of.before->status != Status::erasing;
}

}  // namespace

std::vector<ErasedAddress> address_entries(const policy::Hasher& hasher, const Case& of, const Record& record,
                                           const Subject& subject) {
    std::vector<ErasedAddress> entries;
    for (const auto& [hash, address] : subject.own_addresses) {
        const bool is_on_record = hash == record.subject_hash;
        if (address.was_hashed && !is_on_record && goes_on_after_end(of, record)) continue;
        ErasedAddress& one = entries.emplace_back(
            entry(record.contact, hash, address, record.last_pass_at.value_or(now()), hasher));
        if (!is_on_record) continue;
        one.algorithm = record.algorithm;
        one.key_id = record.key_id;
    }
    return entries;
}

bool may_have_noted(const Case& of, const Record& record) {
    return of.before && of.before->tells_of_erasure() && !record.begins;
}

std::vector<ErasedAddress> address_entries(const policy::Hasher& hasher, const Subjects& of_deleted,
                                           Timestamp at) {
    std::vector<ErasedAddress> entries;
    for (const auto& [contact, subject] : of_deleted) {
        for (const auto& [hash, address] : subject.own_addresses) {
            if (!address.was_hashed) entries.push_back(entry(contact, hash, address, at, hasher));
        }
    }
    return entries;
}

}  // namespace gdprd::erasure
