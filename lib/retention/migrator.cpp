#include "retention/migrator.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/error.h"
#include "database/placeholders.h"

namespace gdprd::retention {

using database::Connection;
using database::Value;
using ledger::ErasedAddress;
using ledger::FiledAddress;
using ledger::Record;

namespace {

constexpr std::size_t nobody_per_batch = 500;
constexpr const char* fault_point = "hash-migrating";

bool has_something_to_wrap(const Record& record) {
    return !record.forgotten_at && (!record.subject_hash.empty() || !record.marks.empty());
}

// Of these addresses those whose wrapped form is there already: an older export was imported.
std::vector<std::uint64_t> take_doubles(Connection& connection, const std::string& ledger_database,
                                        std::vector<FiledAddress>& wrapped) {
    std::vector<std::string> hashes;
    for (const FiledAddress& one : wrapped) hashes.push_back(one.address.hash);
    std::set<std::tuple<ContactId, std::string, Timestamp>> there;
    for (const ErasedAddress& one : ledger::ErasedAddresses(connection, ledger_database).find(hashes)) {
        there.emplace(one.contact, one.hash, one.noted_at);
    }
    std::vector<std::uint64_t> doubles;
    std::erase_if(wrapped, [&](const FiledAddress& one) {
        if (!there.contains({one.address.contact, one.address.hash, one.address.noted_at})) return false;
        doubles.push_back(one.id);
        return true;
    });
    return doubles;
}

// By the value alone, which only an address is sure to be.
void wrap_rows_of_nobody(Connection& connection, const plan::Plan& plan, const policy::Hasher& hasher,
                         const std::set<std::string>& hashes, MigrateCounts& counts) {
    constexpr std::size_t hashes_per_statement = 512;
    const std::vector<Value> all(hashes.begin(), hashes.end());
    for (const plan::Step& step : plan.steps) {
        if (step.tie.kind != mautic::Tie::Kind::column) continue;
        for (const columns::ColumnStep& column : step.columns) {
            if (column.normalisation != policy::Normalisation::email) continue;
            const std::string table = database::quote_identifier(step.real_table);
            const std::string name = database::quote_identifier(column.column);
            const std::string of_nobody =
                " WHERE " + database::quote_identifier(step.tie.column) + " IS NULL AND " + name;
            for (std::size_t done = 0; done < all.size(); done += hashes_per_statement) {
                std::vector<Value> parameters;
                const std::string list = database::in_list(
                    std::span(all).subspan(done, std::min(hashes_per_statement, all.size() - done)),
                    parameters);
                std::vector<std::string> found;
                {
                    auto rows = connection.select(
                        "SELECT DISTINCT " + name + " FROM " + table + of_nobody + " IN " + list, parameters,
                        step.table + ": look for hashes of deleted contacts");
                    while (rows.next()) found.push_back(rows.text(0));
                }
                for (const std::string& hash : found) {
                    counts.cells[step.table + '.' + column.column] +=
                        connection.change("UPDATE " + table + " SET " + name + " = ?" + of_nobody + " = ?",
                                          std::vector<Value>{*hasher.wrapped(hash), hash},
                                          step.table + ": wrap hashes of deleted contacts");
                }
            }
        }
    }
}

}  // namespace

// What one transaction works with.
struct Migrator::Batch {
    Batch(Connection& of, const erasure::Rules& rules, const plan::Plan& plan, const MigrateOptions& options)
        : connection(of),
          ledger(of, rules.ledger_database),
          wrapping(of, rules.ledger_database),
          fingerprints(of, rules.ledger_database),
          hashes(of, rules, plan, ledger, fingerprints),
          cells(rules.hasher, options.made_by, hashes.recognition(), fingerprints, wrapping),
          seal(of, options.seals) {}

    Connection& connection;
    ledger::Forgetting ledger;
    retention::Wrapping wrapping;
    ledger::Fingerprints fingerprints;
    MauticHashes hashes;
    WrappedCells cells;
    seal::RowSeal seal;
    std::map<ContactId, ledger::ContactRows> rows;  // of the chosen, and of those that others became
    std::map<ContactId, Wrappable> chosen;
    std::set<std::string> old_hashes;  // of addresses, that the ledger's rows lose
    std::vector<Record> records;       // as they become, as all of these
    std::vector<ledger::FormerRecord> former;
    std::vector<FiledAddress> addresses;
    std::vector<std::uint64_t> doubles;
};

Migrator::Migrator(std::shared_ptr<const erasure::Rules> rules, MigrateOptions options, OnSeal on_seal)
    : rules_(std::move(rules)),
      options_([&] {
          options.seals.kind = seal::SealKind::migrated;
          return std::move(options);
      }()),
      on_seal_(std::move(on_seal)),
      plan_(plan_of_hashes(*rules_->plan)) {
    if (!rules_->hasher.keyed()) {
        throw ConfigurationError("[hash] key_file: missing; hashes are wrapped with its key",
                                 "Make a key with `mautic-gdprd init --help`, or by "
                                 "`openssl rand -hex 32 > hash-key`, and name it");
    }
}

bool Migrator::is_to_wrap(const std::string& algorithm, const std::string& key_id) const {
    if (!options_.made_by || key_id != options_.made_by->key_id) return false;
    const auto& algorithms = options_.made_by->algorithms;
    return std::find(algorithms.begin(), algorithms.end(), algorithm) != algorithms.end();
}

bool Migrator::next(Connection& connection) {
    if (!contacts_done_) {
        contacts_done_ = !wrap_contacts(connection);
        return !contacts_done_ || options_.made_by;
    }
    return options_.made_by && wrap_nobody(connection);
}

bool Migrator::wrap_contacts(Connection& connection) {
    retention::Wrapping ledger(connection, rules_->ledger_database);
    const auto contacts =
        options_.made_by
            ? ledger.contacts(*options_.made_by, from_, options_.contacts_per_batch)
            : ledger.wrapped_contacts(rules_->hasher.key_id(), from_, options_.contacts_per_batch);
    if (contacts.empty()) return false;
    in_batch(connection, {options_.dry_run, fault_point}, on_seal_, counts_,
             [&](MigrateCounts& counts) { return wrap_batch(connection, contacts, counts); });
    from_ = contacts.back() + 1;
    return true;
}

std::optional<seal::Seal> Migrator::wrap_batch(Connection& connection, const std::vector<ContactId>& contacts,
                                               MigrateCounts& counts) {
    LockedContacts locked = lock_contacts(connection, *rules_, contacts);
    Batch batch(connection, *rules_, plan_, options_);
    choose(batch, locked, contacts, counts);
    change_cells(batch, locked, counts);
    collect_changes(batch);
    wrap_rows_of_nobody(connection, plan_, rules_->hasher, batch.old_hashes, counts);
    return write(batch, counts);
}

void Migrator::choose(Batch& batch, const LockedContacts& locked, const std::vector<ContactId>& contacts,
                      MigrateCounts& counts) const {
    std::set<ContactId> all(contacts.begin(), contacts.end());
    for (const auto& [winner, losers] : locked.winners) all.insert(winner);
    batch.rows = batch.ledger.rows_of(std::vector<ContactId>(all.begin(), all.end()));
    for (const ContactId contact : contacts) {
        const ledger::ContactRows& rows = batch.rows[contact];
        if (locked.held.contains(contact) || (rows.current && rows.current->status == ledger::Status::held)) {
            ++counts.held;
            continue;
        }
        if (rows.current && rows.current->status == ledger::Status::erasing) {
            ++counts.unfinished;
            continue;
        }
        Wrappable& of = batch.chosen[contact];
        const auto look_at = [&](const Record& record) {
            if (is_to_wrap(record.algorithm, record.key_id)) {
                of.marks.push_back(record.marks);
            } else {
                of.is_mixed = of.is_mixed ||
                              (has_something_to_wrap(record) && !record.algorithm.starts_with("wrapped-"));
            }
        };
        if (rows.current) look_at(*rows.current);
        for (const auto& former : rows.former) look_at(former.record);
    }
}

void Migrator::change_cells(Batch& batch, LockedContacts& locked, MigrateCounts& counts) const {
    std::vector<ContactId> contacts;
    std::map<ContactId, Wrappable> of_winners;
    subjects::Subjects subjects;
    for (auto& [contact, of] : batch.chosen) {
        contacts.push_back(contact);
        subjects::Subject& subject = subjects[contact];
        if (const auto there = locked.subjects.find(contact); there != locked.subjects.end()) {
            subject = std::move(there->second);
        }
    }
    for (const auto& [winner, losers] : locked.winners) {
        std::vector<ledger::Marks> marks;
        for (const ContactId loser : losers) {
            const auto of = batch.chosen.find(loser);
            if (of == batch.chosen.end()) continue;
            marks.insert(marks.end(), of->second.marks.begin(), of->second.marks.end());
        }
        const auto chosen = batch.chosen.find(winner);
        Wrappable& of = chosen != batch.chosen.end() ? chosen->second : of_winners[winner];
        of.only_marked = chosen == batch.chosen.end();
        of.marks.insert(of.marks.end(), marks.begin(), marks.end());
    }
    if (!contacts.empty()) {
        batch.cells.expect(subjects, batch.chosen);
        batch.hashes.run(subjects, contacts, batch.cells);
    }
    std::vector<ContactId> winners;
    for (const auto& [winner, of] : of_winners) winners.push_back(winner);
    if (!winners.empty() && !contacts.empty()) {
        batch.cells.expect(locked.of_winners, of_winners);
        batch.hashes.run(locked.of_winners, winners, batch.cells);
    }
    for (const auto& [column, cells] : batch.hashes.removed().cells) counts.cells[column] += cells;
    counts.unknown += batch.cells.unknown();
}

// A hash that was wrapped and came back with a backup may have been recorded once more, as if it had been
// made with the key of that time: what another row of the contact has of it tells.
Migrator::WrappedOnes Migrator::wrapped_ones(const ledger::ContactRows& rows) const {
    WrappedOnes known;
    const auto add = [&](const std::string& hash, const std::string& algorithm, const std::string& key_id) {
        if (algorithm.starts_with("wrapped-") && !hash.empty()) {
            known.emplace(hash, std::pair(algorithm, key_id));
        }
    };
    if (rows.current) add(rows.current->subject_hash, rows.current->algorithm, rows.current->key_id);
    for (const auto& [id, record] : rows.former) add(record.subject_hash, record.algorithm, record.key_id);
    for (const auto& [id, one] : rows.addresses) add(one.hash, one.algorithm, one.key_id);
    return known;
}

Record Migrator::wrapped(const Record& record, const WrappedOnes& known) const {
    Record after = record;
    if (!record.subject_hash.empty()) {
        if (const auto made = known.find(*rules_->hasher.wrapped(record.subject_hash)); made != known.end()) {
            after.subject_hash = made->first;
            std::tie(after.algorithm, after.key_id) = made->second;
            return after;
        }
    }
    if (!is_to_wrap(record.algorithm, record.key_id)) return after;
    if (!record.subject_hash.empty()) after.subject_hash = *rules_->hasher.wrapped(record.subject_hash);
    after.algorithm = "wrapped-" + record.algorithm;
    after.key_id = rules_->hasher.key_id() + record.key_id;
    return after;
}

void Migrator::wrap(ErasedAddress& address) const {
    address.hash = *rules_->hasher.wrapped(address.hash);
    address.algorithm = "wrapped-" + address.algorithm;
    address.key_id = rules_->hasher.key_id() + address.key_id;
}

// Marks also of contacts that others were merged into, in whose own row something was wrapped.
void Migrator::collect_changes(Batch& batch) const {
    for (const auto& [contact, rows] : batch.rows) {
        const bool is_chosen = batch.chosen.contains(contact);
        const WrappedOnes known = wrapped_ones(rows);
        const auto change_of = [&](const Record& before) -> std::optional<Record> {
            if (!has_something_to_wrap(before)) return std::nullopt;
            Record after = is_chosen ? wrapped(before, known) : before;
            const bool is_wrapped = is_chosen && is_to_wrap(before.algorithm, before.key_id);
            const bool has_other_hash = after.subject_hash != before.subject_hash;
            after.marks = batch.cells.marks_of(contact, before.marks, is_wrapped);
            if (has_other_hash) batch.old_hashes.insert(before.subject_hash);
            if (!is_wrapped && !has_other_hash && after.marks.text() == before.marks.text()) {
                return std::nullopt;
            }
            return after;
        };
        if (rows.current) {
            if (auto after = change_of(*rows.current)) batch.records.push_back(*std::move(after));
        }
        for (const auto& former : rows.former) {
            if (auto after = change_of(former.record)) batch.former.push_back({former.id, *std::move(after)});
        }
        if (!is_chosen) continue;
        for (const FiledAddress& one : rows.addresses) {
            const auto made = known.find(*rules_->hasher.wrapped(one.address.hash));
            if (made == known.end() && !is_to_wrap(one.address.algorithm, one.address.key_id)) continue;
            batch.old_hashes.insert(one.address.hash);
            FiledAddress& after = batch.addresses.emplace_back(one);
            if (made == known.end()) {
                wrap(after.address);
            } else {
                after.address.hash = made->first;
                std::tie(after.address.algorithm, after.address.key_id) = made->second;
            }
        }
    }
}

std::optional<seal::Seal> Migrator::write(Batch& batch, MigrateCounts& counts) const {
    std::set<ContactId> contacts;
    for (const Record& one : batch.records) contacts.insert(one.contact);
    for (const auto& one : batch.former) contacts.insert(one.record.contact);
    for (const FiledAddress& one : batch.addresses) contacts.insert(one.address.contact);
    contacts.erase(0);
    counts.contacts += contacts.size();
    counts.records += batch.records.size() + batch.former.size();
    counts.addresses += batch.addresses.size();
    std::vector<std::uint64_t> keys;
    for (const Record& one : batch.records) keys.push_back(one.contact);
    batch.seal.watch(seal::Evidence::erasure, keys);
    keys.clear();
    for (const auto& one : batch.former) keys.push_back(one.id);
    batch.seal.watch(seal::Evidence::former_erasure, keys);
    keys.clear();
    for (const FiledAddress& one : batch.addresses) keys.push_back(one.id);
    batch.seal.watch(seal::Evidence::erased_address, keys);
    batch.doubles = take_doubles(batch.connection, rules_->ledger_database, batch.addresses);
    batch.ledger.forget({{}, {}, batch.doubles}, now());
    for (const Record& one : batch.records) batch.wrapping.change(one);
    for (const auto& one : batch.former) batch.wrapping.change(one);
    for (const FiledAddress& one : batch.addresses) batch.wrapping.change(one);
    batch.cells.note(batch.ledger, batch.old_hashes);
    return keys.empty() && batch.records.empty() && batch.former.empty() ? std::nullopt : batch.seal.finish();
}

bool Migrator::wrap_nobody(Connection& connection) {
    bool more = false;
    const ledger::ForgettingRule rule{std::nullopt, options_.made_by};
    in_batch(connection, {options_.dry_run, fault_point}, on_seal_, counts_, [&](MigrateCounts& counts) {
        Batch batch(connection, *rules_, plan_, options_);
        batch.addresses = batch.ledger.addresses_of_nobody(rule, nobody_per_batch);
        more = batch.addresses.size() == nobody_per_batch;
        for (FiledAddress& one : batch.addresses) {
            batch.old_hashes.insert(one.address.hash);
            wrap(one.address);
        }
        wrap_rows_of_nobody(connection, plan_, rules_->hasher, batch.old_hashes, counts);
        if (options_.dry_run && more) {  // it would find the same ones each time
            counts.addresses += batch.ledger.count_of_nobody(rule);
            more = false;
            return std::optional<seal::Seal>();
        }
        return write(batch, counts);
    });
    return more;
}

}  // namespace gdprd::retention
