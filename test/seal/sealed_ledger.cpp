#include "seal/sealed_ledger.h"

#include "base/hex.h"
#include "ledger/forgetting.h"
#include "seal/row_seal.h"

namespace gdprd::test {

using ledger::Record;
using ledger::Status;

SealedLedger::SealedLedger(const database::ConnectionOptions& options) : connection(options) {
    for (const char* database : {seals_name, lookups_name, name}) {
        connection.change(std::string("DROP DATABASE IF EXISTS ") + database);
    }
    ledger().create();
    lookup::LookupLog(connection, name).create();
    lookup::ActionLog(connection, name).create();
}

void SealedLedger::erase(ContactId contact) {
    time += Milliseconds{60'000};
    const auto before = ledger().find(contact);
    Record row;
    row.begins = before && before->tells_of_erasure();
    row.contact = contact;
    row.subject_hash = sha256_hex(std::to_string(++serial_));
    row.algorithm = "sha256";
    row.channel = "email";
    row.opted_out_at = row.requested_at = time - Milliseconds{5'000};
    row.erased_at = row.last_pass_at = time;
    row.passes = 1;
    row.rows_changed = contact % 7;
    row.marks.add("email", row.subject_hash);
    row.policy_digest = row.schema_digest = row.map_digest = std::string(64, 'd');
    row.status = Status::settling;
    database::Transaction transaction(connection);
    ledger().write(row);
    ledger::ErasedAddresses(connection, name)
        .add(std::vector<ledger::ErasedAddress>{
            {contact, row.subject_hash, "sha256", "", AddressKind::current, time}});
    transaction.commit();
}

void SealedLedger::pass(ContactId contact, Status status) {
    time += Milliseconds{60'000};
    Record row = *ledger().find(contact);
    row.last_pass_at = time;
    ++row.passes;
    row.status = status;
    row.completed_at = status == Status::complete ? std::optional(time) : std::nullopt;
    row.findings.clear();
    if (status == Status::partial) row.findings = {{"page_hits", "url", 2}, {"email_stats", "tokens", 1}};
    ledger().write(row);
}

void SealedLedger::hold(ContactId contact) {
    time += Milliseconds{60'000};
    const auto before = ledger().find(contact);
    Record row;
    row.begins = before && before->tells_of_erasure();
    row.contact = contact;
    row.algorithm = "sha256";
    row.channel = "email";
    row.requested_at = time - std::chrono::days{3};  // it waited
    row.status = Status::held;
    row.policy_digest = row.schema_digest = row.map_digest = std::string(64, 'd');
    ledger().write(row);
}

void SealedLedger::supersede(ContactId contact) {
    time += Milliseconds{60'000};
    Record row = *ledger().find(contact);
    row.status = Status::superseded;
    ledger().write(row);
}

void SealedLedger::act() {
    time += Milliseconds{60'000};
    ++serial_;
    const auto kind = serial_ % 2 == 0 ? lookup::ActionKind::sign_in : lookup::ActionKind::report;
    lookup::ActionLog(connection, name)
        .add({0, time, kind, "anna" + std::to_string(serial_), "192.0.2." + std::to_string(serial_ % 200),
              "no. " + std::to_string(serial_)});
}

void SealedLedger::look_up() {
    time += Milliseconds{60'000};
    lookup::LoggedLookup lookup;
    lookup.at = time;
    lookup.account = "root";
    lookup.reason = "Überprüfung";
    lookup.asked = sha256_hex(std::to_string(++serial_));
    lookup.key_id = std::string(16, 'b');
    lookup.found = true;
    lookup.contact_count = 1;
    lookup.contacts = {7};
    lookup::LookupLog(connection, name).add(lookup);
}

void SealedLedger::forget(ContactId contact) {
    time += Milliseconds{60'000};
    const std::vector<ContactId> contacts{contact};
    const seal::RowSealOptions options{name, key, [at = time] { return at; }};
    database::Transaction transaction(connection);
    seal::RowSeal seal(connection, options);
    ledger::Forgetting forgetting(connection, name);
    ledger::RowsToForget rows;
    for (const auto& [id, of_contact] : forgetting.rows_of(contacts)) {
        const auto& current = of_contact.current;
        if (!current || (current->status != Status::complete && current->status != Status::superseded))
            return;
        if (!current->forgotten_at) rows.records.push_back(id);
        for (const auto& one : of_contact.former) {
            if (!one.record.forgotten_at) rows.former.push_back(one.id);
        }
        for (const auto& one : of_contact.addresses) rows.addresses.push_back(one.id);
    }
    if (rows.empty()) return;
    seal.watch(seal::Evidence::erasure, rows.records);
    seal.watch(seal::Evidence::former_erasure, rows.former);
    seal.watch(seal::Evidence::erased_address, rows.addresses);
    forgetting.forget(rows, time);
    seal.finish();
    transaction.commit();
}

seal::SealerOptions SealedLedger::sealing() const {
    seal::SealerOptions options{name, key, {}};
    options.clock = [at = time] { return at; };
    return options;
}

seal::SealRun SealedLedger::seal(seal::SealerOptions options) {
    seal::Sealer sealer(std::move(options), [](const seal::Seal&) {});
    while (sealer.next(connection, [] {})) continue;
    return sealer.run();
}

seal::SealReport SealedLedger::verify(std::vector<std::filesystem::path> copies) {
    return seal::verify_seals(connection, {name, {key.public_key()}, std::move(copies)});
}

}  // namespace gdprd::test
