#include "text_search/address_holders.h"

#include <algorithm>

#include "policy/address.h"

namespace gdprd::text_search {

using database::Rows;
using plan::Step;
using subjects::ids_of;
using subjects::Owners;
using subjects::PlanStatements;
using subjects::Subject;
using subjects::Subjects;

namespace {

constexpr std::size_t spellings_per_statement = 64;

// Normalised. None where the present one is among them: it ties the row, whatever else is in it.
std::set<std::string> former_addresses_in(std::span<const std::string> texts, const Subject& subject) {
    std::set<std::string> former;
    for (const std::string& text : texts) {
        for (const std::string& address : subject.addresses.addresses_found_in(text)) {
            if (subject.present_address.is_address(address)) return {};
            former.insert(policy::normalised_address(address));
        }
    }
    return former;
}

// By contacts beside those of the pass: their own rows may have been erased already.
std::set<std::string> held_outside(PlanStatements& statements, const Step& step, const Subjects& pass,
                                   const std::set<std::string>& addresses) {
    std::set<std::string> spellings;
    for (const std::string& address : addresses) {
        for (std::string& spelling : policy::address_spellings(address)) {
            spellings.insert(std::move(spelling));
        }
    }
    const std::vector<std::string> asked(spellings.begin(), spellings.end());
    const std::vector<ContactId> contacts = ids_of(pass);
    std::set<std::string> held;
    for (std::size_t at = 0; at < asked.size(); at += spellings_per_statement) {
        const auto part = std::span(asked).subspan(at, std::min(spellings_per_statement, asked.size() - at));
        Rows rows =
            statements.select(statements::select_addresses_held(statements.plan(), part, contacts), step);
        while (rows.next()) held.insert(policy::normalised_address(rows.text(0)));
    }
    return held;
}

bool is_held_within(const Subjects& pass, const std::string& address, ContactId except) {
    return std::any_of(pass.begin(), pass.end(), [&](const auto& entry) {
        return entry.first != except && entry.second.present_address.is_address(address);
    });
}

}  // namespace

bool may_name_successor(PlanStatements& statements, const Step& step, const Subjects& pass, ContactId contact,
                        const std::string& text) {
    const auto former = former_addresses_in(std::span(&text, 1), pass.at(contact));
    if (former.empty()) return false;
    return !held_outside(statements, step, pass, former).empty() ||
           std::any_of(former.begin(), former.end(),
                       [&](const std::string& address) { return is_held_within(pass, address, contact); });
}

void AddressHolders::note(const std::string& column, const std::string& key, ContactId contact,
                          std::span<const std::string> texts) {
    auto former = former_addresses_in(texts, subjects_.at(contact));
    if (!former.empty()) claims_.push_back({column, key, contact, std::move(former)});
}

AddressHolders::DoubtfulRows AddressHolders::take_doubtful(const Step& step, OwnersByColumn& owners) {
    if (claims_.empty()) return {};
    std::set<std::string> all;
    for (const Claim& claim : claims_) all.insert(claim.addresses.begin(), claim.addresses.end());
    const std::set<std::string> held = held_outside(statements_, step, subjects_, all);
    std::map<std::pair<std::string, std::string>, std::set<ContactId>> taken;  // by column and key
    for (const Claim& claim : claims_) {
        const bool is_doubtful =
            std::all_of(claim.addresses.begin(), claim.addresses.end(), [&](const std::string& address) {
                return held.contains(address) || is_held_within(subjects_, address, claim.contact);
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

}  // namespace gdprd::text_search
