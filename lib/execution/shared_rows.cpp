#include "execution/shared_rows.h"

#include <algorithm>

namespace gdprd::execution {

using database::Rows;
using plan::Step;

namespace {

// The parts of these rows, whose they are as the rows are.
Owners find_parts(PlanStatements& statements, const Step& part, const Step& shared, const Owners& rows) {
    Owners owners;
    std::vector<database::Value> wholes;
    for (const auto& [key, of_row] : rows) wholes.push_back(statements::key_value(shared, key));
    for (std::size_t at = 0; at < wholes.size(); at += keys_per_statement) {
        const auto some = std::span(wholes).subspan(at, std::min(keys_per_statement, wholes.size() - at));
        Rows found = statements.select(statements::select_parts(part, shared, some), part);
        while (found.next()) {
            const auto& of_row = rows.at(found.text(0));
            owners[found.text(1)].insert(of_row.begin(), of_row.end());
        }
    }
    return owners;
}

}  // namespace

ChangedRows change_shared_rows(PlanStatements& statements, RowChanger& changer, const Step& shared,
                               const Owners& candidates, Subjects& subjects) {
    const Owners free = lock_unreferenced(statements, shared, candidates, subjects);
    ChangedRows changed;
    for (const Step* part : statements.plan().parts_of(shared)) {
        changed.emplace_back(part, scopes_of_keys(*part, find_parts(statements, *part, shared, free)));
    }
    changed.emplace_back(&shared, scopes_of_keys(shared, free));
    for (const auto& [step, scopes] : changed) changer.run(*step, scopes, subjects);
    return changed;
}

}  // namespace gdprd::execution
