// The contact's own row, and which of its values are hashes of ours already (erasure/marks.h).
#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Value;
using mautic::Action;

void Executor::run_contact_step(const Step& step, Subjects& subjects) {
    const Context context = context_for(step);
    for (auto& [id, subject] : subjects) {
        std::vector<Value> after;
        Marks written;
        for (const ColumnStep& change : step.columns) {
            if (change.action != Action::hash) continue;
            const auto value = subject.values.find(change.column);
            if (value == subject.values.end()) {
                after.emplace_back(nullptr);
                continue;
            }
            const std::string hash = hash_of_own(subject, change.column, change.normalisation, value->second);
            if (!hash.empty()) written.add(change.column, hash);
            after.emplace_back(hash);
        }
        if (const auto email = subject.values.find("email"); email != subject.values.end()) {
            subject.subject_hash = hash_of_own(subject, "email", policy::Normalisation::email, email->second);
        }
        // Marks of values that are gone would fill the ledger's column one day; a field that was hashed once
        // and is kept now needs its mark on.
        for (const auto& [column, value] : subject.values) {
            if (subject.marks.contains(column, value)) written.add(column, value);
        }
        subject.marks = std::move(written);
        const Scope own = scope_of_contacts(step, std::vector<ContactId>{id});
        if (after.empty() && step.columns.empty()) continue;
        count(subject, step, change(update_hashed(step, own, context, {}, after), step));
    }
}

bool Executor::is_our_hash(const Subject& subject, const std::string& own_column,
                           const std::string& value) const {
    if (!policy::Hasher::has_hash_shape(value)) return false;
    if (own_column == "email" || subject.marks.contains(own_column, value)) return true;
    if (subject.in_ledger) return false;
    const auto email = subject.values.find("email");
    return email != subject.values.end() && policy::Hasher::has_hash_shape(email->second);
}

std::string Executor::hash_of_own(const Subject& subject, const std::string& column,
                                  policy::Normalisation normalisation, const std::string& value) const {
    if (value.empty() || is_our_hash(subject, column, value)) return value;
    return hasher_.hash(value, normalisation);
}

std::string Executor::hash_of_other(Subject& subject, const ColumnStep& column,
                                    const std::string& value) const {
    const bool shape_is_enough = column.normalisation == policy::Normalisation::email || subject.in_ledger;
    if (value.empty() || (shape_is_enough && policy::Hasher::has_hash_shape(value))) return value;
    if (column.identifies) learn(subject, value);
    return hasher_.hash(value, column.normalisation);
}

}  // namespace gdprd::erasure
