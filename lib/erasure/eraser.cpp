#include "erasure/eraser.h"

#include <algorithm>
#include <iterator>

#include "base/fault.h"
#include "base/names.h"
#include "erasure/address_entries.h"
#include "erasure/ledger_entry.h"
#include "ledger/hold_memory.h"

namespace gdprd::erasure {

using ledger::Record;
using ledger::Status;

namespace {

std::optional<std::string> hash_that_stands(const Subject& subject) {
    const auto address = subject.values.find("email");
    const bool is_hash = address != subject.values.end() && policy::Hasher::has_hash_shape(address->second);
    return is_hash ? std::optional(address->second) : std::nullopt;
}

bool has_clear_address(const Subject& subject) {
    const auto address = subject.values.find("email");
    return address != subject.values.end() && !address->second.empty() && !hash_that_stands(subject);
}

// The subjects of those that are erased, with what a later pass still knows: which hashes are ours, and the
// address by its hash.
void recognise_later(const Rules& rules, const Record& record, Subject& subject) {
    if (const auto hash = hash_that_stands(subject); hash && !record.subject_hash.empty()) {
        const auto is_recorded = [&](const std::string& one) {
            return one == record.subject_hash || record.marks.contains("email", one);
        };
        const auto wrapped = rules.hasher.wrapped(*hash);
        if (is_recorded(*hash) || (wrapped && is_recorded(*wrapped))) {
            subject.standing_hash = {record.subject_hash, record.algorithm, record.key_id};
        }
    }
    subject.marks = record.marks;
    subject.recorded_hash = record.subject_hash;
    subject.found_before = record.findings;
    if (record.subject_hash.empty()) return;
    const auto hasher = rules.hasher.of(record.algorithm, record.key_id);
    if (!hasher) return;
    // Whoever has got an address since has it in place of the one on record.
    has_clear_address(subject) ? subject.learn_hash_of_own_address(record.subject_hash, *hasher)
                               : subject.learn_hash_of_present_address(record.subject_hash, *hasher);
}

Subjects take_subjects(const Rules& rules, std::map<ContactId, Case>& cases) {
    Subjects subjects;
    for (auto& [contact, of] : cases) {
        if (of.decided.verdict != Verdict::erased) continue;
        Subject& subject = subjects.emplace(contact, *std::move(of.subject)).first->second;
        const Record* record = of.record();
        // A contact that was only ever held has no hashes of ours; one that is held again has their marks.
        // Of one that is forgotten the hashes are gone.
        subject.in_ledger = record != nullptr && !record->forgotten_at &&
                            (record->tells_of_erasure() || !record->marks.empty());
        if (subject.in_ledger) recognise_later(rules, *record, subject);
        subject.half_erased = record != nullptr && record->tells_of_erasure() && !record->erased_at;
        subject.is_back = !subject.half_erased && has_new_address(*rules.plan, subject.values);
        subject.later_is_due = of.decided.later_is_due;
    }
    return subjects;
}

// Where the record does not have the hash that stands in the address, another erasure may have: an earlier
// one of the contact, or that of a contact that was merged into it.
void ask_who_made(ledger::ErasedAddresses& addresses, const policy::Hasher& hasher, Subjects& subjects) {
    std::vector<std::string> hashes;
    for (const auto& [contact, subject] : subjects) {
        const auto hash = hash_that_stands(subject);
        if (!hash || subject.standing_hash) continue;
        hashes.push_back(*hash);
        if (auto wrapped = hasher.wrapped(*hash)) hashes.push_back(*std::move(wrapped));
    }
    std::map<std::string, subjects::KnownHash> known;
    for (const auto& one : addresses.find(hashes)) {
        known.try_emplace(one.hash, subjects::KnownHash{one.hash, one.algorithm, one.key_id});
    }
    for (auto& [contact, subject] : subjects) {
        const auto hash = hash_that_stands(subject);
        if (!hash || subject.standing_hash) continue;
        auto found = known.find(*hash);
        if (found == known.end()) found = known.find(hasher.wrapped(*hash).value_or(*hash));
        if (found != known.end()) subject.standing_hash = found->second;
    }
}

std::size_t count_new_erasures(const std::map<ContactId, Case>& cases) {
    return static_cast<std::size_t>(std::count_if(cases.begin(), cases.end(), [](const auto& entry) {
        return entry.second.decided.verdict == Verdict::erased && is_new_erasure(entry.second);
    }));
}

}  // namespace

constexpr auto verdict_names = make_names<Verdict>({{Verdict::erased, "erased"},
                                                    {Verdict::already_erased, "already_erased"},
                                                    {Verdict::not_do_not_contact, "not_do_not_contact"},
                                                    {Verdict::no_such_contact, "no_such_contact"},
                                                    {Verdict::in_grace, "in_grace"},
                                                    {Verdict::held, "held"}});

const char* name_of(Verdict verdict) { return verdict_names.of(verdict); }

Eraser::Eraser(database::Connection& connection, std::shared_ptr<const Rules> rules,
               std::function<bool()> go_on, MayCommit may_commit)
    : connection_(connection),
      rules_(std::move(rules)),
      go_on_(std::move(go_on)),
      may_commit_(std::move(may_commit)),
      ledger_(connection, rules_->ledger_database),
      addresses_(connection, rules_->ledger_database),
      outbox_(connection, rules_->ledger_database) {}

std::vector<Result> Eraser::erase(std::span<const Request> requests) {
    if (requests.empty()) return {};
    if (requests.size() > 1) return *erase_once(requests, nullptr);
    Progress progress;
    progress.contact = requests.front().contact;
    for (;;) {
        if (auto results = erase_once(requests, &progress)) return *std::move(results);
        if (go_on_ && !go_on_()) {
            throw Interrupted("contact " + std::to_string(progress.contact) + ": stopped between two chunks");
        }
    }
}

std::optional<std::vector<Result>> Eraser::erase_once(std::span<const Request> requests, Progress* progress) {
    database::Transaction transaction(connection_);
    Cases cases = open_cases(connection_, *rules_, &ledger_, requests);
    Subjects subjects = take_subjects(*rules_, cases);
    ask_who_made(addresses_, rules_->hasher, subjects);
    ledger::Fingerprints fingerprints(connection_, rules_->ledger_database);
    if (!subjects.empty()) {
        Pass pass(connection_, *rules_, fingerprints, subjects, progress);
        if (const plan::Step* table = pass.long_table()) {
            if (progress == nullptr) throw TooManyRows(table->table + ": very many rows for one transaction");
            const ContactId contact = progress->contact;
            erase_chunk(cases.at(contact), pass, subjects.at(contact), *progress);
            fingerprints.write();
            transaction.commit();
            return std::nullopt;
        }
        pass.run();
        ask_before_commit(count_new_erasures(cases));
    }
    const Files files = remove_files(subjects);

    std::vector<Record> records;
    const auto concluded = conclude(cases, subjects, files, records);
    std::vector<Result> results;
    for (const Request& request : requests) results.push_back(concluded.at(request.contact));
    fingerprints.write();
    ledger_.write(records);
    note_addresses(cases, subjects, records);
    note_notifications(records);
    fault::point("before-commit");
    transaction.commit();
    fault::point("after-commit");
    return results;
}

void Eraser::erase_chunk(const Case& of, Pass& pass, Subject& subject, Progress& progress) {
    pass.run_chunk(progress);
    if (const auto record = entry_between_chunks(*rules_, of, subject)) {
        ask_before_commit(is_new_erasure(of) ? 1 : 0);
        ledger_.write(*record);
        std::vector<ContactId> going_on;
        if (may_have_noted(of, *record)) going_on.push_back(record->contact);
        addresses_.note(address_entries(rules_->hasher, of, *record, subject), rules_->hasher, going_on);
    }
    if (progress.checked_with == 0) progress.checked_with = subject.identity.size();
    progress.counts += subject.counts;
    progress.identity = std::move(subject.identity);
    progress.addresses = std::move(subject.addresses);
    progress.findings = std::move(subject.findings);
}

void Eraser::note_addresses(const Cases& cases, const Subjects& subjects, std::span<const Record> records) {
    std::vector<ledger::ErasedAddress> addresses;
    std::vector<ContactId> going_on;
    for (const Record& record : records) {
        const Case& of = cases.at(record.contact);
        auto of_contact = address_entries(rules_->hasher, of, record, subjects.at(record.contact));
        if (!of_contact.empty() && may_have_noted(of, record)) going_on.push_back(record.contact);
        std::move(of_contact.begin(), of_contact.end(), std::back_inserter(addresses));
    }
    addresses_.note(std::move(addresses), rules_->hasher, going_on);
}

void Eraser::note_notifications(std::span<const Record> records) {
    if (rules_->notified.empty()) return;
    std::vector<Record> erased;
    std::copy_if(records.begin(), records.end(), std::back_inserter(erased), tells_of_new_erasure);
    outbox_.add(erased, rules_->notified);
}

void Eraser::ask_before_commit(std::size_t new_erasures) const {
    if (!may_commit_ || new_erasures == 0 || may_commit_(new_erasures)) return;
    throw ErasingPaused(std::to_string(new_erasures) + " new erasures may not be committed now");
}

// After the check, so that nothing is removed for an erasure that fails, and before the commit: the names of
// the uploads are in the rows that the commit erases, and would be lost if removing them failed afterwards. A
// roll-back after this leaves contacts without their files, which the next attempt then does not find.
Eraser::Files Eraser::remove_files(const Subjects& subjects) const {
    if (rules_->files == nullptr) return std::nullopt;
    files::ContactFiles::Wanted wanted;
    for (const auto& [contact, subject] : subjects) wanted[contact] = subject.uploads;
    auto removed = rules_->files->remove(wanted);
    for (const auto& [contact, subject] : subjects) removed[contact].left += subject.uploads_of_others;
    return removed;
}

std::map<ContactId, Result> Eraser::conclude(const Cases& cases, Subjects& subjects, const Files& files,
                                             std::vector<Record>& records) {
    std::map<ContactId, Result> results;
    for (const auto& [contact, of] : cases) {
        Result& result = results[contact];
        result.contact = contact;
        result.verdict = of.decided.verdict;
        switch (of.decided.verdict) {
            case Verdict::erased: {
                Subject& subject = subjects.at(contact);
                const auto removed = files ? std::optional(files->at(contact)) : std::nullopt;
                const Record& record = records.emplace_back(entry_after_pass(*rules_, of, removed, subject));
                result.status = record.status;
                result.erased_at = record.erased_at.value_or(now());
                result.is_first_pass = tells_of_new_erasure(record);
                result.counts = subject.counts;
                result.counts += subject.counts_before;
                result.findings = subject.findings;
                result.files = removed.value_or(files::Removed{});
                result.not_covered = record.not_covered;
                break;
            }
            case Verdict::already_erased:
                result.status = of.before->status;
                result.erased_at = *of.before->erased_at;
                break;
            case Verdict::held:
                note_hold(of, result);
                break;
            case Verdict::in_grace:
                result.due_at = of.opt_out.grace_until;
                break;
            case Verdict::not_do_not_contact:
                close_superseded(of, result);
                break;
            case Verdict::no_such_contact:
                break;
        }
    }
    return results;
}

void Eraser::note_hold(const Case& of, Result& result) {
    result.due_at = now() + rules_->holds.look_again;
    result.hold = of.hold;
    result.newly_held = !of.before || of.before->status != Status::held;
    // A hold that lasts is asked for every hour: the record says all there is to say already.
    if (result.newly_held) ledger_.write(entry_on_hold(*rules_, of));
    const bool is_named =
        of.hold->kind == policy::Hold::Kind::tag || of.hold->kind == policy::Hold::Kind::segment;
    if (is_named && of.hold->id != 0 && !of.hold->names_nothing) {
        ledger::HoldMemory(connection_, rules_->ledger_database)
            .remember({{of.hold->kind, of.hold->name, of.hold->id}});
    }
}

void Eraser::close_superseded(const Case& of, Result& result) {
    if (!of.before || of.before->status == Status::superseded || is_still_listed(of)) return;
    if (!has_resubscribed(of)) {
        result.lost_opt_out = true;
        return;
    }
    Record record = *of.before;
    record.status = Status::superseded;
    ledger_.write(record);
    result.superseded = true;
}

}  // namespace gdprd::erasure
