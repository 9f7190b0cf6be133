#include "execution/long_history.h"

#include <algorithm>

#include "execution/shared_rows.h"

namespace gdprd::execution {

using database::Rows;
using mautic::Tie;
using plan::Step;
using statements::KeyRange;
using statements::Scope;
using statements::Statement;
using subjects::goes_along_with;
using subjects::keys_in_parts;
using subjects::merge;
using subjects::Owners;
using subjects::PlanStatements;
using subjects::Progress;
using subjects::read_owners;
using subjects::RowFinder;
using subjects::RowScope;
using subjects::RowScopes;
using subjects::scopes_of_keys;
using subjects::Subjects;

namespace {

// Not a table that others hang on by something it loses, unless they go along with its chunks: their rows
// could not be found any more afterwards. Shared rows are dealt with chunk by chunk. The names of uploaded
// files are needed at the end.
bool can_be_chunked(const Step& step, const plan::Plan& plan) {
    if (step.tie.kind != Tie::Kind::column || step.primary_key.empty() || !step.uploads.empty()) return false;
    for (const Step& other : plan.steps) {
        if (other.tie.kind == Tie::Kind::shared || other.tie.kind == Tie::Kind::part) continue;
        for (const auto& chain : other.chains) {
            for (std::size_t i = goes_along_with(other, step) ? 1 : 0; i < chain.size(); ++i) {
                if (chain[i].real_table == step.real_table && step.takes(chain[i].next_column)) return false;
            }
        }
    }
    // What is left there is counted before its way is lost, and that is at the end.
    return std::none_of(plan.left.begin(), plan.left.end(), [&](const Step& left) {
        return std::any_of(left.chains.begin(), left.chains.end(), [&](const auto& chain) {
            return std::any_of(chain.begin(), chain.end(), [&](const plan::Link& link) {
                return link.real_table == step.real_table && step.takes(link.next_column);
            });
        });
    });
}

}  // namespace

LongHistory::LongHistory(PlanStatements& statements, const RowFinder& finder, std::size_t chunk_rows)
    : statements_(statements), finder_(finder), chunk_rows_(chunk_rows) {
    if (chunk_rows_ != SIZE_MAX) find_table();
}

// An index alone answers, and only tables that have rows of the contacts at all are asked.
void LongHistory::find_table() {
    std::vector<const Step*> filled;
    for (const Step& step : statements_.plan().steps) {
        if (can_be_chunked(step, statements_.plan()) && !finder_.is_empty(step)) filled.push_back(&step);
    }
    if (filled.empty()) return;
    // One parameter more than the contacts: for the progress.
    const std::size_t at_a_time = statements::steps_at_a_time(finder_.contacts().all.size() + 1);
    for (std::size_t at = 0; at < filled.size() && table_ == nullptr; at += at_a_time) {
        const auto part = std::span(filled).subspan(at, std::min(at_a_time, filled.size() - at));
        std::vector<Scope> scopes;
        for (const Step* step : part) scopes.push_back(finder_.remaining(*step));
        Rows rows = statements_.select(statements::select_long_steps(part, scopes, chunk_rows_),
                                       "find a table with very many rows of the contacts");
        if (rows.next()) table_ = part[rows.number(0)];
    }
}

// The rows that others share and that only the chunk's own rows lead to: once they are changed nothing tells
// of them any more. A chain may reach a table through another entry of the data map.
std::map<const Step*, Owners> LongHistory::shared_rows_of(const KeyRange& range, ContactId contact,
                                                          const Hanging& hanging) {
    const std::vector<ContactId> contacts{contact};
    std::map<const Step*, Owners> shared;
    for (const Step& step : statements_.plan().steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        const auto add = [&](const Statement& statement) {
            merge(shared[&step], read_owners(statements_, statement, step));
        };
        for (const auto& chain : step.chains) {
            for (std::size_t i = 0; i < chain.size(); ++i) {
                const auto is_cut_by = [&](const Step& changed) {
                    return chain[i].real_table == changed.real_table && changed.takes(chain[i].next_column);
                };
                if (is_cut_by(*table_)) {
                    add(statements::select_candidates_within(step, chain, contacts, i, range));
                }
                for (const auto& [linked, rows] : hanging) {
                    if (!is_cut_by(*linked)) continue;
                    for (const auto& keys : keys_in_parts(*linked, rows)) {
                        add(statements::select_candidates_of(step, chain, contacts, i, *linked, keys));
                    }
                }
            }
        }
    }
    return shared;
}

KeyRange LongHistory::next_range(const Progress& progress) {
    KeyRange range{table_, std::nullopt, std::string()};
    if (const auto done = progress.last_keys.find(table_); done != progress.last_keys.end()) {
        range.after = done->second;
    }
    Rows rows = statements_.select(
        statements::select_key_at(*table_, finder_.remaining(*table_), chunk_rows_ - 1), *table_);
    if (rows.next()) range.last = rows.text(0);
    return range;
}

// Locked first, as a merge moves them one by one: what hangs on them is changed by its key.
LongHistory::Hanging LongHistory::rows_hanging_on(const KeyRange& range) {
    Hanging hanging;
    bool is_locked = !table_->delete_rows && table_->columns.empty();  // there need not be a right to
    for (const Step& step : statements_.plan().steps) {
        if (!goes_along_with(step, *table_)) continue;
        if (!is_locked) {
            statements_.select(statements::lock_beginning(step.chains.front(), finder_.contacts().all, range),
                               *table_);
            is_locked = true;
        }
        hanging.emplace(&step, finder_.associated_rows(step, range));
    }
    return hanging;
}

// In the order of the plan. What nobody refers to any more goes with the chunk that has cut the last
// reference, in its transaction. A row that a later chunk, or somebody else, still refers to is left to them.
// So nothing has to be remembered until the end, and whatever interrupts the work costs nothing but the
// chunk.
PostConditionCheck::Chunk LongHistory::run_chunk(RowChanger& changer, Subjects& subjects,
                                                 Progress& progress) {
    const std::vector<ContactId> contact{progress.contact};
    const KeyRange range = next_range(progress);
    const Hanging hanging = rows_hanging_on(range);
    const auto shared = shared_rows_of(range, progress.contact, hanging);
    PostConditionCheck::Chunk changed;
    const auto change = [&](const Step& step, const RowScopes& scopes) {
        changer.run(step, scopes, subjects);
        for (const RowScope& scope : scopes) changed.emplace_back(&step, scope);
    };
    for (const Step& step : statements_.plan().steps) {
        if (const auto rows = hanging.find(&step); rows != hanging.end()) {
            change(step, scopes_of_keys(step, rows->second));
        } else if (&step == table_) {
            change(step, {{statements::within(statements_.scope_of_contacts(step, contact), range), {}}});
        }
    }
    for (const auto& [of_step, candidates] : shared) {
        const auto rows = change_shared_rows(statements_, changer, *of_step, candidates, subjects);
        for (const auto& [part, scopes] : rows) {
            for (const RowScope& scope : scopes) changed.emplace_back(part, scope);
        }
    }
    progress.last_keys[table_] = *range.last;
    return changed;
}

}  // namespace gdprd::execution
