// What gets hashes: the contact's own row, and columns of other tables; and which values are hashes of ours
// already (ledger/fingerprints.h, ledger/marks.h).
#include <algorithm>
#include <bit>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using ledger::Fingerprint;
using mautic::Action;
using plan::ColumnStep;
using plan::Step;
using statements::Context;
using statements::RewrittenRow;

namespace {

constexpr std::size_t own_rows_per_statement = 128;
// A statement that gives each contact's addresses their hashes compares every row with its contact's values.
constexpr std::size_t addresses_per_statement = 512;

bool has_shape(const std::string& value) { return policy::Hasher::has_hash_shape(value); }

// Is it worth asking whether this value of another table is a hash of ours? Where an address belongs, its
// shape tells.
bool is_asked(const ColumnStep& column, const std::string& value) {
    return column.normalisation != policy::Normalisation::email && policy::Hasher::may_be_hash(value);
}

}  // namespace

// What the contact's row gets in its hashed columns, in the order of the step.
RewrittenRow Executor::own_row(const Step& step, ContactId id, Subject& subject) const {
    RewrittenRow row;
    row.key = std::to_string(id);
    row.owner = id;
    ledger::Marks written;
    for (const ColumnStep& change : step.columns) {
        if (change.action != Action::hash) continue;
        const auto value = subject.values.find(change.column);
        if (value == subject.values.end()) {
            row.values.emplace_back(nullptr);
            continue;
        }
        const std::string hash = hash_of_own(subject, change.column, change.normalisation, value->second);
        if (!hash.empty()) {
            written.add(change.column, hash);
            note(hash);
        }
        if (hash != value->second) row.new_hashes.push_back(row.values.size());
        row.values.emplace_back(hash);
    }
    if (const auto email = subject.values.find("email"); email != subject.values.end()) {
        const std::string hash = hash_of_own(subject, "email", policy::Normalisation::email, email->second);
        subject.subject_hash = hash == email->second ? subject.as_recorded(hash) : hash;
    }
    // Marks of values that are gone would fill the ledger's column one day; a field that was hashed once
    // and is kept now needs its mark on.
    for (const auto& [column, value] : subject.values) {
        if (subject.marks.contains(column, value)) written.add(column, value);
    }
    subject.marks = std::move(written);
    return row;
}

void Executor::run_contact_step(const Step& step, Subjects& subjects) {
    std::vector<RewrittenRow> rows;
    for (auto& [id, subject] : subjects) rows.push_back(own_row(step, id, subject));
    if (step.columns.empty()) return;
    const Context context = context_for(step);
    for (std::size_t done = 0; done < rows.size();) {
        const std::size_t size =
            statements::rows_at_a_time(rows.size() - done, own_rows_per_statement, rows[done]);
        change_own_rows(step, context, std::span(rows).subspan(done, size), subjects);
        done += size;
    }
}

// With one subject a changed row is its own; with several the pending ones are asked for first.
void Executor::change_own_rows(const Step& step, const Context& context, std::span<const RewrittenRow> rows,
                               Subjects& subjects) {
    if (rows.size() == 1) {
        count(subjects[rows[0].owner], step,
              change_by_key(statements::update_own, step, context, rows, subjects));
        return;
    }
    bool any = false;
    Rows pending = select(statements::select_own_pending(step, context, rows), step);
    while (pending.next()) {
        any = true;
        count(subjects[pending.number(0)], step, 1);
    }
    if (any) change_by_key(statements::update_own, step, context, rows, subjects);
}

// The hash in a contact's own address that the ledger does not know of was made by an erasure that is not in
// it: it was lost, or an older copy was imported. Then the shape has to do for the rest of the row too.
void Executor::find_own_hashes(Subjects& subjects) {
    std::vector<Fingerprint> to_ask;
    for (const auto& [contact, subject] : subjects) {
        if (subject.in_ledger) to_ask.push_back(ledger::fingerprint_of_contact(contact));
        for (const auto& [column, value] : subject.values) {
            if (policy::Hasher::may_be_hash(value)) to_ask.push_back(ledger::fingerprint_of(value));
        }
    }
    if (fingerprints_ != nullptr && !to_ask.empty()) fingerprints_->look_up(to_ask);
    for (auto& [contact, subject] : subjects) {
        const auto email = subject.values.find("email");
        subject.own_by_shape = email != subject.values.end() && has_shape(email->second) &&
                               email->second != subject.recorded_hash &&
                               !subject.marks.contains("email", email->second) && !is_noted(email->second);
        const bool all_noted =
            fingerprints_ != nullptr && fingerprints_->contains(ledger::fingerprint_of_contact(contact));
        subject.others_by_shape =
            subject.own_by_shape || (subject.in_ledger && !all_noted && !subject.is_back);
    }
}

// By the end of this transaction every hash of theirs is noted.
void Executor::note_contacts(const Subjects& subjects) {
    if (fingerprints_ == nullptr) return;
    for (const auto& [contact, subject] : subjects)
        fingerprints_->add(ledger::fingerprint_of_contact(contact));
}

bool Executor::is_noted(std::string_view hash) const {
    return fingerprints_ != nullptr && fingerprints_->contains(ledger::fingerprint_of(hash));
}

void Executor::note(std::string_view hash) const {
    if (fingerprints_ != nullptr) fingerprints_->add(ledger::fingerprint_of(hash));
}

// Where nothing but the shape tells. What a lost ledger knew of may have been cut as today's hashes are. An
// erasure without fingerprints cut nothing, and the ledger has one of its hashes: that of the address.
bool Executor::is_taken_for_hash(const Subject& subject, const std::string& value) const {
    if (subject.own_by_shape) {
        return has_shape(value) || (policy::Hasher::may_be_hash(value) &&
                                    value.size() == hasher_.length(policy::Normalisation::plain));
    }
    return subject.others_by_shape && has_shape(value) &&
           (subject.recorded_hash.empty() || subject.recorded_hash.size() == value.size());
}

bool Executor::is_our_hash(const Subject& subject, const std::string& own_column,
                           const std::string& value) const {
    if (own_column == "email") return has_shape(value);
    if (!policy::Hasher::may_be_hash(value)) return false;
    return (subject.own_by_shape && is_taken_for_hash(subject, value)) ||
           subject.marks.contains(own_column, value) || is_noted(value);
}

// Where an address belongs a hash cannot be one; anything else may look like a hash by itself.
bool Executor::is_our_hash(const Subject& subject, const ColumnStep& column, const std::string& value) const {
    if (column.normalisation == policy::Normalisation::email) return has_shape(value);
    return is_asked(column, value) && (is_noted(value) || is_taken_for_hash(subject, value));
}

std::string Executor::hash_of_own(const Subject& subject, const std::string& column,
                                  policy::Normalisation normalisation, const std::string& value) const {
    if (value.empty() || is_our_hash(subject, column, value)) return value;
    return hasher_.hash(value, normalisation);
}

std::string Executor::hash_of_other(Subject& subject, const ColumnStep& column,
                                    const std::string& value) const {
    if (value.empty()) return value;
    const bool is_ours = is_our_hash(subject, column, value);
    if (!is_ours && column.identifies) learn(subject, value);
    std::string hash = is_ours ? value : hasher_.hash(value, column.normalisation);
    if (column.normalisation != policy::Normalisation::email) note(hash);
    return hash;
}

// Before is_our_hash() and hash_of_other(), of all values that are at hand.
void Executor::ask_for_hashes(const ColumnStep& column, std::span<const std::string> values) const {
    std::vector<Fingerprint> to_ask;
    for (const std::string& value : values) {
        if (is_asked(column, value)) to_ask.push_back(ledger::fingerprint_of(value));
    }
    if (fingerprints_ != nullptr && !to_ask.empty()) fingerprints_->look_up(to_ask);
}

struct Executor::HashedRow {
    std::string owner;
    std::vector<std::optional<std::string>> values;  // of the hashed columns
    std::uint64_t rows = 0;                          // with these values
    std::uint64_t rows_otherwise_pending = 0;        // of these, with something else to change
};

// All of them before the first is changed: what looks like a hash is asked for with few statements.
std::vector<Executor::HashedRow> Executor::read_hashed(const Step& step, const ResolvedScope& resolved,
                                                       const Context& context) {
    std::vector<HashedRow> hashed;
    std::vector<Fingerprint> to_ask;
    Rows rows = select(statements::select_hashed(step, resolved.scope, context), step);
    while (rows.next()) {
        HashedRow row;
        row.owner = rows.text(0);
        std::size_t position = 1;
        for (const ColumnStep& change : step.columns) {
            if (change.action != Action::hash) continue;
            row.values.push_back(rows.optional_text(position++));
            const auto& value = row.values.back();
            if (value && is_asked(change, *value)) to_ask.push_back(ledger::fingerprint_of(*value));
        }
        row.rows = rows.number(position);
        row.rows_otherwise_pending = rows.number(position + 1);
        hashed.push_back(std::move(row));
    }
    if (fingerprints_ != nullptr && !to_ask.empty()) fingerprints_->look_up(to_ask);
    return hashed;
}

// Each different address gets the hash of its own value. All values of the scope's rows are changed by one
// statement, a bounded number of them.
void Executor::run_hashed(const Step& step, const ResolvedScope& resolved, Subjects& subjects) {
    const Context context = context_for(step);
    std::vector<statements::HashedValue> values;
    bool any = false;
    const auto flush = [&] {
        if (any) change_hashed(step, resolved, context, values, subjects);
        values.clear();
        any = false;
    };
    for (const HashedRow& row : read_hashed(step, resolved, context)) {
        const auto owners = owners_of(resolved, row.owner);
        bool is_changed = false;
        std::size_t column = 0;
        for (const ColumnStep& change : step.columns) {
            if (change.action != Action::hash) continue;
            if (const auto& before = row.values[column]) {
                std::string after = hash_of_row(owners, subjects, change, *before);
                if (after != *before) {
                    is_changed = true;
                    values.push_back({row.owner, column, *before, std::move(after)});
                }
            }
            ++column;
        }
        const std::uint64_t rows_changed = is_changed ? row.rows : row.rows_otherwise_pending;
        any = any || rows_changed > 0;
        count(subjects[owners.front()], step, rows_changed);
        if (values.size() >= addresses_per_statement) flush();
    }
    flush();
}

std::string Executor::hash_of_row(const std::vector<ContactId>& owners, Subjects& subjects,
                                  const ColumnStep& column, const std::string& value) const {
    std::string after = hash_of_other(subjects[owners.front()], column, value);
    if (!column.identifies || after == value) return after;
    for (const ContactId owner : owners) learn(subjects[owner], value);
    return after;
}

}  // namespace gdprd::erasure
