#include "restore/recognition.h"

#include <algorithm>
#include <array>

#include "base/names.h"
#include "base/text.h"

namespace gdprd::restore {

using policy::Hasher;

namespace {

// A telephone number, a customer's number: at least five digits.
bool is_number_of_somebody(std::string_view value) {
    constexpr std::ptrdiff_t digits_min = 5;
    return std::count_if(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }) >=
           digits_min;
}

// With the hash, or its mark, wrapped since (retention/migrator.h).
bool has_mark(const Record& row, const std::string& column, const std::string& hash, const Hasher& hasher) {
    if (!hasher.wraps()) return row.marks.contains(column, hash);
    return row.marks.contains(column, *hasher.wrapped(hash)) ||
           row.marks.contains_mark(*hasher.wrapped(Marks::mark_of(column, hash)));
}

// Whatever `[hash] digits` was then, and whether or not another row had the hash already.
bool has_mark_of(const Record& row, const OwnValue& one, const Hasher& hasher) {
    const Hasher made_by = hasher.unwrapped();
    const auto hashes = made_by.hashes_of_any_length(one.value, one.normalisation);
    return std::any_of(hashes.begin(), hashes.end(), [&](const std::string& hash) {
        return has_mark(row, one.column, hash, hasher) ||
               has_mark(row, one.column, made_by.other_hash(hash, std::to_string(row.contact)), hasher);
    });
}

// Values that were read as they are, hashes of ours among them.
std::vector<OwnValue> without_hashes(const Record& row, std::vector<OwnValue> values,
                                     const AddressHashes& hashes) {
    std::erase_if(values, [&](const OwnValue& one) { return hashes.is_marked(row, one); });
    return values;
}

}  // namespace

constexpr auto recognition_names = make_names<Recognition>({{Recognition::gone, "gone"},
                                                            {Recognition::still_erased, "still_erased"},
                                                            {Recognition::same_person, "same_person"},
                                                            {Recognition::other_address, "other_address"},
                                                            {Recognition::unknown_key, "unknown_key"},
                                                            {Recognition::no_address, "no_address"},
                                                            {Recognition::not_erased, "not_erased"},
                                                            {Recognition::forgotten, "forgotten"}});

const char* name_of(Recognition recognition) { return recognition_names.of(recognition); }

AddressHashes::AddressHashes(const std::vector<std::string>& keys) {
    for (const policy::HashOptions& one : policy::all_hash_options(keys)) {
        Hasher hasher(one);
        const Name name{hasher.algorithm_name(), hasher.key_id()};
        hashers_.emplace(name, std::move(hasher));
    }
}

bool AddressHashes::is_marked(const Record& row, const OwnValue& value) const {
    if (row.marks.contains(value.column, value.value)) return true;
    const auto hasher = hashers_.find({row.algorithm, row.key_id});
    return hasher != hashers_.end() && Hasher::may_be_hash(value.value) &&
           has_mark(row, value.column, value.value, hasher->second);
}

bool AddressHashes::know(const Record& row) const { return hashers_.contains({row.algorithm, row.key_id}); }

bool AddressHashes::match(const Record& row, std::string_view address) const {
    const auto hasher = hashers_.find({row.algorithm, row.key_id});
    const bool is_subject = hasher != hashers_.end() && !row.subject_hash.empty() &&
                            hasher->second.is_hash_of_address(row.subject_hash, address);
    // What the erasure met as a hash may have been made with another key than its own.
    return is_subject ||
           std::any_of(row.address_hashes.begin(), row.address_hashes.end(), [&](const std::string& hash) {
               return std::any_of(hashers_.begin(), hashers_.end(), [&](const auto& one) {
                   return one.second.is_hash_of_address(hash, address);
               });
           });
}

std::vector<std::string> AddressHashes::hashes_of(std::string_view address) const {
    std::vector<std::string> hashes;
    for (const auto& [name, hasher] : hashers_) {
        for (std::string& hash : hasher.hashes_of_address(address)) hashes.push_back(std::move(hash));
    }
    return hashes;
}

bool AddressHashes::match(const Record& row, const std::vector<OwnValue>& values) const {
    const auto hasher = hashers_.find({row.algorithm, row.key_id});
    if (hasher == hashers_.end()) return false;
    std::size_t known = 0;
    bool is_strong = false;
    for (const OwnValue& one : values) {
        if (!one.is_hashed) continue;
        if (!has_mark_of(row, one, hasher->second)) return false;
        ++known;
        is_strong = is_strong || is_number_of_somebody(one.value);
    }
    return is_strong || known > 1;
}

Recognition recognise(const Record& row, const std::optional<Present>& contact, const AddressHashes& hashes) {
    if (!contact) return Recognition::gone;
    const std::string_view address = trimmed(contact->address);
    if (address.empty() || Hasher::has_hash_shape(address)) {
        const auto values = without_hashes(row, contact->values, hashes);
        if (values.empty()) return Recognition::still_erased;
        if (row.forgotten_at) return Recognition::forgotten;
        return hashes.match(row, values) ? Recognition::same_person : Recognition::not_erased;
    }
    if (hashes.match(row, contact->address)) return Recognition::same_person;
    if (row.forgotten_at) return Recognition::forgotten;
    if (row.subject_hash.empty()) return Recognition::no_address;
    return hashes.know(row) ? Recognition::other_address : Recognition::unknown_key;
}

Recognised recognise(const std::vector<Record>& rows, const std::optional<Present>& contact,
                     const AddressHashes& hashes) {
    constexpr std::array order{Recognition::same_person, Recognition::unknown_key,
                               Recognition::other_address};
    std::vector<Recognised> found;
    for (const Record& row : rows) found.push_back({recognise(row, contact, hashes), &row});
    for (const Recognition what : order) {
        const auto first =
            std::find_if(found.begin(), found.end(), [&](const Recognised& one) { return one.what == what; });
        if (first != found.end()) return *first;
    }
    return found.empty() ? Recognised{} : found.front();
}

}  // namespace gdprd::restore
