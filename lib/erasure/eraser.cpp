#include "erasure/eraser.h"

#include <algorithm>

#include "base/fault.h"
#include "erasure/ledger_entry.h"
#include "mautic/holds.h"

namespace gdprd::erasure {

using ledger::Record;
using ledger::Status;

namespace {

std::vector<ContactId> ids_of(std::span<const Request> requests) {
    std::vector<ContactId> ids;
    for (const Request& request : requests) ids.push_back(request.contact);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

const Request& request_of(std::span<const Request> requests, ContactId contact) {
    return *std::find_if(requests.begin(), requests.end(),
                         [&](const Request& request) { return request.contact == contact; });
}

}  // namespace

const char* name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::erased:
            return "erased";
        case Verdict::already_erased:
            return "already_erased";
        case Verdict::not_do_not_contact:
            return "not_do_not_contact";
        case Verdict::no_such_contact:
            return "no_such_contact";
        case Verdict::in_grace:
            return "in_grace";
        case Verdict::held:
            break;
    }
    return "held";
}

const Record* Eraser::Cases::row_of(ContactId contact) const {
    const auto row = rows.find(contact);
    return row == rows.end() ? nullptr : &row->second;
}

Eraser::Eraser(database::Connection& connection, std::shared_ptr<const Rules> rules,
               std::function<bool()> go_on, MayCommit may_commit)
    : connection_(connection),
      rules_(std::move(rules)),
      go_on_(std::move(go_on)),
      may_commit_(std::move(may_commit)),
      ledger_(connection, rules_->ledger_database) {}

std::vector<Result> Eraser::erase(std::span<const Request> requests) {
    if (requests.empty()) return {};
    if (requests.size() > 1) return *erase_once(requests, nullptr);
    Progress progress;
    progress.contact = requests.front().contact;
    for (;;) {
        if (auto results = erase_once(requests, &progress)) return *std::move(results);
        if (go_on_ && !go_on_()) {
            throw Interrupted("contact " + std::to_string(progress.contact) + ": stopped between two slices");
        }
    }
}

void Eraser::erase_slice(std::span<const Request> requests, const Cases& cases, Executor& executor,
                         std::map<ContactId, Subject>& subjects, Progress& progress) {
    const ContactId contact = progress.contact;
    const Request& request = request_of(requests, contact);
    executor.run_slice(subjects, progress);
    if (rules_->prove) executor.prove_slice(subjects);
    Subject& subject = subjects.at(contact);
    const auto row = entry_between_slices(*rules_, request, cases.decisions.at(contact),
                                          cases.row_of(contact), cases.stands.contains(contact), subject);
    if (row) {
        ask_before_commit(requests, cases, subjects);
        ledger_.write(*row);
    }
    if (progress.proven_with == 0) progress.proven_with = subject.identity.size();
    progress.counts += subject.counts;
    progress.identity = std::move(subject.identity);
    progress.addresses = std::move(subject.addresses);
    progress.findings = std::move(subject.findings);
}

std::optional<std::vector<Result>> Eraser::erase_once(std::span<const Request> requests, Progress* progress) {
    std::vector<Result> results;
    const auto contacts = ids_of(requests);
    database::Transaction transaction(connection_);
    Executor executor(connection_, *rules_->plan, rules_->hasher, rules_->slice_rows,
                      rules_->files != nullptr);
    ledger::Fingerprints fingerprints(connection_, rules_->ledger_database);
    executor.use(fingerprints);
    executor.use(rules_->holds);
    Cases cases = open_cases(executor, contacts);
    auto to_erase = take_subjects(requests, cases);
    if (!to_erase.empty()) {
        executor.begin(to_erase, progress);
        if (const plan::Step* step = executor.long_step(); step != nullptr) {
            if (progress == nullptr) throw TooManyRows(step->table + ": very many rows for one transaction");
            erase_slice(requests, cases, executor, to_erase, *progress);
            fingerprints.write();
            transaction.commit();
            return std::nullopt;
        }
        executor.run(to_erase);
        if (rules_->prove) executor.prove(to_erase);
        ask_before_commit(requests, cases, to_erase);
    }
    const Files files = remove_files(to_erase);

    std::vector<Record> rows;
    std::map<ContactId, std::size_t> answered;
    for (const Request& request : requests) {
        if (const auto [first, is_new] = answered.emplace(request.contact, results.size()); !is_new) {
            results.push_back(Result(results[first->second]));  // asked for twice: one pass, one answer
            continue;
        }
        Result result;
        result.contact = request.contact;
        if (const auto subject = to_erase.find(request.contact); subject != to_erase.end()) {
            rows.push_back(record(request, cases, files, subject->second, result));
        } else {
            explain(request, cases, result);
        }
        results.push_back(std::move(result));
    }
    fingerprints.write();
    ledger_.write(rows);
    fault::point("before-commit");
    transaction.commit();
    fault::point("after-commit");
    return results;
}

// By contact, because one may be asked for twice.
void Eraser::ask_before_commit(std::span<const Request> requests, const Cases& cases,
                               const std::map<ContactId, Subject>& subjects) const {
    if (!may_commit_) return;
    std::set<ContactId> newly_erased;
    for (const Request& request : requests) {
        const bool is_new =
            subjects.contains(request.contact) &&
            is_new_erasure(request, cases.row_of(request.contact), cases.stands.contains(request.contact));
        if (is_new) newly_erased.insert(request.contact);
    }
    if (newly_erased.empty() || may_commit_(newly_erased.size())) return;
    throw ErasingPaused(std::to_string(newly_erased.size()) + " new erasures may not be committed now");
}

// The order of the locks is that of every other transaction of ours: contacts, opt-outs, ledger.
Eraser::Cases Eraser::open_cases(Executor& executor, std::span<const ContactId> contacts) {
    Cases cases;
    cases.subjects = executor.lock_contacts(contacts);
    const std::string& prefix = rules_->plan->table_prefix;
    const auto opt_outs = mautic::lock_do_not_contact(connection_, prefix, contacts);
    cases.rows = ledger_.lock(contacts);
    const Timestamp at = now();
    for (const auto& [contact, rows] : opt_outs) {
        cases.decisions[contact] = mautic::decide(rows, rules_->triggers, at);
    }
    mautic::FieldValues may_be_held;
    for (const auto& [contact, subject] : cases.subjects) {
        if (cases.decisions[contact].erase &&
            can_be_held(*rules_->plan, cases.row_of(contact), subject.values)) {
            may_be_held.emplace(contact, &subject.values);
        }
    }
    if (!rules_->holds.empty()) {
        cases.holds = mautic::find_holds(connection_, prefix, rules_->holds, may_be_held);
    }
    return cases;
}

// What a later pass still knows: which hashes are ours, and the address by its hash.
void Eraser::recognise_later(const Record& row, Subject& subject) const {
    subject.marks = row.marks;
    subject.recorded_hash = row.subject_hash;
    subject.found_before = row.findings;
    const policy::Hasher& hasher = rules_->hasher;
    const bool same_hash = row.algorithm == hasher.algorithm_name() && row.key_id == hasher.key_id();
    if (same_hash && !row.subject_hash.empty()) {
        subject.identity.add_hash_of_address(row.subject_hash, hasher);
        subject.addresses.add_hash_of_address(row.subject_hash, hasher);
    }
}

bool Eraser::erasure_stands(const Request& request, const Cases& cases) const {
    const Record* row = cases.row_of(request.contact);
    if (!request.once || row == nullptr || !row->erased_at) return false;
    const bool is_erased =
        row->status == Status::settling || row->status == Status::complete || row->status == Status::partial;
    return is_erased && *row->erased_at >= cases.decisions.at(request.contact).since &&
           !has_new_address(*rules_->plan, cases.subjects.at(request.contact).values);
}

// The only opt-outs after the erasure say that a mail came back, while the address is our hash: no person
// asked for anything, Mautic tried to write to a hash. What staff have added since is no business of
// it.
bool Eraser::is_mautics_own(const Cases& cases, ContactId contact) const {
    const mautic::Decision& decision = cases.decisions.at(contact);
    const auto& values = cases.subjects.at(contact).values;
    const auto address = values.find("email");
    const auto erased_at = std::chrono::floor<std::chrono::seconds>(*cases.row_of(contact)->erased_at);
    return decision.newest_bounce >= erased_at && decision.newest_otherwise <= erased_at &&
           address != values.end() && policy::Hasher::has_hash_shape(address->second);
}

// The time of the erasure and that of the request may come from different machines, whose clocks differ; what
// stands in the database itself, the opt-out and the contact's row, has been asked first.
bool Eraser::is_carried_out(const Request& request, const Cases& cases) const {
    if (request.pass > 0 || !erasure_stands(request, cases)) return false;
    return *cases.row_of(request.contact)->erased_at >= request.received_at ||
           is_mautics_own(cases, request.contact);
}

std::map<ContactId, Subject> Eraser::take_subjects(std::span<const Request> requests, Cases& cases) const {
    for (const Request& request : requests) {
        if (!cases.subjects.contains(request.contact) || !cases.decisions[request.contact].erase) continue;
        if (erasure_stands(request, cases)) cases.stands.insert(request.contact);
        if (is_carried_out(request, cases)) cases.carried_out.insert(request.contact);
        const bool no_later_pass = !request.later_passes || !request.more_passes;
        if (request.pass > 0 || no_later_pass) cases.later_due.insert(request.contact);
    }
    std::map<ContactId, Subject> to_erase;
    for (auto& [contact, subject] : cases.subjects) {
        if (!cases.decisions[contact].erase || cases.holds.contains(contact)) continue;
        if (cases.carried_out.contains(contact)) continue;
        const Record* row = cases.row_of(contact);
        // A contact that was only ever held has no hashes of ours; one that is held again has their marks.
        subject.in_ledger = row != nullptr && (row->tells_of_erasure() || !row->marks.empty());
        if (subject.in_ledger) recognise_later(*row, subject);
        subject.half_erased = row != nullptr && row->tells_of_erasure() && !row->erased_at;
        subject.is_back = !subject.half_erased && has_new_address(*rules_->plan, subject.values);
        subject.later_is_due = cases.later_due.contains(contact);
        to_erase.emplace(contact, std::move(subject));
    }
    return to_erase;
}

// After the proof, so that nothing is removed for an erasure that fails, and before the commit: the names of
// the uploads are in the rows that the commit erases, and would be lost if removing them failed afterwards. A
// roll-back after this leaves contacts without their files, which the next attempt then does not find.
Eraser::Files Eraser::remove_files(const std::map<ContactId, Subject>& subjects) const {
    if (rules_->files == nullptr) return std::nullopt;
    files::ContactFiles::Wanted wanted;
    for (const auto& [contact, subject] : subjects) wanted[contact] = subject.uploads;
    auto removed = rules_->files->remove(wanted);
    for (const auto& [contact, subject] : subjects) removed[contact].left += subject.uploads_of_others;
    return removed;
}

Record Eraser::record(const Request& request, const Cases& cases, const Files& files, Subject& subject,
                      Result& result) const {
    const auto removed = files ? std::optional(files->at(request.contact)) : std::nullopt;
    const Record row =
        entry_after_pass(*rules_, request, cases.decisions.at(request.contact), cases.row_of(request.contact),
                         cases.stands.contains(request.contact), removed, subject);
    result.verdict = Verdict::erased;
    result.status = row.status;
    result.erased_at = row.erased_at.value_or(now());
    result.counts = std::move(subject.counts);
    result.counts += subject.counts_before;
    result.findings = std::move(subject.findings);
    result.files = removed.value_or(files::Removed{});
    result.not_covered = row.not_covered;
    return row;
}

void Eraser::explain(const Request& request, const Cases& cases, Result& result) {
    const auto decision = cases.decisions.find(request.contact);
    if (!cases.subjects.contains(request.contact)) {
        result.verdict = Verdict::no_such_contact;
    } else if (cases.carried_out.contains(request.contact)) {
        result.verdict = Verdict::already_erased;
        result.status = cases.row_of(request.contact)->status;
        result.erased_at = *cases.row_of(request.contact)->erased_at;
    } else if (cases.holds.contains(request.contact)) {
        note_hold(request, cases, result);
    } else if (decision != cases.decisions.end() && decision->second.in_grace) {
        result.verdict = Verdict::in_grace;
        result.due_at = decision->second.grace_until;
    } else {
        result.verdict = Verdict::not_do_not_contact;
        if (const Record* before = cases.row_of(request.contact)) close_superseded(*before, result);
    }
}

void Eraser::note_hold(const Request& request, const Cases& cases, Result& result) {
    const Record* before = cases.row_of(request.contact);
    result.verdict = Verdict::held;
    result.due_at = now() + rules_->holds.look_again;
    result.hold = cases.holds.at(request.contact);
    result.newly_held = before == nullptr || before->status != Status::held;
    // A hold that lasts is looked at every hour: the row says all there is to say already.
    if (!result.newly_held) return;
    ledger_.write(entry_on_hold(*rules_, request, cases.decisions.at(request.contact), before));
}

void Eraser::close_superseded(const Record& before, Result& result) {
    if (before.status == Status::superseded) return;
    Record row = before;
    row.status = Status::superseded;
    ledger_.write(row);
    result.superseded = true;
}

}  // namespace gdprd::erasure
