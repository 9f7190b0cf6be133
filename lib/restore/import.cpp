#include "restore/import.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace gdprd::restore {

namespace {

// What becomes of a record that was offered.
struct Place {
    enum class Where { kept, current, former } where = Where::kept;
    bool is_new = false;  // an erasure, or a contact, that the ledger does not have
    bool begins = false;  // the current record becomes a former one
};

Place place_of(const ledger::Record& offered, const ledger::Record* current,
               std::span<const ledger::Record> former) {
    const bool is_current = current != nullptr && ledger::same_erasure(offered, *current);
    if (is_current && !ledger::is_newer(offered, *current)) return {};
    const auto is_same = [&](const ledger::Record& one) { return ledger::same_erasure(offered, one); };
    const bool is_known = std::any_of(former.begin(), former.end(), [&](const ledger::Record& one) {
        return is_same(one) && !ledger::is_newer(offered, one);
    });
    if (is_known) return {};
    const bool is_new = !is_current && std::none_of(former.begin(), former.end(), is_same);
    const bool takes_over = current == nullptr || is_current || ledger::is_newer(offered, *current);
    if (!offered.former && takes_over) {
        return {Place::Where::current, is_new && (current == nullptr || current->tells_of_erasure()),
                current != nullptr && !is_current && current->tells_of_erasure()};
    }
    if (!offered.tells_of_erasure()) return {};
    return {Place::Where::former, is_new, false};
}

}  // namespace

ImportCounts import_page(database::Connection& connection, const std::string& ledger_database,
                         std::span<const ledger::Record> rows, bool dry_run) {
    ImportCounts counts;
    if (rows.empty()) return counts;
    std::vector<ContactId> contacts;
    for (const ledger::Record& row : rows) contacts.push_back(row.contact);
    contacts.erase(std::unique(contacts.begin(), contacts.end()), contacts.end());
    ledger::Ledger ledger(connection, ledger_database);
    database::Transaction transaction(connection);
    const auto present = ledger.lock(contacts);
    std::map<ContactId, std::vector<ledger::Record>> former;
    for (ledger::Record& row : ledger.former(contacts)) former[row.contact].push_back(std::move(row));
    std::vector<ledger::Record> current_ones;
    std::vector<ledger::Record> former_ones;
    for (const ledger::Record& row : rows) {
        const auto there = present.find(row.contact);
        const Place place =
            place_of(row, there == present.end() ? nullptr : &there->second, former[row.contact]);
        if (place.where == Place::Where::kept) {
            ++counts.kept;
            continue;
        }
        ++(place.is_new ? counts.added : counts.updated);
        auto& group = place.where == Place::Where::current ? current_ones : former_ones;
        group.push_back(row);
        group.back().begins = place.begins;
    }
    if (dry_run || (current_ones.empty() && former_ones.empty())) return counts;
    ledger.replace(current_ones);
    ledger.add_former(former_ones);
    transaction.commit();
    return counts;
}

void import_addresses(database::Connection& connection, const std::string& ledger_database,
                      const policy::Hasher& hasher, std::span<const ledger::ErasedAddress> addresses) {
    database::Transaction transaction(connection);
    ledger::ErasedAddresses ledger(connection, ledger_database);
    using Place = std::tuple<ContactId, std::string, Timestamp>;
    std::vector<std::string> wrapped;
    for (const auto& one : addresses) {
        if (auto hash = hasher.wrapped(one.hash)) wrapped.push_back(*std::move(hash));
    }
    std::set<Place> there;
    for (const auto& one : ledger.find(wrapped)) there.emplace(one.contact, one.hash, one.noted_at);
    std::vector<ledger::ErasedAddress> fresh(addresses.begin(), addresses.end());
    std::erase_if(fresh, [&](const ledger::ErasedAddress& one) {
        const auto hash = hasher.wrapped(one.hash);
        return hash && there.contains({one.contact, *hash, one.noted_at});
    });
    ledger.add(fresh);
    transaction.commit();
}

void import_fingerprints(database::Connection& connection, const std::string& ledger_database,
                         std::span<const ledger::Fingerprint> fingerprints) {
    database::Transaction transaction(connection);
    ledger::Fingerprints noted(connection, ledger_database);
    for (const ledger::Fingerprint one : fingerprints) noted.add(one);
    noted.write();
    transaction.commit();
}

}  // namespace gdprd::restore
