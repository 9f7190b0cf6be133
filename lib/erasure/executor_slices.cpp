// A contact with very many rows in a table: they are worked off a bounded number at a time, each slice in a
// transaction of its own, and what is left then is done as usual.
#include <algorithm>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using mautic::Tie;
using plan::ColumnStep;
using plan::Step;
using statements::KeyRange;
using statements::Scope;

namespace {

// Does the step take this column's value from its rows?
bool changes(const Step& step, const std::string& column) {
    return step.delete_rows || std::any_of(step.columns.begin(), step.columns.end(),
                                           [&](const ColumnStep& change) { return change.column == column; });
}

// Not a table that others hang on by something it loses: their rows could not be found any more afterwards.
// Shared rows are dealt with slice by slice.
bool can_be_sliced(const Step& step, const plan::Plan& plan) {
    if (step.tie.kind != Tie::Kind::column || step.primary_key.empty()) return false;
    if (!step.uploads.empty()) return false;  // the names of the files are needed at the end
    for (const Step& other : plan.steps) {
        if (other.tie.kind == Tie::Kind::shared) continue;
        for (const auto& chain : other.chains) {
            for (const plan::Link& link : chain) {
                if (link.real_table == step.real_table && changes(step, link.next_column)) return false;
            }
        }
    }
    return true;
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
    rows_changed += other.rows_changed;
    rows_deleted += other.rows_deleted;
    rows_planned += other.rows_planned;
    values_emptied += other.values_emptied;
    other_hashes += other.other_hashes;
    for (const auto& [action, rows] : other.rows_by_action) rows_by_action[action] += rows;
    return *this;
}

// What the transactions before have found out belongs to the contact's pass.
void Executor::take_over(const Progress& progress, Subjects& subjects) {
    Subject& subject = subjects.at(progress.contact);
    subject.identity.add(progress.identity);
    subject.addresses.add(progress.addresses);
    subject.findings = progress.findings;
    subject.counts_before = progress.counts;
}

// Addresses of earlier times are learned where they are erased, in the mails sent to them, and by then other
// tables may have been done. So they are asked for first. Of those that a transaction before, perhaps one of
// a process that was killed, has hashed already, the hash is there: it finds the address just as well. So
// does a later pass, to which nothing else tells of them.
void Executor::learn_history(Subjects& subjects) {
    std::vector<ContactId> contacts;
    const bool before_first_slice = progress_ != nullptr && !progress_->has_begun() && long_step_ != nullptr;
    for (const auto& [contact, subject] : subjects) {
        if (before_first_slice || subject.half_erased || subject.in_ledger) contacts.push_back(contact);
    }
    if (contacts.empty()) return;
    // What the first slice knows, the transactions after it must not take for news: they only have the hash.
    for (const ContactId contact : contacts) {
        Subject& subject = subjects.at(contact);
        const auto email = subject.values.find("email");
        if (email == subject.values.end() || email->second.empty()) continue;
        learn_hash(subject, hash_of_own(subject, "email", policy::Normalisation::email, email->second));
    }
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::column || empty_.contains(step.key())) continue;
        for (const ColumnStep& column : step.columns) {
            const bool is_asked = column.action == mautic::Action::hash && column.identifies;
            if (is_asked) learn_values(step, column, contacts, subjects);
        }
    }
}

void Executor::learn_values(const Step& step, const ColumnStep& column, std::span<const ContactId> contacts,
                            Subjects& subjects) {
    std::vector<std::pair<ContactId, std::string>> found;
    std::vector<std::string> values;
    Rows rows = select(
        statements::select_different(step, statements::scope_of_contacts(step, contacts), column.column),
        step);
    while (rows.next()) {
        if (rows.is_null(1)) continue;
        found.emplace_back(rows.number(0), rows.text(1));
        values.push_back(rows.text(1));
    }
    ask_for_hashes(column, values);
    for (const auto& [contact, value] : found) {
        Subject& subject = subjects.at(contact);
        const bool is_hash = is_our_hash(subject, column, value);
        if (!is_hash) learn(subject, value);
        if (column.normalisation != policy::Normalisation::email) continue;
        learn_hash(subject, is_hash ? value : hasher_.hash(value, policy::Normalisation::email));
    }
}

void Executor::learn_hash(Subject& subject, const std::string& hash) const {
    subject.identity.add_hash_of_address(hash, hasher_);
    subject.addresses.add_hash_of_address(hash, hasher_);
}

std::span<const ContactId> Executor::due(const Step& step, std::span<const ContactId> contacts) const {
    return step.later ? std::span<const ContactId>(later_due_) : contacts;
}

// An index alone answers, and only tables that have rows of the subjects at all are asked.
void Executor::find_long_step(std::span<const ContactId> contacts) {
    long_step_ = nullptr;
    std::vector<const Step*> filled;
    for (const Step& step : plan_.steps) {
        const bool is_asked = can_be_sliced(step, plan_) && !empty_.contains(step.key());
        if (is_asked) filled.push_back(&step);
    }
    if (filled.empty()) return;
    const std::size_t at_a_time = statements::steps_at_a_time(contacts.size() + 1);  // one for the progress
    for (std::size_t at = 0; at < filled.size() && long_step_ == nullptr; at += at_a_time) {
        const auto part = std::span(filled).subspan(at, std::min(at_a_time, filled.size() - at));
        std::vector<Scope> scopes;
        for (const Step* step : part) scopes.push_back(scope_of_step(*step, contacts));
        const statements::Statement statement = statements::select_long_steps(part, scopes, slice_rows_);
        Rows rows = connection_.select(statement.sql, statement.parameters, "look for very many rows");
        if (rows.next()) long_step_ = part[rows.number(0)];
    }
}

Scope Executor::scope_of_step(const Step& step, std::span<const ContactId> contacts) const {
    Scope scope = statements::scope_of_contacts(step, due(step, contacts));
    const bool is_of_progress =
        progress_ != nullptr && contacts.size() == 1 && contacts.front() == progress_->contact;
    if (!is_of_progress) return scope;
    const auto done = progress_->last_keys.find(&step);
    if (done == progress_->last_keys.end()) return scope;
    return statements::within(std::move(scope), {&step, done->second, std::nullopt});
}

// The rows that others share and that only the slice's own rows lead to: once they are changed nothing tells
// of them any more. A chain may reach the table through another entry of the data map.
std::map<const Step*, Executor::Owners> Executor::shared_rows_of_slice(const KeyRange& slice,
                                                                       ContactId contact) {
    const std::vector<ContactId> contacts{contact};
    std::map<const Step*, Owners> shared;
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        for (const auto& chain : step.chains) {
            for (std::size_t i = 0; i < chain.size(); ++i) {
                const bool is_cut = chain[i].real_table == slice.step->real_table &&
                                    changes(*long_step_, chain[i].next_column);
                if (!is_cut) continue;
                shared[&step].merge(
                    read_owners(statements::select_candidates_within(step, chain, contacts, i, slice), step));
                break;
            }
        }
    }
    return shared;
}

// What nobody refers to any more goes with the slice that has cut the last reference, in its transaction. A
// row that a later slice, or somebody else, still refers to is left to them. So nothing has to be remembered
// until the end, and whatever interrupts the work costs nothing but the slice.
void Executor::run_slice(Subjects& subjects, Progress& progress) {
    const Step& step = *long_step_;
    const std::vector<ContactId> contact{progress.contact};
    const Scope rest = scope_of_step(step, contact);
    KeyRange range{&step, std::nullopt, std::string()};
    if (const auto done = progress.last_keys.find(&step); done != progress.last_keys.end()) {
        range.after = done->second;
    }
    {
        Rows rows = select(statements::select_key_at(step, rest, slice_rows_ - 1), step);
        if (rows.next()) range.last = rows.text(0);
    }
    const auto shared = shared_rows_of_slice(range, progress.contact);
    const ResolvedScope slice{statements::within(statements::scope_of_contacts(step, contact), range), {}};
    slice_ = {{&step, slice}};
    run_step(step, Scopes{slice}, subjects);
    for (const auto& [of_step, candidates] : shared) {
        run_shared(*of_step, candidates, subjects);
        for (const ResolvedScope& resolved : scopes_[of_step]) slice_.emplace_back(of_step, resolved);
    }
    progress.last_keys[&step] = *range.last;
    // Of a contact whose erasure begins here every hash will have been noted, whatever ends it.
    if (!subjects.at(progress.contact).others_by_shape) note_contacts(subjects);
}

}  // namespace gdprd::erasure
