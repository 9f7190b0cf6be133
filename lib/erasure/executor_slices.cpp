// A contact with very many rows in a table: they are worked off a bounded number at a time, each slice in a
// transaction of its own, and what is left then is done as usual.
#include <algorithm>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using mautic::Tie;

namespace {

bool changes(const Step& step, const std::string& column) {
    return step.delete_rows || std::any_of(step.columns.begin(), step.columns.end(),
                                           [&](const ColumnStep& change) { return change.column == column; });
}

// Not a table that others hang on by something it loses: their rows could not be found any more afterwards.
// Shared rows are looked up before the first slice.
bool can_be_sliced(const Step& step, const Plan& plan) {
    if (step.tie.kind != Tie::Kind::column || step.primary_key.empty()) return false;
    for (const Step& other : plan.steps) {
        if (other.tie.kind == Tie::Kind::shared) continue;
        for (const auto& chain : other.chains) {
            for (const Link& link : chain) {
                if (link.entry == step.key() && changes(step, link.next_column)) return false;
            }
        }
    }
    return true;
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
    rows_changed += other.rows_changed;
    rows_deleted += other.rows_deleted;
    values_emptied += other.values_emptied;
    for (const auto& [action, rows] : other.rows_by_action) rows_by_action[action] += rows;
    return *this;
}

void Executor::go_on_after(const SlicesDone& done) {
    done_until_ = done.last_keys;
    for (const auto& [step, owners] : done.shared) found_[step] = owners;
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

void Executor::run_slice(Subjects& subjects, SlicesDone& done) {
    const Step& step = *long_step_;
    const std::vector<ContactId> contact{subjects.begin()->first};
    if (done.last_keys.empty()) {
        find_shared_rows(contact);
        for (const Step& other : plan_.steps) {
            if (other.tie.kind == Tie::Kind::shared) done.shared[&other] = found_[&other];
        }
    }
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
    done.last_keys[&step] = last;
}

void Executor::prove_slice(Subjects& subjects) { prove_step(*long_step_, slice_, subjects, true); }

}  // namespace gdprd::erasure
