#include "subjects/hash_recognition.h"

namespace gdprd::subjects {

using columns::ColumnStep;
using ledger::Fingerprint;
using policy::Hasher;
using policy::Normalisation;

namespace {

// Is it worth asking whether this value of another table is a hash of ours? Where an address belongs, its
// shape tells.
bool may_be_noted(const ColumnStep& column, std::string_view value) {
    return column.normalisation != Normalisation::email && Hasher::may_be_hash(value);
}

// A hash that stands as it was before it was wrapped, as after a restore, is known by what it became.
void add_question(std::string_view value, const Hasher& hasher, std::vector<Fingerprint>& to_ask) {
    to_ask.push_back(ledger::fingerprint_of(value));
    if (const auto wrapped = hasher.wrapped(value)) to_ask.push_back(ledger::fingerprint_of(*wrapped));
}

}  // namespace

// The hash in a contact's own address that the ledger does not know of was made by an erasure that is not in
// it: it was lost, or an older copy was imported. Then the shape has to do for the rest of the row too.
void HashRecognition::recognise(Subjects& subjects) {
    std::vector<Fingerprint> to_ask;
    for (const auto& [contact, subject] : subjects) {
        if (subject.in_ledger) to_ask.push_back(ledger::fingerprint_of_contact(contact));
        for (const auto& [column, value] : subject.values) {
            if (Hasher::may_be_hash(value)) add_question(value, hasher_, to_ask);
        }
    }
    if (fingerprints_ != nullptr && !to_ask.empty()) fingerprints_->look_up(to_ask);
    for (auto& [contact, subject] : subjects) {
        const auto email = subject.values.find("email");
        subject.own_by_shape = email != subject.values.end() && Hasher::has_hash_shape(email->second) &&
                               email->second != subject.recorded_hash &&
                               !subject.marks.contains("email", email->second) && !is_noted(email->second);
        const bool all_noted =
            fingerprints_ != nullptr && fingerprints_->contains(ledger::fingerprint_of_contact(contact));
        subject.others_by_shape =
            subject.own_by_shape || (subject.in_ledger && !all_noted && !subject.is_back);
    }
}

void HashRecognition::note_contacts(const Subjects& subjects) {
    if (fingerprints_ == nullptr) return;
    for (const auto& [contact, subject] : subjects) {
        fingerprints_->add(ledger::fingerprint_of_contact(contact));
    }
}

bool HashRecognition::is_noted(std::string_view hash) const {
    if (fingerprints_ == nullptr) return false;
    if (fingerprints_->contains(ledger::fingerprint_of(hash))) return true;
    const auto wrapped = hasher_.wrapped(hash);
    return wrapped && fingerprints_->contains(ledger::fingerprint_of(*wrapped));
}

void HashRecognition::note(std::string_view hash) {
    if (fingerprints_ != nullptr) fingerprints_->add(ledger::fingerprint_of(hash));
}

// Where nothing but the shape tells. What a lost ledger knew of may have been cut as today's hashes are. An
// erasure without fingerprints cut nothing, and the ledger has one of its hashes: that of the address.
bool HashRecognition::is_taken_for_hash(const Subject& subject, const std::string& value) const {
    if (subject.own_by_shape) {
        return Hasher::has_hash_shape(value) ||
               (Hasher::may_be_hash(value) && value.size() == hasher_.length(Normalisation::plain));
    }
    return subject.others_by_shape && Hasher::has_hash_shape(value) &&
           (subject.recorded_hash.empty() || subject.recorded_hash.size() == value.size());
}

bool HashRecognition::is_our_hash(const Subject& subject, const std::string& own_column,
                                  const std::string& value) const {
    if (own_column == "email") return Hasher::has_hash_shape(value);
    if (!Hasher::may_be_hash(value)) return false;
    return (subject.own_by_shape && is_taken_for_hash(subject, value)) ||
           subject.marks.contains(own_column, value) || is_noted(value);
}

// Where an address belongs a hash cannot be one; anything else may look like a hash by itself.
bool HashRecognition::is_our_hash(const Subject& subject, const ColumnStep& column,
                                  const std::string& value) const {
    if (column.normalisation == Normalisation::email) return Hasher::has_hash_shape(value);
    return may_be_noted(column, value) && (is_noted(value) || is_taken_for_hash(subject, value));
}

std::string HashRecognition::hash_of_own(const Subject& subject, const std::string& column,
                                         Normalisation normalisation, const std::string& value) const {
    if (value.empty() || is_our_hash(subject, column, value)) return value;
    return hasher_.hash(value, normalisation);
}

statements::RewrittenRow HashRecognition::own_row(const plan::Step& step, ContactId id, Subject& subject) {
    statements::RewrittenRow row;
    row.key = std::to_string(id);
    row.owner = id;
    ledger::Marks written;
    for (const ColumnStep& column : step.columns) {
        if (column.action != mautic::Action::hash) continue;
        const auto value = subject.values.find(column.column);
        if (value == subject.values.end()) {
            row.values.emplace_back(nullptr);
            continue;
        }
        const std::string hash = hash_of_own(subject, column.column, column.normalisation, value->second);
        if (!hash.empty()) {
            written.add(column.column, hash);
            note(hash);
        }
        if (hash != value->second) {
            row.new_hashes.push_back(row.values.size());
            subject.has_new_hashes = true;
        }
        row.values.emplace_back(hash);
    }
    if (const auto email = subject.values.find("email"); email != subject.values.end()) {
        const std::string hash = hash_of_own(subject, "email", Normalisation::email, email->second);
        subject.subject_hash = hash == email->second ? subject.as_recorded(hash) : hash;
        if (!hash.empty()) {
            const bool was_hashed = hash == email->second;
            subject.own_addresses[subject.subject_hash] = {AddressKind::current, was_hashed};
            if (!was_hashed) subject.note_address(email->second, AddressKind::current, hasher_);
        }
    }
    // Marks of values that are gone would fill the ledger's column one day; a field that was hashed once
    // and is kept now needs its mark on.
    for (const auto& [column, value] : subject.values) {
        if (subject.marks.contains(column, value)) written.add(column, value);
    }
    subject.marks = std::move(written);
    return row;
}

std::string HashRecognition::hash_of_row(const std::vector<ContactId>& owners, Subjects& subjects,
                                         const ColumnStep& column, const std::string& value) {
    if (value.empty()) return value;
    const bool is_ours = is_our_hash(subjects[owners.front()], column, value);
    if (!is_ours && column.identifies) {
        for (const ContactId owner : owners) subjects[owner].learn(value);
    }
    if (column.address && owners.size() == 1) {
        if (!is_ours && column.identifies) subjects[owners.front()].learn_own_address(value);
        subjects[owners.front()].note_address(value, column.address->kind, hasher_, true);
    }
    std::string hash = is_ours ? value : hasher_.hash(value, column.normalisation);
    if (column.normalisation != Normalisation::email) note(hash);
    return hash;
}

void HashRecognition::look_up(std::span<const Cell> cells) {
    if (fingerprints_ == nullptr) return;
    std::vector<Fingerprint> to_ask;
    for (const Cell& cell : cells) {
        if (may_be_noted(*cell.column, cell.value)) add_question(cell.value, hasher_, to_ask);
    }
    if (!to_ask.empty()) fingerprints_->look_up(to_ask);
}

void learn_identities(const plan::Plan& plan, const HashRecognition& hashes, Subjects& subjects) {
    for (const std::string& column : plan.identifying) {
        for (auto& [id, subject] : subjects) {
            const auto value = subject.values.find(column);
            if (value == subject.values.end() || hashes.is_our_hash(subject, column, value->second)) continue;
            column == "email" ? subject.learn_present_address(value->second) : subject.learn(value->second);
        }
    }
}

}  // namespace gdprd::subjects
