#include "execution/post_condition_check.h"

#include <algorithm>

namespace gdprd::execution {

using database::Rows;
using database::Value;
using mautic::Tie;
using plan::Step;
using statements::Context;
using subjects::goes_along_with;
using subjects::keys_per_statement;
using subjects::Owners;
using subjects::Progress;
using subjects::RowScope;
using subjects::RowScopes;
using subjects::scopes_of_keys;
using subjects::Subject;
using subjects::Subjects;

namespace {

// Did the rows of this step wait for a right through the pass that knew whom they name? A later one cannot
// find a name in the rest of a URL, say.
bool has_waited(const Step& step, const Subject& subject) {
    if (step.keeps_former_rows) return false;  // these are counted under the same column
    return std::any_of(subject.found_before.begin(), subject.found_before.end(),
                       [&](const ledger::Finding& finding) {
                           return finding.table == step.table && finding.column == step.counted_column();
                       });
}

// Can the server tell the rows that would be changed?
bool tells_pending(const Step& step) {
    return std::all_of(step.columns.begin(), step.columns.end(), statements::tells_pending);
}

}  // namespace

void PostConditionCheck::run(Subjects& subjects) {
    if (const Progress* progress = finder_.progress(); progress != nullptr && progress->has_begun()) {
        Subject& subject = subjects.at(progress->contact);
        if (subject.identity.size() > progress->checked_with) {
            subject.findings.clear();
            for (const auto& [step, last] : progress->last_keys) {
                check_processed_chunks(*step, last, subjects);
            }
        }
    }
    for (const Step& step : statements_.plan().steps) {
        const RowScopes& scopes = finder_.scopes_of(step);
        for (const RowScope& scope : scopes) {
            check(step, scope, subjects);
            count_unchanged(step, scope, subjects);
        }
        count_kept(step, scopes, subjects);
    }
    for (const Step& step : statements_.plan().left) {
        if (!statements_.plan().loses_way_to(step)) count_left(step, subjects);
    }
    for (const auto* left : {&std::as_const(without_way_), &texts_.doubtful()}) {
        for (const auto& [contact, findings] : *left) {
            for (const ledger::Finding& finding : findings) {
                subjects.at(contact).add_finding(finding.table, finding.column, finding.cells);
            }
        }
    }
}

// Later passes keep what is found here: they do not find those rows.
void PostConditionCheck::count_what_loses_its_way(Subjects& subjects) {
    const plan::Plan& plan = statements_.plan();
    // What counting notes is noted of changes. Few contacts have anything to count.
    const bool any = std::any_of(plan.left.begin(), plan.left.end(), [&](const Step& step) {
        return plan.loses_way_to(step) && finder_.has_parents(step);
    });
    Subjects counted;
    if (any) counted = subjects;
    for (const auto& [contact, subject] : subjects) counted[contact].findings.clear();
    for (const Step& step : plan.left) {
        if (plan.loses_way_to(step)) count_left(step, counted);
    }
    for (const Step& step : statements_.plan().steps) {
        for (const auto& chain : step.chains) {
            if (!chain.front().by_value) continue;
            Rows rows =
                statements_.select(statements::count_doubtful(step, chain, finder_.contacts().all), step);
            while (rows.next()) {
                counted.at(rows.number(0)).add_finding(step.table, step.counted_column(), rows.number(1));
            }
        }
    }
    for (auto& [contact, subject] : counted) without_way_[contact] = std::move(subject.findings);
}

void PostConditionCheck::run(const Chunk& chunk, Subjects& subjects) {
    for (const auto& [step, scope] : chunk) {
        check(*step, scope, subjects);
        count_unchanged(*step, scope, subjects);
        // The last transaction asks for the rows that a column ties, and does not find these any more.
        if (step->is_found_by_key()) count_kept(*step, {scope}, subjects);
    }
}

// Values that were to be changed and are as they were: a trigger of somebody's keeps them, and no error says
// so. Asked in the passes after which "complete" may be said, for one statement a table.
void PostConditionCheck::count_unchanged(const Step& step, const RowScope& scope, Subjects& subjects) {
    if (step.delete_rows || step.columns.empty() || finder_.contacts().later.empty()) return;
    Rows rows = statements_.select(
        statements::count_unchanged(step, scope.scope, statements_.context_for(step)), step);
    while (rows.next()) {
        for (const ContactId owner : scope.owners_of(rows.text(0))) {
            Subject& subject = subjects.at(owner);
            if (!subject.later_is_due) continue;
            for (std::size_t i = 0; i < step.columns.size(); ++i) {
                if (const auto cells = rows.number(i + 1); cells > 0) {
                    subject.add_finding(step.table, step.columns[i].column, cells);
                }
            }
        }
    }
}

// What this database lets nobody change. Rows that a column ties are asked for whole: those that were dealt
// with by transactions before, too, and those of contacts that have no row there any more.
void PostConditionCheck::count_kept(const Step& step, const RowScopes& scopes, Subjects& subjects) {
    if (step.left_columns.empty() && !step.keeps_former_rows) return;
    const RowScopes whole{RowScope{statements_.scope_of_contacts(step, finder_.contacts().all), {}}};
    for (const RowScope& scope : step.is_found_by_key() ? scopes : whole) {
        for (const std::string& column : step.left_columns) {
            Rows rows = statements_.select(statements::count_filled(step, scope.scope, column), step);
            while (rows.next()) {
                subjects[scope.owner_of(rows.text(0))].add_finding(step.table, column, rows.number(1));
            }
        }
        if (step.keeps_former_rows) count_former_rows(step, scope, subjects);
    }
}

// What a table with system versioning keeps of the rows from before this erasure, and from before that.
// Nothing but the administrator's DELETE HISTORY reaches it.
void PostConditionCheck::count_former_rows(const Step& step, const RowScope& scope, Subjects& subjects) {
    std::map<std::string, std::uint64_t> versions;
    {
        Rows rows = statements_.select(statements::count_versions(step, scope.scope), step);
        while (rows.next()) versions[rows.text(0)] = rows.number(1);
    }
    Rows rows = statements_.select(statements::count_rows(step, scope.scope), step);
    while (rows.next()) versions[rows.text(0)] -= rows.number(1);
    for (const auto& [owner, former] : versions) {
        if (former == 0) continue;
        subjects[scope.owner_of(owner)].add_finding(step.table, step.counted_column(), former);
    }
}

// Rows that this database lets nobody change one by one, or that wait for a right. Those that only their text
// ties are searched when they will be changed one day; the others cannot be counted without reading them all:
// that they were not searched is said as of old rows.
void PostConditionCheck::count_left(const Step& step, Subjects& subjects) {
    if (step.tie.kind == Tie::Kind::text) return count_left_texts(step, subjects);
    if (step.chains.empty()) {
        const bool is_doubtful = step.id_history && step.id_history->doubtful;
        if (is_doubtful && statements_.earlier_owners() == statements::EarlierOwners::none) return;
        return count_pending(step, {statements_.scope_of_contacts(step, finder_.contacts().all), {}},
                             subjects);
    }
    if (step.id_history && step.id_history->doubtful) return count_doubtful_by_chain(step, subjects);
    count_left_by_chains(step, subjects);
}

// Rows that may be several contacts' are counted for each of them.
void PostConditionCheck::count_doubtful_by_chain(const Step& step, Subjects& subjects) {
    if (!finder_.has_parents(step)) return;
    std::map<ContactId, Owners> by_contact;
    for (const auto& [key, contacts] : finder_.associated_rows(step, std::nullopt)) {
        for (const ContactId contact : contacts) by_contact[contact][key] = {contact};
    }
    for (const auto& [contact, rows] : by_contact) {
        for (const RowScope& scope : scopes_of_keys(step, rows)) count_pending(step, scope, subjects);
    }
}

void PostConditionCheck::count_left_by_chains(const Step& step, Subjects& subjects) {
    for (const auto& chain : step.chains) {
        Rows rows = statements_.select(statements::count_left(step, chain, finder_.contacts().all), step);
        while (rows.next()) {
            subjects.at(rows.number(0)).add_finding(step.table, step.counted_column(), rows.number(1));
        }
    }
}

void PostConditionCheck::count_left_texts(const Step& step, Subjects& subjects) {
    if (!step.waits) {
        for (auto& [contact, subject] : subjects) subject.older_rows_unsearched = true;
        return;
    }
    for (const auto& [column, rows] : texts_.search(step, subjects)) {
        for (const auto& [key, owners] : rows) {
            for (const ContactId owner : owners) {
                subjects.at(owner).add_finding(step.table, step.counted_column(), 1);
            }
        }
    }
}

// Rows that are as they should be wait for nothing, as far as the server can tell.
void PostConditionCheck::count_pending(const Step& step, const RowScope& scope, Subjects& subjects) {
    Context context;  // adds no anonymous row: that may be what there is no right to
    context.anonymous_ip = statements_.anonymous_ip_for(step);
    const bool tells =
        tells_pending(step) && !(statements::needs_anonymous_ip(step) && context.anonymous_ip.empty());
    Rows rows = statements_.select(tells ? statements::count_pending(step, scope.scope, context)
                                         : statements::count_rows(step, scope.scope),
                                   step);
    while (rows.next()) {
        subjects.at(scope.owner_of(rows.text(0)))
            .add_finding(step.table, step.counted_column(), rows.number(1));
    }
    if (tells && statements::has_rewritten_columns(step)) {
        count_pending_structured(step, scope, context, subjects);
    }
}

// A structured value keeps its shape: only reading it tells whether anything is left in it. Rows that were
// counted for another column are not counted once more.
void PostConditionCheck::count_pending_structured(const Step& step, const RowScope& scope,
                                                  const Context& context, Subjects& subjects) {
    Subjects unchanged = subjects;  // what reading notes is noted of changes
    structured_.each_pending(step, scope, unchanged, [&](std::vector<PendingRow> pending) {
        std::map<std::string, ContactId> owners;
        std::vector<Value> keys;
        for (const PendingRow& row : pending) {
            owners.emplace(row.row.key, row.row.owner);
            keys.push_back(statements::key_value(step, row.row.key));
        }
        if (keys.empty()) return;
        Rows counted = statements_.select(
            statements::count_pending(step, statements::scope_of_keys(step, keys), context), step);
        while (counted.next()) owners.erase(counted.text(0));
        for (const auto& [key, owner] : owners) {
            subjects.at(owner).add_finding(step.table, step.counted_column(), 1);
        }
    });
}

// What was learned since the first chunk, an address in a row that came meanwhile for example, was not looked
// for in it. Rows that were deleted have nothing to look for.
void PostConditionCheck::check_processed_chunks(const Step& step, const std::string& last,
                                                Subjects& subjects) {
    if (step.delete_rows) return;
    const std::vector<ContactId> contact{finder_.progress()->contact};
    statements::KeyRange range{&step, std::nullopt, last};
    for (bool more = true; more;) {
        range.last = last;
        {
            const auto rest = statements::within(statements_.scope_of_contacts(step, contact), range);
            Rows rows = statements_.select(statements::select_key_at(step, rest, chunk_rows_ - 1), step);
            more = rows.next();
            if (more) range.last = rows.text(0);
        }
        check(step, {statements::within(statements_.scope_of_contacts(step, contact), range), {}}, subjects);
        for (const Step& other : statements_.plan().steps) {
            if (!goes_along_with(other, step) || other.delete_rows) continue;
            const Owners rows = finder_.associated_rows(other, range);
            for (const RowScope& scope : scopes_of_keys(other, rows)) check(other, scope, subjects);
        }
        range.after = range.last;
    }
}

void PostConditionCheck::check_deleted(const Step& step, const RowScope& scope, Subjects& subjects) {
    Rows rows = statements_.select(statements::count_rows(step, scope.scope), step);
    while (rows.next()) {
        subjects[scope.owner_of(rows.text(0))].add_finding(step.table, step.counted_column(), rows.number(1));
    }
}

// A URL whose path still names the person, or a rewritten value one of whose kept members does, is emptied as
// a whole and read once more: `may_empty` is false then. So is one in which nobody can be looked for any
// more.
void PostConditionCheck::check(const Step& step, const RowScope& scope, Subjects& subjects, bool may_empty) {
    if (step.delete_rows) return check_deleted(step, scope, subjects);
    if (step.searched.empty()) return;
    const bool nobody = std::all_of(subjects.begin(), subjects.end(), [&](const auto& entry) {
        return entry.second.identity.empty() && !has_waited(step, entry.second);
    });
    if (nobody) return;  // a later pass over hashes only: there is nothing to look for

    std::map<std::pair<ContactId, std::size_t>, std::uint64_t> hits;
    std::map<std::size_t, std::vector<Value>> to_empty;  // by column: primary keys
    Rows rows = statements_.select(statements::select_searched(step, scope.scope), step);
    while (rows.next()) {
        const auto owners = scope.owners_of(rows.text(0));
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
            if (is_found && may_empty && step.searched[i].may_be_emptied) {
                to_empty[i].push_back(statements::key_value(step, rows.text(1)));
            }
        }
    }
    for (const auto& [column, keys] : to_empty) empty(step, step.searched[column], keys);
    if (!to_empty.empty()) return check(step, scope, subjects, false);
    for (const auto& [where, cells] : hits) {
        subjects[where.first].add_finding(step.table, step.searched[where.second].column, cells);
    }
}

void PostConditionCheck::empty(const Step& step, const columns::SearchedColumn& column,
                               std::span<const Value> keys) {
    for (std::size_t at = 0; at < keys.size(); at += keys_per_statement) {
        const auto part = keys.subspan(at, std::min(keys_per_statement, keys.size() - at));
        statements_.change(statements::empty_column(step, statements::scope_of_keys(step, part), column),
                           step);
    }
}

}  // namespace gdprd::execution
