// What Mautic left behind of contacts that it deleted: the rows that lost them, what hangs on those, what
// only those referred to, and what names them by their ids still. There is no contact any more to lock, to
// learn from or to look for afterwards, so nothing is proven.
#include <algorithm>

#include "erasure/executor.h"
#include "mautic/id_list.h"
#include "statements/sql_text.h"

namespace gdprd::erasure {

using database::quote_identifier;
using database::Rows;
using mautic::Tie;
using plan::Step;

namespace {

// Everything is counted under a contact that nobody is.
constexpr ContactId nobody = 0;

bool is_about(const Step& step, const std::string& real_table) {
    return step.tie.leftovers != mautic::Leftovers::none && step.real_table == real_table;
}

}  // namespace

// Those of the rows that the step is about and that have no contact at this moment, locked; by the primary
// key, because the index on the contact would lock all rows that have none.
Executor::Owners Executor::lock_leftovers(const Step& step, std::span<const std::uint64_t> ids) {
    const mautic::IdList list(ids);
    const std::string key = quote_identifier(step.primary_key);
    Tie orphaned = step.tie;
    orphaned.conditions.push_back({step.tie.column, {}, true});
    // Where nothing is changed MySQL refuses the lock: there is no right to change the table.
    const char* lock = step.delete_rows || !step.columns.empty() ? " FOR UPDATE" : "";
    Rows rows = select(
        {"SELECT " + key + " FROM " + quote_identifier(step.real_table) + " FORCE INDEX (PRIMARY) WHERE " +
             key + " IN " + list.placeholders() + statements::render_conditions(orphaned, "") + lock,
         list.parameters()},
        step);
    Owners owners;
    while (rows.next()) owners[rows.text(0)].insert(nobody);
    return owners;
}

// The chains of a plan begin with the id of a contact. Here they begin with the row itself.
Executor::Owners Executor::end_of_chains(const Step& step, const std::vector<const Step*>& lost,
                                         std::span<const std::uint64_t> ids) {
    Owners owners;
    for (const auto& chain : step.chains) {
        for (const Step* begin : lost) {
            if (chain.front().entry != begin->key()) continue;
            std::vector<plan::Link> links = chain;
            links.front().tie_column = begin->primary_key;
            Rows rows = select(statements::select_candidates(step, links, ids), step);
            while (rows.next()) owners[rows.text(1)].insert(nobody);
        }
    }
    return owners;
}

Subject Executor::run_leftovers(const std::string& real_table, std::span<const std::uint64_t> ids) {
    std::vector<const Step*> lost;
    std::map<const Step*, Owners> owners;
    std::vector<std::uint64_t> locked;
    for (const Step& step : plan_.steps) {
        if (!is_about(step, real_table)) continue;
        lost.push_back(&step);
        owners[&step] = lock_leftovers(step, ids);
        for (const auto& [key, contact] : owners[&step]) locked.push_back(std::stoull(key));
    }
    Subjects subjects{{nobody, {}}};
    if (locked.empty()) return {};
    std::sort(locked.begin(), locked.end());
    locked.erase(std::unique(locked.begin(), locked.end()), locked.end());
    for (const Step& step : plan_.steps) {
        const bool by_chain = step.tie.kind == Tie::Kind::parent || step.tie.kind == Tie::Kind::shared;
        if (by_chain) owners[&step] = end_of_chains(step, lost, locked);
    }
    for (const Step& step : plan_.steps) {
        if (step.tie.kind == Tie::Kind::shared || !owners.contains(&step)) continue;
        run_step(step, scopes_of_keys(step, owners[&step]), subjects);
    }
    for (const Step& step : plan_.steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        run_shared(step, owners[&step], subjects);
    }
    return std::move(subjects.at(nobody));
}

Counts Executor::run_named(std::span<const ContactId> contacts) {
    Subjects subjects;
    for (const ContactId contact : contacts) subjects[contact];
    later_due_.assign(contacts.begin(), contacts.end());
    find_empty_steps(contacts);
    for (const Step& step : plan_.steps) {
        if (step.tie.kind == Tie::Kind::column) run_step(step, scopes_of(step, contacts), subjects);
    }
    Counts counts;
    for (const auto& [contact, subject] : subjects) counts += subject.counts;
    return counts;
}

}  // namespace gdprd::erasure
