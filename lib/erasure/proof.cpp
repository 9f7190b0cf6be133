// The proof: before the transaction commits, the contact's rows are read again and searched for the values
// that were just removed (promise 7).
#include <algorithm>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using database::Value;
using mautic::Tie;

namespace {

void add_finding(Subject& subject, const std::string& table, const std::string& column, std::uint64_t cells) {
    const auto known = std::find_if(
        subject.findings.begin(), subject.findings.end(),
        [&](const Finding& finding) { return finding.table == table && finding.column == column; });
    if (known != subject.findings.end()) {
        known->cells += cells;
    } else {
        subject.findings.push_back({table, column, cells});
    }
}

}  // namespace

void Executor::prove(Subjects& subjects) {
    std::vector<ContactId> contacts;
    for (const auto& [id, subject] : subjects) contacts.push_back(id);
    if (progress_ != nullptr && progress_->has_begun()) {
        Subject& subject = subjects.at(progress_->contact);
        if (subject.identity.size() > progress_->proven_with) {
            subject.findings.clear();
            for (const auto& [step, last] : progress_->last_keys) prove_done_rows(*step, last, subjects);
        }
    }
    for (const Step& step : plan_.steps) {
        for (const ResolvedScope& resolved : scopes_of(step, contacts)) {
            prove_step(step, resolved, subjects, true);
        }
    }
}

void Executor::prove_slice(Subjects& subjects) {
    for (const auto& [step, resolved] : slice_) prove_step(*step, resolved, subjects, true);
}

// What was learned since the first slice, an address in a row that came meanwhile for example, was not looked
// for in it. Rows that were deleted have nothing to look for.
void Executor::prove_done_rows(const Step& step, const std::string& last, Subjects& subjects) {
    if (step.delete_rows) return;
    const std::vector<ContactId> contact{progress_->contact};
    KeyRange range{step.real_table, step.primary_key, std::nullopt, last};
    for (bool more = true; more;) {
        range.last = last;
        {
            const Scope rest = within(scope_of_contacts(step, contact), range);
            Rows rows = select(select_key_at(step, rest, slice_rows_ - 1), step);
            more = rows.next();
            if (more) range.last = rows.text(0);
        }
        prove_step(step, {within(scope_of_contacts(step, contact), range), {}}, subjects, true);
        range.after = range.last;
    }
}

// A URL whose path still names the person, or a rewritten value one of whose kept members does, is emptied as
// a whole and looked at again: `may_empty` is false then.
void Executor::prove_step(const Step& step, const ResolvedScope& resolved, Subjects& subjects,
                          bool may_empty) {
    if (step.delete_rows) {
        Rows rows = select(count_rows(step, resolved.scope), step);
        while (rows.next()) {
            const std::string& column = step.tie.column.empty() ? step.primary_key : step.tie.column;
            add_finding(subjects[owner_of(resolved, rows.text(0))], step.table, column, rows.number(1));
        }
        return;
    }
    if (step.searched.empty()) return;
    const bool nobody = std::all_of(subjects.begin(), subjects.end(),
                                    [](const auto& entry) { return entry.second.identity.empty(); });
    if (nobody) return;  // a later pass over hashes only: there is nothing to look for

    std::map<std::pair<ContactId, std::size_t>, std::uint64_t> hits;
    std::map<std::size_t, std::vector<Value>> to_empty;  // by column: primary keys
    Rows rows = select(select_searched(step, resolved.scope), step);
    while (rows.next()) {
        const auto owners = owners_of(resolved, rows.text(0));
        for (std::size_t i = 0; i < step.searched.size(); ++i) {
            if (rows.is_null(i + 2)) continue;
            const std::string text = rows.text(i + 2);
            bool is_found = false;
            for (const ContactId owner : owners) {
                if (!subjects[owner].identity.found_in(text, step.searched[i].search)) continue;
                ++hits[{owner, i}];
                is_found = true;
            }
            if (is_found && may_empty && step.searched[i].may_be_emptied)
                to_empty[i].emplace_back(rows.text(1));
        }
    }
    for (const auto& [column, keys] : to_empty) {
        for (std::size_t at = 0; at < keys.size(); at += keys_per_statement) {
            const auto part = std::span(keys).subspan(at, std::min(keys_per_statement, keys.size() - at));
            change(empty_column(step, scope_of_keys(step, part), step.searched[column]), step);
        }
    }
    if (!to_empty.empty()) return prove_step(step, resolved, subjects, false);
    for (const auto& [where, cells] : hits) {
        add_finding(subjects[where.first], step.table, step.searched[where.second].column, cells);
    }
}

}  // namespace gdprd::erasure
