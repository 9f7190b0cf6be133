// The contact's own row, and which of its values are hashes of ours already (erasure/marks.h).
#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using mautic::Action;

namespace {

constexpr std::size_t own_rows_per_statement = 128;

}  // namespace

// What the contact's row gets in its hashed columns, in the order of the step.
RewrittenRow Executor::own_row(const Step& step, ContactId id, Subject& subject) const {
    RewrittenRow row;
    row.key = std::to_string(id);
    Marks written;
    for (const ColumnStep& change : step.columns) {
        if (change.action != Action::hash) continue;
        const auto value = subject.values.find(change.column);
        if (value == subject.values.end()) {
            row.values.emplace_back(nullptr);
            continue;
        }
        const std::string hash = hash_of_own(subject, change.column, change.normalisation, value->second);
        if (!hash.empty()) written.add(change.column, hash);
        row.values.emplace_back(hash);
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
    return row;
}

void Executor::run_contact_step(const Step& step, Subjects& subjects) {
    std::vector<RewrittenRow> rows;
    for (auto& [id, subject] : subjects) rows.push_back(own_row(step, id, subject));
    if (step.columns.empty()) return;
    const Context context = context_for(step);
    for (std::size_t done = 0; done < rows.size();) {
        const std::size_t size = rows_at_a_time(rows.size() - done, own_rows_per_statement, rows[done]);
        change_own_rows(step, context, std::span(rows).subspan(done, size), subjects);
        done += size;
    }
}

// With one subject a changed row is its own; with several the pending ones are asked for first.
void Executor::change_own_rows(const Step& step, const Context& context, std::span<const RewrittenRow> rows,
                               Subjects& subjects) {
    if (rows.size() == 1) {
        count(subjects[std::stoull(rows[0].key)], step, change(update_own(step, context, rows), step));
        return;
    }
    bool any = false;
    Rows pending = select(select_own_pending(step, context, rows), step);
    while (pending.next()) {
        any = true;
        count(subjects[pending.number(0)], step, 1);
    }
    if (any) change(update_own(step, context, rows), step);
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

std::string Executor::hash_of_row(const std::vector<ContactId>& owners, Subjects& subjects,
                                  const ColumnStep& column, const std::string& value) const {
    std::string after = hash_of_other(subjects[owners.front()], column, value);
    if (!column.identifies || after == value) return after;
    for (const ContactId owner : owners) learn(subjects[owner], value);
    return after;
}

}  // namespace gdprd::erasure
