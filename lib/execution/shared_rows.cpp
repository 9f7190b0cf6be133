#include "execution/shared_rows.h"

#include "execution/unreferenced_rows.h"

namespace gdprd::execution {

using database::Rows;
using plan::Step;
using subjects::keys_in_parts;
using subjects::Owners;
using subjects::PlanStatements;
using subjects::scopes_of_keys;
using subjects::Subjects;

namespace {

// The parts of these rows, whose they are as the rows are.
Owners find_parts(PlanStatements& statements, const Step& part, const Step& shared, const Owners& rows) {
    Owners owners;
    for (const auto& wholes : keys_in_parts(shared, rows)) {
        Rows found = statements.select(statements::select_parts(part, shared, wholes), part);
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
