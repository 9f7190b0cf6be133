#include "execution/address_holders.h"

#include <algorithm>

#include "policy/address.h"

namespace gdprd::execution {

using database::Rows;
using plan::Step;

namespace {

constexpr std::size_t spellings_per_statement = 64;

}  // namespace

void AddressHolders::note(const std::string& column, const std::string& key, ContactId contact,
                          std::span<const std::string> texts) {
    const Subject& subject = subjects_.at(contact);
    Claim claim{column, key, contact, {}};
    for (const std::string& text : texts) {
        for (const std::string& address : subject.addresses.addresses_found_in(text)) {
            // The present one ties the row, whatever else is in it.
            if (subject.present_address.is_address(address)) return;
            claim.addresses.insert(policy::normalised_address(address));
        }
    }
    if (!claim.addresses.empty()) claims_.push_back(std::move(claim));
}

// Contacts of the pass apart: their own rows may have been erased already.
std::set<std::string> AddressHolders::held_by_others(const Step& step) {
    std::set<std::string> spellings;
    for (const Claim& claim : claims_) {
        for (const std::string& address : claim.addresses) {
            for (std::string& spelling : policy::address_spellings(address))
                spellings.insert(std::move(spelling));
        }
    }
    const std::vector<std::string> asked(spellings.begin(), spellings.end());
    const std::vector<ContactId> contacts = ids_of(subjects_);
    std::set<std::string> held;
    for (std::size_t at = 0; at < asked.size(); at += spellings_per_statement) {
        const auto part = std::span(asked).subspan(at, std::min(spellings_per_statement, asked.size() - at));
        Rows rows =
            statements_.select(statements::select_addresses_held(statements_.plan(), part, contacts), step);
        while (rows.next()) held.insert(policy::normalised_address(rows.text(0)));
    }
    return held;
}

bool AddressHolders::is_held_within_pass(const std::string& address, ContactId except) const {
    return std::any_of(subjects_.begin(), subjects_.end(), [&](const auto& entry) {
        return entry.first != except && entry.second.present_address.is_address(address);
    });
}

AddressHolders::DoubtfulRows AddressHolders::take_doubtful(const Step& step, OwnersByColumn& owners) {
    if (claims_.empty()) return {};
    const std::set<std::string> held = held_by_others(step);
    std::map<std::pair<std::string, std::string>, std::set<ContactId>> taken;  // by column and key
    for (const Claim& claim : claims_) {
        const bool is_doubtful =
            std::all_of(claim.addresses.begin(), claim.addresses.end(), [&](const std::string& address) {
                return held.contains(address) || is_held_within_pass(address, claim.contact);
            });
        if (!is_doubtful) continue;
        const auto of_column = owners.find(claim.column);
        if (of_column == owners.end()) continue;
        const auto row = of_column->second.find(claim.key);
        if (row == of_column->second.end() || row->second.erase(claim.contact) == 0) continue;
        taken[{claim.column, claim.key}].insert(claim.contact);
    }
    // Where somebody else of the pass is named beyond doubt, the row is that one's.
    DoubtfulRows doubtful;
    for (const auto& [place, contacts] : taken) {
        const auto& [column, key] = place;
        Owners& of_column = owners.at(column);
        if (!of_column.at(key).empty()) continue;
        of_column.erase(key);
        for (const ContactId contact : contacts) doubtful[contact].insert(key);
    }
    return doubtful;
}

}  // namespace gdprd::execution
