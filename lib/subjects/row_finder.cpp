#include "subjects/row_finder.h"

#include <algorithm>

namespace gdprd::subjects {

using database::Rows;
using mautic::Tie;
using plan::Step;
using statements::KeyRange;
using statements::Scope;
using statements::Statement;

PassContacts contacts_of(const Subjects& subjects) {
    PassContacts contacts;
    contacts.all = ids_of(subjects);
    for (const auto& [contact, subject] : subjects) {
        if (subject.later_is_due) contacts.later.push_back(contact);
        for (const ledger::Finding& finding : subject.found_before) {
            contacts.counted_before.emplace(finding.table, finding.column);
        }
    }
    return contacts;
}

RowFinder::RowFinder(PlanStatements& statements, PassContacts contacts, const Progress* progress)
    : statements_(statements), contacts_(std::move(contacts)), progress_(progress) {
    find_empty_steps();
}

std::span<const ContactId> RowFinder::due(const Step& step) const {
    return step.later ? contacts_.later : contacts_.all;
}

bool RowFinder::has_known_rows(const Step& step) const {
    return step.tie.kind == Tie::Kind::text &&
           contacts_.counted_before.contains({step.table, step.counted_column()});
}

// Most contacts have rows in few tables, and most free-text tables are empty; one statement tells which,
// instead of several for each table.
void RowFinder::find_empty_steps() {
    std::vector<const Step*> steps;
    // Of a long history only the end searches texts, and the search itself tells then.
    const bool is_in_chunks = progress_ != nullptr && progress_->has_begun();
    for (const Step& step : statements_.plan().steps) {
        const bool is_text = step.tie.kind == Tie::Kind::text;
        const bool asked = step.tie.kind == Tie::Kind::column || is_text;
        const bool is_asked_already = step.visitors && !steps.empty() && steps.back()->key() == step.key();
        if (!asked || is_asked_already) continue;
        if (due(step).empty()) {
            empty_.insert(step.key());
        } else if (!(is_text && is_in_chunks) && !has_known_rows(step)) {  // asked are the newest rows only
            steps.push_back(&step);
        }
    }
    if (steps.empty()) return;
    // Of two tables of one entry, a queue under two names, one may have rows.
    std::set<std::string> filled;
    const std::size_t at_a_time = statements::steps_at_a_time(contacts_.all.size());
    for (std::size_t at = 0; at < steps.size(); at += at_a_time) {
        const auto part = std::span(steps).subspan(at, std::min(at_a_time, steps.size() - at));
        Rows rows = statements_.select(
            statements::select_steps_with_rows(part, contacts_.all, statements_.earlier_owners()),
            "find the tables with rows of the contacts");
        while (rows.next()) filled.insert(part[rows.number(0)]->key());
    }
    for (const Step* step : steps) {
        if (!filled.contains(step->key())) empty_.insert(step->key());
    }
}

// A merge moves the rows that others hang on to another contact, each table by a statement of its own. From
// here on it waits: what hangs on them is changed by its key, after the associations with it are cut. Only
// what the erasure changes anyway, because there is no right to lock anything else.
void RowFinder::lock_parents() {
    std::set<std::pair<std::string, bool>> locked;
    const auto& steps = statements_.plan().steps;
    for (const Step& step : steps) {
        if (step.tie.kind != Tie::Kind::parent) continue;
        const auto& chain = step.chains.front();
        if (empty_.contains(chain.front().entry)) continue;
        const bool is_changed = std::any_of(steps.begin(), steps.end(), [&](const Step& other) {
            return other.real_table == chain.front().real_table &&
                   (other.delete_rows || !other.columns.empty());
        });
        const auto range = remaining_range(step);
        if (is_changed && locked.emplace(chain.front().entry, range.has_value()).second) {
            statements_.select(statements::lock_beginning(chain, contacts_.all, range), step);
        }
    }
}

void RowFinder::find_associated_rows() {
    for (const Step& step : statements_.plan().steps) {
        if (step.tie.kind != Tie::Kind::parent || empty_.contains(step.tie.parent)) continue;
        Owners& rows = found_[&step];
        rows = associated_rows(step, remaining_range(step));
        if (rows.empty()) empty_.insert(step.key());
    }
    for (const Step& step : statements_.plan().steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        for (const auto& chain : step.chains) {
            if (empty_.contains(chain.back().entry)) continue;
            merge(found_[&step],
                  read_owners(statements_, statements::select_candidates(step, chain, contacts_.all), step));
        }
    }
}

Owners RowFinder::associated_rows(const Step& step, const std::optional<KeyRange>& of_beginning) const {
    return read_owners(statements_, statements::select_keys(step, contacts_.all, of_beginning), step);
}

void RowFinder::find_shared_by_text(const Step& text_step, const RowScopes& scopes) {
    for (const Step& shared : statements_.plan().steps) {
        for (const mautic::EntryColumn& source : shared.text_sources) {
            if (source.entry != text_step.key()) continue;
            for (const RowScope& scope : scopes) {
                Rows rows = statements_.select(
                    statements::select_referred(text_step, scope.scope, source.column), text_step);
                while (rows.next()) {
                    const auto owners = scope.owners_of(rows.text(0));
                    found_[&shared][rows.text(1)].insert(owners.begin(), owners.end());
                }
            }
        }
    }
}

const RowScopes& RowFinder::scopes_of(const Step& step) {
    if (const auto known = scopes_.find(&step); known != scopes_.end()) return known->second;
    RowScopes scopes;
    if (step.tie.kind == Tie::Kind::parent) {
        scopes = scopes_of_keys(step, found_[&step]);
    } else if (!step.is_found_by_key() && !is_empty(step)) {
        scopes.push_back({remaining(step), {}});
    }
    return keep(step, std::move(scopes));
}

const RowScopes& RowFinder::keep(const Step& step, RowScopes scopes) {
    return scopes_[&step] = std::move(scopes);
}

Scope RowFinder::remaining(const Step& step) const {
    Scope scope = statements_.scope_of_contacts(step, due(step));
    const auto range = remaining_range(step);
    return range ? statements::within(std::move(scope), *range) : scope;
}

std::optional<KeyRange> RowFinder::remaining_range(const Step& step) const {
    const bool is_of_progress =
        progress_ != nullptr && contacts_.all.size() == 1 && contacts_.all.front() == progress_->contact;
    if (!is_of_progress) return std::nullopt;
    for (const auto& [processed, last] : progress_->last_keys) {
        if (&step == processed || goes_along_with(step, *processed)) {
            return KeyRange{processed, last, std::nullopt};
        }
    }
    return std::nullopt;
}

bool goes_along_with(const Step& step, const Step& beginning) {
    if (step.tie.kind != Tie::Kind::parent || !step.uploads.empty()) return false;
    const plan::Link& first = step.chains.front().front();
    return first.entry == beginning.key() && first.real_table == beginning.real_table;
}

Owners read_owners(PlanStatements& statements, const Statement& statement, const Step& step) {
    Owners owners;
    Rows rows = statements.select(statement, step);
    while (rows.next()) owners[rows.text(1)].insert(rows.number(0));
    return owners;
}

}  // namespace gdprd::subjects
