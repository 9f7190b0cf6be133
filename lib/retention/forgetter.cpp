#include "retention/forgetter.h"

#include <algorithm>

#include "retention/batch.h"

namespace gdprd::retention {

using database::Connection;
using subjects::Subjects;

namespace {

constexpr std::size_t addresses_per_batch = 500;
constexpr std::size_t fingerprints_per_batch = 10'000;

void add(ForgetCounts& to, const RemovedHashes& removed) {
    for (const auto& [column, cells] : removed.cells) to.cells[column] += cells;
}

std::set<std::string> all_gone(const std::map<ContactId, Choice>& choices) {
    std::set<std::string> gone;
    for (const auto& [contact, choice] : choices) gone.insert(choice.gone.begin(), choice.gone.end());
    return gone;
}

ledger::RowsToForget all_rows(const std::map<ContactId, Choice>& choices) {
    ledger::RowsToForget all;
    for (const auto& [contact, choice] : choices) {
        const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        append(all.records, choice.rows.records);
        append(all.former, choice.rows.former);
        append(all.addresses, choice.rows.addresses);
    }
    return all;
}

// Of which no erasure is known any more.
std::vector<ContactId> contacts_without_erasure(const std::map<ContactId, Choice>& choices) {
    std::vector<ContactId> contacts;
    for (const auto& [contact, choice] : choices) {
        if (choice.is_all) contacts.push_back(contact);
    }
    return contacts;
}

Subjects only(const Subjects& subjects, const std::map<ContactId, Choice>& choices) {
    Subjects some;
    for (const auto& [contact, subject] : subjects) {
        if (choices.contains(contact)) some.emplace(contact, subject);
    }
    return some;
}

}  // namespace

Forgetter::Forgetter(std::shared_ptr<const erasure::Rules> rules, ForgetOptions options, OnSeal on_seal)
    : rules_(std::move(rules)),
      options_(std::move(options)),
      on_seal_(std::move(on_seal)),
      plan_(plan_of_hashes(*rules_->plan)),
      hashers_(rules_->hasher.with_former()) {}

template <typename Work>
void Forgetter::in_transaction(Connection& connection, Work work) {
    in_batch(connection, {options_.dry_run, "forgetting"}, on_seal_, counts_, std::move(work));
}

bool Forgetter::next(Connection& connection) {
    switch (stage_) {
        case Stage::contacts:
            if (!has_begun_ && !options_.again) {
                const auto waiting =
                    ledger::Forgetting(connection, rules_->ledger_database).not_finished(options_.rule);
                counts_.unfinished = waiting.unfinished;
                counts_.held = waiting.held;
            }
            has_begun_ = true;
            if (!forget_contacts(connection)) stage_ = options_.again ? Stage::done : Stage::nobody;
            break;
        case Stage::nobody:
            if (!forget_nobody(connection)) stage_ = Stage::fingerprints;
            break;
        case Stage::fingerprints:
            if (!forget_fingerprints(connection)) stage_ = Stage::done;
            break;
        case Stage::done:
            break;
    }
    return stage_ != Stage::done;
}

bool Forgetter::forget_contacts(Connection& connection) {
    ledger::Forgetting ledger(connection, rules_->ledger_database);
    const auto contacts = options_.again ? ledger.forgotten_contacts(from_, options_.contacts_per_batch)
                                         : ledger.contacts(options_.rule, from_, options_.contacts_per_batch);
    if (contacts.empty()) return false;
    in_transaction(connection,
                   [&](ForgetCounts& counts) { return forget_batch(connection, contacts, counts); });
    from_ = contacts.back() + 1;
    return true;
}

// In the order of locks of every other transaction of ours: contacts, then the ledger.
std::optional<seal::Seal> Forgetter::forget_batch(Connection& connection,
                                                  const std::vector<ContactId>& contacts,
                                                  ForgetCounts& counts) {
    const LockedContacts locked = lock_contacts(connection, *rules_, contacts);
    ledger::Forgetting ledger(connection, rules_->ledger_database);
    auto choices = choose_rows(ledger, contacts);
    const std::size_t left_alone =
        std::erase_if(choices, [&](const auto& choice) { return locked.held.contains(choice.first); });
    counts.held += left_alone;
    counts.due_on_hold += left_alone;
    counts.there_again += std::erase_if(choices, [&](const auto& choice) {
        return is_there_again(locked.subjects, choice.first, choice.second.recorded_hash);
    });
    const ledger::RowsToForget rows = all_rows(choices);
    seal::RowSeal seal(connection, options_.seals);
    seal.watch(seal::Evidence::erasure, rows.records);
    seal.watch(seal::Evidence::former_erasure, rows.former);
    seal.watch(seal::Evidence::erased_address, rows.addresses);
    ledger.forget(rows, now());
    ledger.forget_links(contacts_without_erasure(choices));

    ledger::Fingerprints fingerprints(connection, rules_->ledger_database);
    MauticHashes hashes(connection, *rules_, plan_, ledger, fingerprints);
    hashes.remove(only(locked.subjects, choices), choices);
    hashes.remove_from_winners(locked.of_winners, choices, locked.winners);
    hashes.remove_from_rows_of_nobody(all_gone(choices));
    add(counts, hashes.removed());
    if (options_.rule.key) {
        auto gone = hashes.removed().fingerprints;
        for (const std::string& hash : all_gone(choices)) {
            gone.insert({ledger::fingerprint_of(hash), ledger::fingerprint_of_wrapped(hash)});
        }
        counts.fingerprints += ledger.forget_fingerprints(gone);
    }
    counts.contacts += choices.size();
    counts.records += rows.records.size() + rows.former.size();
    counts.addresses += rows.addresses.size();
    return rows.empty() ? std::nullopt : seal.finish();
}

bool Forgetter::is_there_again(const Subjects& subjects, ContactId contact,
                               const std::string& recorded_hash) const {
    const auto subject = subjects.find(contact);
    if (subject == subjects.end() || recorded_hash.empty()) return false;
    const auto address = subject->second.values.find("email");
    return address != subject->second.values.end() && address->second != recorded_hash &&
           std::any_of(hashers_.begin(), hashers_.end(), [&](const policy::Hasher& hasher) {
               return hasher.is_hash_of_address(recorded_hash, address->second);
           });
}

std::map<ContactId, Choice> Forgetter::choose_rows(ledger::Forgetting& ledger,
                                                   const std::vector<ContactId>& contacts) const {
    std::map<ContactId, Choice> choices;
    for (const auto& [contact, rows] : ledger.rows_of(contacts)) {
        if (options_.again) {
            const bool stands = rows.current && rows.current->forgotten_at;
            if (stands) choices[contact].is_all = true;
            continue;
        }
        Choice choice = choose(rows, options_.rule);
        if (!choice.rows.empty()) choices.emplace(contact, std::move(choice));
    }
    return choices;
}

bool Forgetter::forget_nobody(Connection& connection) {
    bool more = false;
    in_transaction(connection, [&](ForgetCounts& counts) {
        ledger::Forgetting ledger(connection, rules_->ledger_database);
        const auto found = ledger.addresses_of_nobody(options_.rule, addresses_per_batch);
        // A dry run finds the same ones each time.
        more = found.size() == addresses_per_batch && !options_.dry_run;
        ledger::RowsToForget rows;
        std::set<std::string> gone;
        for (const auto& one : found) {
            rows.addresses.push_back(one.id);
            gone.insert(one.address.hash);
        }
        seal::RowSeal seal(connection, options_.seals);
        seal.watch(seal::Evidence::erased_address, rows.addresses);
        ledger.forget(rows, now());
        ledger::Fingerprints fingerprints(connection, rules_->ledger_database);
        MauticHashes hashes(connection, *rules_, plan_, ledger, fingerprints);
        hashes.remove_from_rows_of_nobody(gone);
        add(counts, hashes.removed());
        counts.addresses += rows.addresses.size();
        return rows.empty() ? std::nullopt : seal.finish();
    });
    return more;
}

// Those of a key go with the rows they were found in.
bool Forgetter::forget_fingerprints(Connection& connection) {
    if (!options_.rule.before || options_.rule.key) return false;
    std::optional<ledger::Fingerprint> last;
    in_transaction(connection, [&](ForgetCounts& counts) -> std::optional<seal::Seal> {
        ledger::Forgetting ledger(connection, rules_->ledger_database);
        // The month is the server's, the time of an erasure the daemon's.
        const auto oldest = ledger.oldest_known().value_or(*options_.rule.before);
        const Timestamp before = std::min(*options_.rule.before, oldest) - std::chrono::hours{24};
        last = ledger.forget_fingerprints(fingerprint_, before, fingerprints_per_batch, counts.fingerprints);
        return std::nullopt;
    });
    if (last) fingerprint_ = *last;
    return last.has_value();
}

std::uint64_t count_due(Connection& connection, const std::string& ledger_database,
                        const ledger::ForgettingRule& rule, std::uint64_t max) {
    ledger::Forgetting ledger(connection, ledger_database);
    return ledger.contacts(rule, 0, max).size() + ledger.count_of_nobody(rule);
}

Timestamp cutoff(Connection& connection, Milliseconds age) {
    auto rows = connection.select("SELECT UTC_TIMESTAMP(3)", {}, "ask for the server's time");
    const auto of_server = rows.next() ? rows.time(0) : std::nullopt;
    return std::min(now(), of_server.value_or(now())) - age;
}

}  // namespace gdprd::retention
