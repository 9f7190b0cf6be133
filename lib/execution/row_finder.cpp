#include "execution/row_finder.h"

#include <algorithm>

#include "base/text.h"
#include "execution/address_holders.h"

namespace gdprd::execution {

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
    std::set<const Step*> filled;
    const std::size_t at_a_time = statements::steps_at_a_time(contacts_.all.size());
    for (std::size_t at = 0; at < steps.size(); at += at_a_time) {
        const auto part = std::span(steps).subspan(at, std::min(at_a_time, steps.size() - at));
        Rows rows = statements_.select(
            statements::select_steps_with_rows(part, contacts_.all, statements_.earlier_owners()),
            "find the tables with rows of the contacts");
        while (rows.next()) filled.insert(part[rows.number(0)]);
    }
    for (const Step* step : steps) {
        if (!filled.contains(step)) empty_.insert(step->key());
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

namespace {

// First and last name in one, as whole words: a first name alone may be a town's or a brand's. Not where the
// operator keeps one of them.
bool holds_full_name(const std::string& text, const Subject& subject, const plan::Plan& plan) {
    const auto identifies = [&](const char* column) {
        return std::find(plan.identifying.begin(), plan.identifying.end(), column) != plan.identifying.end();
    };
    if (!identifies("firstname") || !identifies("lastname")) return false;
    const auto first = subject.values.find("firstname");
    const auto last = subject.values.find("lastname");
    if (first == subject.values.end() || last == subject.values.end()) return false;
    if (trimmed(first->second).empty() || trimmed(last->second).empty()) return false;
    matching::Identity full_name;
    for (const char* between : {" ", "-", "."}) full_name.add(first->second + between + last->second);
    for (const char* between : {" ", ", "}) full_name.add(last->second + between + first->second);
    return full_name.found_in(text, mautic::Search::all);
}

// Is the company the owner's own? By its name, or by an address or a number of theirs, unless the address is
// somebody else's by now. What it writes about itself, and where it is, says nothing.
bool names_the_owner(PlanStatements& statements, const Step& step, const std::string& column,
                     const std::string& text, const Subjects& subjects, ContactId owner) {
    const Subject& subject = subjects.at(owner);
    if (column == "companyname" && holds_full_name(text, subject, statements.plan())) return true;
    if (column == "companydescription" || column == "companycity") return false;
    return subject.identity.found_in(text, mautic::Search::strong) &&
           !may_name_successor(statements, step, subjects, owner, text);
}

// At this moment.
Owners find_unreferenced(PlanStatements& statements, const Step& step, const RowScopes& scopes,
                         const Subjects& subjects) {
    Owners owners;
    for (const RowScope& scope : scopes) {
        Rows rows = statements.select(statements::select_unreferenced(step, scope.scope), step);
        while (rows.next()) {
            const std::string key = rows.text(0);
            const auto of_row = scope.owners_of(key);
            bool named = !step.only_if_named;
            for (std::size_t i = 0; i < step.searched.size() && !named; ++i) {
                if (rows.is_null(i + 1)) continue;
                named = std::any_of(of_row.begin(), of_row.end(),
                                    [&, text = rows.text(i + 1)](const ContactId owner) {
                                        return names_the_owner(statements, step, step.searched[i].column,
                                                               text, subjects, owner);
                                    });
            }
            if (named) owners[key].insert(of_row.begin(), of_row.end());
        }
    }
    return owners;
}

void lock_rows(PlanStatements& statements, const Step& step, const RowScopes& scopes) {
    for (const RowScope& scope : scopes) statements.select(statements::lock_keys(step, scope.scope), step);
}

// Of an internet address that stays without a reference nothing leads to anybody, and Mautic refers to the
// same few rows all the time.
bool may_be_left_by_both(const Step& step) { return step.table == "ip_addresses"; }

}  // namespace

// Two transactions that erase the last two contacts of a row would each see the other's reference, and both
// leave the row, for good. So the second one waits for the row until the first one has ended, and then no
// longer sees its reference: at READ COMMITTED each statement sees what is committed when it begins. Where
// that may happen, it is asked twice: first without locks, because most of these rows are somebody else's too
// and must not be locked; then what is left is locked, so that nobody begins to refer to it, and asked again.
Owners lock_unreferenced(PlanStatements& statements, const Step& step, const Owners& candidates,
                         const Subjects& subjects) {
    RowScopes scopes = scopes_of_keys(step, candidates);
    if (may_be_left_by_both(step)) {
        const Owners free = find_unreferenced(statements, step, scopes, subjects);
        if (free.empty()) return {};
        scopes = scopes_of_keys(step, free);
    }
    lock_rows(statements, step, scopes);
    return find_unreferenced(statements, step, scopes, subjects);
}

}  // namespace gdprd::execution
