// The proof: before the transaction commits, the contact's rows are read again and searched for the values
// that were just removed (promise 7).
#include <algorithm>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using database::Value;
using mautic::Tie;
using plan::Step;
using statements::Context;
using statements::Scope;

namespace {

void add_finding(Subject& subject, const std::string& table, const std::string& column, std::uint64_t cells) {
    const auto known = std::find_if(
        subject.findings.begin(), subject.findings.end(),
        [&](const ledger::Finding& finding) { return finding.table == table && finding.column == column; });
    if (known != subject.findings.end()) {
        known->cells += cells;
    } else {
        subject.findings.push_back({table, column, cells});
    }
}

// Did the rows of this step wait for a right through the pass that knew whom they name? A later one cannot
// find a name in the rest of a URL, say.
bool has_waited(const Step& step, const Subject& subject) {
    if (step.keeps_former_rows) return false;  // these are counted under the same column
    return std::any_of(subject.found_before.begin(), subject.found_before.end(),
                       [&](const ledger::Finding& finding) {
                           return finding.table == step.table && finding.column == step.counted_column();
                       });
}

// Can the server tell the rows that would be changed? A hash of what is no address looks like other values.
bool tells_pending(const Step& step) {
    return std::none_of(step.columns.begin(), step.columns.end(), [](const plan::ColumnStep& change) {
        return change.action == mautic::Action::hash && change.normalisation != policy::Normalisation::email;
    });
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
        const Scopes& scopes = scopes_of(step, contacts);
        for (const ResolvedScope& resolved : scopes) prove_step(step, resolved, subjects, true);
        count_what_is_kept(step, scopes, contacts, subjects);
    }
    for (const Step& step : plan_.left) count_left_rows(step, contacts, subjects);
}

// What this database lets nobody change. Rows that a column ties are asked for whole: those that were dealt
// with by transactions before, too, and those of contacts that have no row there any more.
void Executor::count_what_is_kept(const Step& step, const Scopes& scopes, std::span<const ContactId> contacts,
                                  Subjects& subjects) {
    if (step.left_columns.empty() && !step.keeps_former_rows) return;
    const Scopes whole{ResolvedScope{statements::scope_of_contacts(step, contacts), {}}};
    for (const ResolvedScope& resolved : step.is_found_by_key() ? scopes : whole) {
        for (const std::string& column : step.left_columns) {
            Rows rows = select(statements::count_filled(step, resolved.scope, column), step);
            while (rows.next()) {
                add_finding(subjects[owner_of(resolved, rows.text(0))], step.table, column, rows.number(1));
            }
        }
        if (step.keeps_former_rows) count_former_rows(step, resolved, subjects);
    }
}

// What a table with system versioning keeps of the rows from before this erasure, and from before that.
// Nothing but the administrator's DELETE HISTORY reaches it.
void Executor::count_former_rows(const Step& step, const ResolvedScope& resolved, Subjects& subjects) {
    std::map<std::string, std::uint64_t> versions;
    {
        Rows rows = select(statements::count_versions(step, resolved.scope), step);
        while (rows.next()) versions[rows.text(0)] = rows.number(1);
    }
    Rows rows = select(statements::count_rows(step, resolved.scope), step);
    while (rows.next()) versions[rows.text(0)] -= rows.number(1);
    for (const auto& [owner, former] : versions) {
        if (former > 0)
            add_finding(subjects[owner_of(resolved, owner)], step.table, step.counted_column(), former);
    }
}

// Rows that this database lets nobody change one by one, or that wait for a right. Those that only their text
// ties are searched when they will be changed one day; the others cannot be counted without reading them all:
// that they were not searched is said as of old rows. Rows that are as they should be wait for nothing, as
// far as the server can tell.
void Executor::count_left_rows(const Step& step, std::span<const ContactId> contacts, Subjects& subjects) {
    if (step.tie.kind == Tie::Kind::text && step.waits) {
        for (const auto& [column, rows] : search_newest(step, subjects)) {
            for (const auto& [key, owners] : rows) {
                for (const ContactId owner : owners) {
                    add_finding(subjects.at(owner), step.table, step.counted_column(), 1);
                }
            }
        }
        return;
    }
    if (step.tie.kind == Tie::Kind::text) {
        for (auto& [contact, subject] : subjects) subject.older_rows_unsearched = true;
        return;
    }
    const auto count = [&](const statements::Statement& statement) {
        Rows rows = select(statement, step);
        while (rows.next()) {
            add_finding(subjects.at(rows.number(0)), step.table, step.tie.column, rows.number(1));
        }
    };
    if (!step.chains.empty()) {
        for (const auto& chain : step.chains) count(statements::count_left(step, chain, contacts));
        return;
    }
    const Scope scope = statements::scope_of_contacts(step, contacts);
    Context context;  // adds no anonymous row: that may be what there is no right to
    if (statements::needs_anonymous_ip(step) && anonymous_ip_.empty()) find_anonymous_ip();
    context.anonymous_ip = anonymous_ip_;
    const bool tells =
        tells_pending(step) && !(statements::needs_anonymous_ip(step) && anonymous_ip_.empty());
    count(tells ? statements::count_pending(step, scope, context) : statements::count_rows(step, scope));
    if (tells && statements::has_rewritten_columns(step))
        count_rewritable_rows(step, {scope, {}}, context, subjects);
}

// A structured value keeps its shape: only reading it tells whether anything is left in it. Rows that were
// counted for another column are not counted once more.
void Executor::count_rewritable_rows(const Step& step, const ResolvedScope& resolved, const Context& context,
                                     Subjects& subjects) {
    Subjects unchanged = subjects;  // what reading notes is noted of changes
    each_to_rewrite(step, resolved, unchanged, [&](std::vector<PendingRow> pending) {
        std::map<std::string, ContactId> owners;
        std::vector<Value> keys;
        for (const PendingRow& row : pending) {
            owners.emplace(row.row.key, row.row.owner);
            keys.push_back(statements::key_value(step, row.row.key));
        }
        if (keys.empty()) return;
        Rows counted =
            select(statements::count_pending(step, statements::scope_of_keys(step, keys), context), step);
        while (counted.next()) owners.erase(counted.text(0));
        for (const auto& [key, owner] : owners) {
            add_finding(subjects.at(owner), step.table, step.tie.column, 1);
        }
    });
}

void Executor::prove_slice(Subjects& subjects) {
    for (const auto& [step, resolved] : slice_) prove_step(*step, resolved, subjects, true);
}

// What was learned since the first slice, an address in a row that came meanwhile for example, was not looked
// for in it. Rows that were deleted have nothing to look for.
void Executor::prove_done_rows(const Step& step, const std::string& last, Subjects& subjects) {
    if (step.delete_rows) return;
    const std::vector<ContactId> contact{progress_->contact};
    statements::KeyRange range{&step, std::nullopt, last};
    for (bool more = true; more;) {
        range.last = last;
        {
            const Scope rest = statements::within(statements::scope_of_contacts(step, contact), range);
            Rows rows = select(statements::select_key_at(step, rest, slice_rows_ - 1), step);
            more = rows.next();
            if (more) range.last = rows.text(0);
        }
        prove_step(step, {statements::within(statements::scope_of_contacts(step, contact), range), {}},
                   subjects, true);
        range.after = range.last;
    }
}

// A URL whose path still names the person, or a rewritten value one of whose kept members does, is emptied as
// a whole and looked at again: `may_empty` is false then. So is one that nobody can be looked for in any
// more.
void Executor::prove_step(const Step& step, const ResolvedScope& resolved, Subjects& subjects,
                          bool may_empty) {
    if (step.delete_rows) {
        Rows rows = select(statements::count_rows(step, resolved.scope), step);
        while (rows.next()) {
            const std::string& column = step.tie.column.empty() ? step.primary_key : step.tie.column;
            add_finding(subjects[owner_of(resolved, rows.text(0))], step.table, column, rows.number(1));
        }
        return;
    }
    if (step.searched.empty()) return;
    const bool nobody = std::all_of(subjects.begin(), subjects.end(), [&](const auto& entry) {
        return entry.second.identity.empty() && !has_waited(step, entry.second);
    });
    if (nobody) return;  // a later pass over hashes only: there is nothing to look for

    std::map<std::pair<ContactId, std::size_t>, std::uint64_t> hits;
    std::map<std::size_t, std::vector<Value>> to_empty;  // by column: primary keys
    Rows rows = select(statements::select_searched(step, resolved.scope), step);
    while (rows.next()) {
        const auto owners = owners_of(resolved, rows.text(0));
        for (std::size_t i = 0; i < step.searched.size(); ++i) {
            if (rows.is_null(i + 2)) continue;
            const std::string text = rows.text(i + 2);
            bool is_found = false;
            for (const ContactId owner : owners) {
                is_found = is_found || (!text.empty() && has_waited(step, subjects[owner]));
                if (!subjects[owner].identity.found_in(text, step.searched[i].search)) continue;
                ++hits[{owner, i}];
                is_found = true;
            }
            if (is_found && may_empty && step.searched[i].may_be_emptied)
                to_empty[i].push_back(statements::key_value(step, rows.text(1)));
        }
    }
    for (const auto& [column, keys] : to_empty) {
        for (std::size_t at = 0; at < keys.size(); at += keys_per_statement) {
            const auto part = std::span(keys).subspan(at, std::min(keys_per_statement, keys.size() - at));
            change(
                statements::empty_column(step, statements::scope_of_keys(step, part), step.searched[column]),
                step);
        }
    }
    if (!to_empty.empty()) return prove_step(step, resolved, subjects, false);
    for (const auto& [where, cells] : hits) {
        add_finding(subjects[where.first], step.table, step.searched[where.second].column, cells);
    }
}

}  // namespace gdprd::erasure
