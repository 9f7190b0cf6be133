// A contact with very many rows in a table: they are worked off a bounded number at a time, each slice in a
// transaction of its own, and what is left then is done as usual.
#include <algorithm>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using mautic::Tie;

namespace {

bool can_be_sliced(const Step& step) {
    return step.tie.kind == Tie::Kind::column && !step.primary_key.empty();
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
    rows_changed += other.rows_changed;
    rows_deleted += other.rows_deleted;
    values_emptied += other.values_emptied;
    for (const auto& [action, rows] : other.rows_by_action) rows_by_action[action] += rows;
    return *this;
}

void Executor::skip_done(std::map<const Step*, std::string> last_keys) { done_until_ = std::move(last_keys); }

// An index alone answers, and only tables that have rows of the subjects at all are asked.
void Executor::find_long_step(std::span<const ContactId> contacts) {
    long_step_ = nullptr;
    std::vector<const Step*> filled;
    for (const Step& step : plan_.steps) {
        const bool is_asked = can_be_sliced(step) && !empty_.contains(step.key());
        if (is_asked) filled.push_back(&step);
    }
    if (filled.empty()) return;
    std::vector<Scope> scopes;
    for (const Step* step : filled) scopes.push_back(scope_of_step(*step, contacts));
    const Statement statement = select_long_steps(filled, scopes, slice_rows_);
    Rows rows = connection_.select(statement.sql, statement.parameters, "look for very many rows");
    if (rows.next()) long_step_ = filled.at(rows.number(0));
}

Scope Executor::scope_of_step(const Step& step, std::span<const ContactId> contacts) const {
    Scope scope = scope_of_contacts(step, contacts);
    if (const auto done = done_until_.find(&step); done != done_until_.end()) {
        scope.where += " AND " + database::quote_identifier(step.primary_key) + " > ?";
        scope.parameters.emplace_back(done->second);
    }
    return scope;
}

std::string Executor::run_slice(Subjects& subjects) {
    const Step& step = *long_step_;
    const std::vector<ContactId> contact{subjects.begin()->first};
    Scope scope = scope_of_step(step, contact);
    std::string last;
    {
        Rows rows = select(select_key_at(step, scope, slice_rows_ - 1), step);
        if (rows.next()) last = rows.text(0);
    }
    scope.where += " AND " + database::quote_identifier(step.primary_key) + " <= ?";
    scope.parameters.emplace_back(last);
    const ResolvedScope slice{std::move(scope), {}};
    run_step(step, Scopes{slice}, subjects);
    slice_ = slice;
    return last;
}

void Executor::prove_slice(Subjects& subjects) { prove_step(*long_step_, slice_, subjects, true); }

}  // namespace gdprd::erasure
