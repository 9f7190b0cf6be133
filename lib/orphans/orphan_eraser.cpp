#include "orphans/orphan_eraser.h"

#include <algorithm>
#include <map>

#include "erasure/address_entries.h"
#include "orphans/contact_rows.h"
#include "orphans/orphan_notes.h"

namespace gdprd::orphans {

using erasure::Counts;
using erasure::Subject;
using ledger::Fingerprints;
using plan::Step;

std::vector<const Step*> orphan_steps(const plan::Plan& plan) {
    std::vector<const Step*> steps;
    const auto add = [&](const Step& step) {
        if (step.tie.leftovers == mautic::Leftovers::none) return;
        const bool is_known = std::any_of(steps.begin(), steps.end(), [&](const Step* known) {
            return known->real_table == step.real_table;
        });
        if (!is_known) steps.push_back(&step);
    };
    for (const Step& step : plan.steps) add(step);
    for (const Step& step : plan.left) {
        if (step.waits) add(step);
    }
    return steps;
}

namespace {

// Whose they were the ledger remembers. One contact after the other: what two of them refer to goes with the
// last.
std::map<ContactId, RowIds> rows_by_contact(std::span<const ContactRow> rows) {
    std::map<ContactId, RowIds> by_contact;
    for (const ContactRow& one : rows) by_contact[one.contact].push_back(one.row);
    return by_contact;
}

}  // namespace

OrphanEraser::OrphanEraser(database::Connection& connection, const erasure::Rules& rules)
    : connection_(connection), rules_(rules) {}

std::optional<Counts> OrphanEraser::erase(const Step& step, std::span<const ContactRow> rows,
                                          ContactRows::Table table, const Confirm& confirm) {
    if (rows.empty()) return Counts{};
    database::Transaction transaction(connection_);
    Fingerprints fingerprints(connection_, rules_.ledger_database);
    ContactRows remembered(connection_, rules_.ledger_database, table);
    const RowIds ids = remembered.lock_orphaned(step, rows);
    std::vector<ContactRow> erased(rows.begin(), rows.end());
    std::erase_if(
        erased, [&](const ContactRow& one) { return !std::binary_search(ids.begin(), ids.end(), one.row); });
    erasure::Subjects subjects;
    for (const auto& [contact, rows_of] : rows_by_contact(erased)) {
        subjects[contact] =
            erasure::erase_orphaned_rows(connection_, rules_, fingerprints, step.real_table, rows_of);
    }
    if (!confirm()) return std::nullopt;
    Counts counts;
    std::vector<files::Upload> uploads;
    for (const auto& [contact, subject] : subjects) {
        counts += subject.counts;
        uploads.insert(uploads.end(), subject.uploads.begin(), subject.uploads.end());
    }
    // Nobody's: the contact that a merge gave the rows to keeps its other files.
    if (!uploads.empty()) remove_files({{ContactId{0}, uploads}});
    fingerprints.write();
    note_addresses(subjects);
    OrphanNotes(connection_, rules_.ledger_database).note(step, erased);
    // Elsewhere a row that only has the id may be remembered.
    const auto other =
        table == ContactRows::Table::seen ? ContactRows::Table::given : ContactRows::Table::seen;
    ContactRows(connection_, rules_.ledger_database, other).forget(step, ids);
    remembered.forget(step, ids_of(rows));
    transaction.commit();
    return counts;
}

std::optional<Counts> OrphanEraser::erase_named(std::span<const ContactId> contacts, const Confirm& confirm) {
    if (contacts.empty()) return Counts{};
    database::Transaction transaction(connection_);
    Fingerprints fingerprints(connection_, rules_.ledger_database);
    const auto subjects = erasure::erase_rows_naming(connection_, rules_, fingerprints, contacts);
    if (!confirm()) return std::nullopt;
    files::ContactFiles::Wanted files;
    Counts counts;
    for (const auto& [contact, subject] : subjects) {
        files[contact] = subject.uploads;
        counts += subject.counts;
    }
    remove_files(files);
    fingerprints.write();
    note_addresses(subjects);
    transaction.commit();
    return counts;
}

void OrphanEraser::note_addresses(const erasure::Subjects& subjects) {
    auto addresses = erasure::address_entries(rules_.hasher, subjects, now());
    std::vector<std::string> hashes;
    for (const auto& one : addresses) hashes.push_back(one.hash);
    ledger::ErasedAddresses noted(connection_, rules_.ledger_database);
    const auto known = noted.find(hashes);
    std::erase_if(addresses, [&](const ledger::ErasedAddress& one) {
        return one.contact != 0 &&
               std::any_of(known.begin(), known.end(), [&](const ledger::ErasedAddress& other) {
                   return other.contact == one.contact && other.hash == one.hash && other.kind <= one.kind;
               });
    });
    noted.add(addresses);
}

// Before the commit, as in an erasure: the names are in the rows that the commit erases.
void OrphanEraser::remove_files(const files::ContactFiles::Wanted& wanted) const {
    if (rules_.files != nullptr) rules_.files->remove(wanted);
}

}  // namespace gdprd::orphans
