#include "orphans/orphan_eraser.h"

#include <algorithm>

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

OrphanEraser::OrphanEraser(database::Connection& connection, const erasure::Rules& rules)
    : connection_(connection), rules_(rules) {}

std::optional<Counts> OrphanEraser::erase(const Step& step, std::span<const ContactRow> rows,
                                          ContactRows::Table table, const Confirm& confirm) {
    if (rows.empty()) return Counts{};
    database::Transaction transaction(connection_);
    Fingerprints fingerprints(connection_, rules_.ledger_database);
    ContactRows remembered(connection_, rules_.ledger_database, table);
    const RowIds ids = remembered.lock_orphaned(step, rows);
    Subject subject;
    if (!ids.empty()) {
        subject = erasure::erase_orphaned_rows(connection_, rules_, fingerprints, step.real_table, ids);
    }
    if (!confirm()) return std::nullopt;
    // Its other files go by the contact's id, which is not known here.
    if (!subject.uploads.empty()) remove_files({{ContactId{0}, subject.uploads}});
    fingerprints.write();
    note_addresses({{ContactId{0}, subject}});
    std::vector<ContactRow> erased(rows.begin(), rows.end());
    std::erase_if(
        erased, [&](const ContactRow& one) { return !std::binary_search(ids.begin(), ids.end(), one.row); });
    OrphanNotes(connection_, rules_.ledger_database).note(step, erased);
    // Elsewhere a row that only has the id may be remembered.
    for (const auto each : {ContactRows::Table::seen, ContactRows::Table::given}) {
        ContactRows(connection_, rules_.ledger_database, each).forget(step, ids);
    }
    remembered.forget(step, ids_of(rows));
    transaction.commit();
    return std::move(subject.counts);
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
        return std::any_of(known.begin(), known.end(), [&](const ledger::ErasedAddress& other) {
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
