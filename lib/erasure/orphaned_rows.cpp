#include "erasure/orphaned_rows.h"

#include <algorithm>

#include "execution/row_changer.h"
#include "execution/shared_rows.h"
#include "mautic/id_list.h"
#include "statements/sql_text.h"
#include "subjects/row_finder.h"

namespace gdprd::erasure {

using execution::RowChanger;
using subjects::HashRecognition;
using subjects::Owners;
using subjects::PlanStatements;
using subjects::RowFinder;
using subjects::scopes_of_keys;

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

// Those of the rows that the step is about and that have no contact at this moment, locked; by the primary
// key, because the index on the contact would lock all rows that have none.
Owners lock_orphaned(PlanStatements& statements, const Step& step, std::span<const std::uint64_t> ids) {
    const mautic::IdList list(ids);
    const std::string key = quote_identifier(step.primary_key);
    Tie orphaned = step.tie;
    orphaned.conditions.push_back({step.tie.column, {}, true});
    // Where nothing is changed MySQL refuses the lock: there is no right to change the table.
    const char* lock = step.delete_rows || !step.columns.empty() ? " FOR UPDATE" : "";
    Rows rows = statements.select(
        {"SELECT " + key + " FROM " + quote_identifier(step.real_table) + " FORCE INDEX (PRIMARY) WHERE " +
             key + " IN " + list.placeholders() + statements::render_conditions(orphaned, "") + lock,
         list.parameters()},
        step);
    Owners owners;
    while (rows.next()) owners[rows.text(0)].insert(nobody);
    return owners;
}

// The chains of a plan begin with the id of a contact. Here they begin with the row itself.
Owners end_of_chains(PlanStatements& statements, const Step& step, const std::vector<const Step*>& lost,
                     std::span<const std::uint64_t> ids) {
    Owners owners;
    for (const auto& chain : step.chains) {
        for (const Step* begin : lost) {
            if (chain.front().entry != begin->key()) continue;
            std::vector<plan::Link> links = chain;
            links.front().tie_column = begin->primary_key;
            Rows rows = statements.select(statements::select_candidates(step, links, ids), step);
            while (rows.next()) owners[rows.text(1)].insert(nobody);
        }
    }
    return owners;
}

}  // namespace

Subject erase_orphaned_rows(database::Connection& connection, const Rules& rules,
                            ledger::Fingerprints& fingerprints, const std::string& real_table,
                            std::span<const std::uint64_t> ids) {
    PlanStatements statements(connection, *rules.plan);
    std::vector<const Step*> lost;
    std::map<const Step*, Owners> owners;
    std::vector<std::uint64_t> locked;
    for (const Step& step : rules.plan->steps) {
        if (!is_about(step, real_table)) continue;
        lost.push_back(&step);
        owners[&step] = lock_orphaned(statements, step, ids);
        for (const auto& [key, contact] : owners[&step]) locked.push_back(std::stoull(key));
    }
    if (locked.empty()) return {};
    std::sort(locked.begin(), locked.end());
    locked.erase(std::unique(locked.begin(), locked.end()), locked.end());
    for (const Step& step : rules.plan->steps) {
        const bool by_chain = step.tie.kind == Tie::Kind::parent || step.tie.kind == Tie::Kind::shared;
        if (by_chain) owners[&step] = end_of_chains(statements, step, lost, locked);
    }
    HashRecognition hashes(rules.hasher, &fingerprints);
    RowChanger changer(statements, hashes, true);
    Subjects subjects{{nobody, {}}};
    for (const Step& step : rules.plan->steps) {
        if (step.tie.kind == Tie::Kind::shared || !owners.contains(&step)) continue;
        changer.run(step, scopes_of_keys(step, owners[&step]), subjects);
    }
    for (const Step& step : rules.plan->steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        execution::change_shared_rows(statements, changer, step, owners[&step], subjects);
    }
    return std::move(subjects.at(nobody));
}

Subjects erase_rows_naming(database::Connection& connection, const Rules& rules,
                           ledger::Fingerprints& fingerprints, std::span<const ContactId> contacts) {
    PlanStatements statements(connection, *rules.plan);
    HashRecognition hashes(rules.hasher, &fingerprints);
    RowChanger changer(statements, hashes, true);
    const std::vector<ContactId> all(contacts.begin(), contacts.end());
    RowFinder finder(statements, {all, all, {}});
    finder.lock_parents();
    finder.find_associated_rows();
    Subjects subjects;
    for (const ContactId contact : contacts) subjects[contact];
    for (const Step& step : rules.plan->steps) {
        const bool by_id = step.tie.kind == Tie::Kind::column || step.tie.kind == Tie::Kind::parent;
        if (by_id) changer.run(step, finder.scopes_of(step), subjects);
    }
    for (const Step& step : rules.plan->steps) {
        if (step.tie.kind != Tie::Kind::shared) continue;
        execution::change_shared_rows(statements, changer, step, finder.candidates(step), subjects);
    }
    return subjects;
}

}  // namespace gdprd::erasure
