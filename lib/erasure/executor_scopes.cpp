// Finding the rows that belong to the contacts. Rows of parents and shared rows are looked up before anything
// is changed, because an erasure cuts the very ties they are found by; rows that only their text ties
// (executor_texts.cpp) come last, when every value that identifies the contacts is known.
#include <algorithm>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using database::Value;
using mautic::Tie;
using plan::Step;
using statements::Statement;

Executor::Owners Executor::read_owners(const Statement& statement, const Step& step) {
    Owners owners;
    Rows rows = select(statement, step);
    while (rows.next()) owners[rows.text(1)].insert(rows.number(0));
    return owners;
}

// Most contacts have rows in few tables, and most free-text tables are empty; one statement tells which,
// instead of several for each table.
void Executor::find_empty_steps(std::span<const ContactId> contacts) {
    std::vector<const Step*> steps;
    // Of a long history only the end searches texts, and the search itself tells then.
    const bool is_in_slices = progress_ != nullptr && progress_->has_begun();
    for (const Step& step : plan_.steps) {
        const bool is_text = step.tie.kind == Tie::Kind::text;
        const bool asked = step.tie.kind == Tie::Kind::column || is_text;
        const bool is_asked_already = step.visitors && !steps.empty() && steps.back()->key() == step.key();
        if (!asked || is_asked_already) continue;
        if (due(step, contacts).empty()) {
            empty_.insert(step.key());
        } else if (!(is_text && is_in_slices) && !has_known_rows(step)) {  // asked are the newest rows only
            steps.push_back(&step);
        }
    }
    if (steps.empty()) return;
    std::set<const Step*> filled;
    const std::size_t at_a_time = statements::steps_at_a_time(contacts.size());
    for (std::size_t at = 0; at < steps.size(); at += at_a_time) {
        const auto part = std::span(steps).subspan(at, std::min(at_a_time, steps.size() - at));
        const Statement statement = statements::select_steps_with_rows(part, contacts);
        Rows rows = connection_.select(statement.sql, statement.parameters, "look for the contacts' rows");
        while (rows.next()) filled.insert(part[rows.number(0)]);
    }
    for (const Step* step : steps) {
        if (!filled.contains(step)) empty_.insert(step->key());
    }
}

// A merge moves the rows that others hang on to another contact, each table by a statement of its own. From
// here on it waits: what hangs on them is changed by its key, after the ties to it are cut. Only what the
// erasure changes anyway, because there is no right to lock anything else.
void Executor::lock_parents(std::span<const ContactId> contacts) {
    std::set<std::string> locked;
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::parent) continue;
        const auto& chain = step.chains.front();
        if (empty_.contains(chain.front().entry)) continue;
        const bool is_changed = std::any_of(plan_.steps.begin(), plan_.steps.end(), [&](const Step& other) {
            return other.real_table == chain.front().real_table &&
                   (other.delete_rows || !other.columns.empty());
        });
        if (is_changed && locked.insert(chain.front().entry).second) {
            select(statements::lock_beginning(chain, contacts), step);
        }
    }
}

void Executor::find_rows_of_parents(std::span<const ContactId> contacts) {
    for (const Step& step : plan_.steps) {
        if (step.tie.kind == Tie::Kind::parent && !empty_.contains(step.tie.parent)) {
            found_[&step] = read_owners(statements::select_keys(step, contacts), step);
            if (found_[&step].empty()) empty_.insert(step.key());
        }
    }
    find_shared_rows(contacts);
}

void Executor::find_shared_rows(std::span<const ContactId> contacts) {
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        for (const auto& chain : step.chains) {
            if (empty_.contains(chain.back().entry)) continue;
            for (const auto& [key, owners] :
                 read_owners(statements::select_candidates(step, chain, contacts), step)) {
                found_[&step][key].insert(owners.begin(), owners.end());
            }
        }
    }
}

// What rows that were found by their text refer to, before they are changed.
void Executor::find_shared_by_text(const Step& step, const Scopes& scopes) {
    for (const Step& shared : plan_.steps) {
        for (const mautic::EntryColumn& source : shared.text_sources) {
            if (source.entry != step.key()) continue;
            for (const ResolvedScope& resolved : scopes) {
                Rows rows = select(statements::select_referred(step, resolved.scope, source.column), step);
                while (rows.next()) {
                    const auto owners = owners_of(resolved, rows.text(0));
                    found_[&shared][rows.text(1)].insert(owners.begin(), owners.end());
                }
            }
        }
    }
}

Executor::Scopes Executor::scopes_of_keys(const Step& step, const Owners& owners) const {
    Scopes scopes;
    std::vector<Value> keys;
    Owners part;
    const auto flush = [&] {
        if (!keys.empty()) scopes.push_back({statements::scope_of_keys(step, keys), std::move(part)});
        keys.clear();
        part = {};
    };
    for (const auto& [key, of_row] : owners) {
        keys.push_back(statements::key_value(step, key));
        part.emplace(key, of_row);
        if (keys.size() == keys_per_statement) flush();
    }
    flush();
    return scopes;
}

const Executor::Scopes& Executor::scopes_of(const Step& step, std::span<const ContactId> contacts) {
    if (const auto known = scopes_.find(&step); known != scopes_.end()) return known->second;
    Scopes scopes;
    if (step.tie.kind == Tie::Kind::parent) {
        scopes = scopes_of_keys(step, found_[&step]);
    } else if (!step.is_found_by_key() && !empty_.contains(step.key())) {
        scopes.push_back({scope_of_step(step, contacts), {}});
    }
    return scopes_[&step] = std::move(scopes);
}

std::vector<ContactId> Executor::owners_of(const ResolvedScope& resolved, const std::string& owner) const {
    if (resolved.owners.empty()) return {std::stoull(owner)};
    const auto found = resolved.owners.find(owner);
    if (found == resolved.owners.end()) return {0};
    return {found->second.begin(), found->second.end()};
}

ContactId Executor::owner_of(const ResolvedScope& resolved, const std::string& owner) const {
    return owners_of(resolved, owner).front();
}

// Those of the rows that nobody refers to at this moment and, where the step says so, that name one of the
// contacts they are of.
Executor::Owners Executor::unreferenced_now(const Step& step, const Scopes& scopes,
                                            const Subjects& subjects) {
    Owners owners;
    for (const ResolvedScope& resolved : scopes) {
        Rows rows = select(statements::select_unreferenced(step, resolved.scope), step);
        while (rows.next()) {
            const std::string key = rows.text(0);
            const auto of_row = owners_of(resolved, key);
            bool named = !step.only_if_named;
            for (std::size_t i = 0; i < step.searched.size() && !named; ++i) {
                if (rows.is_null(i + 1)) continue;
                named = std::any_of(
                    of_row.begin(), of_row.end(), [&, text = rows.text(i + 1)](const ContactId owner) {
                        return subjects.at(owner).identity.found_in(text, mautic::Search::all);
                    });
            }
            if (named) owners[key].insert(of_row.begin(), of_row.end());
        }
    }
    return owners;
}

// Asked twice: first without locks, because most shared rows are somebody else's too and must not be locked;
// then what is left is locked, so that nobody begins to refer to it, and asked again.
Executor::Owners Executor::unreferenced(const Step& step, const Owners& candidates,
                                        const Subjects& subjects) {
    const Owners free = unreferenced_now(step, scopes_of_keys(step, candidates), subjects);
    if (free.empty()) return {};
    const Scopes scopes = scopes_of_keys(step, free);
    for (const ResolvedScope& resolved : scopes) select(statements::lock_keys(step, resolved.scope), step);
    return unreferenced_now(step, scopes, subjects);
}

}  // namespace gdprd::erasure
