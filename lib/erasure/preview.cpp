#include "erasure/preview.h"

#include <algorithm>

#include "execution/structured_rows.h"
#include "subjects/row_finder.h"
#include "text_search/text_search.h"

namespace gdprd::erasure {

using execution::PendingRow;
using execution::StructuredRows;
using subjects::HashRecognition;
using subjects::keys_per_statement;
using subjects::PlanStatements;
using subjects::RowFinder;
using subjects::RowScope;
using subjects::RowScopes;
using subjects::scopes_of_keys;
using subjects::Subjects;
using text_search::TextSearch;

using database::Rows;
using database::Value;
using mautic::Tie;
using plan::Step;
using statements::Context;

namespace {

std::uint64_t count_pending(PlanStatements& statements, const Step& step, const statements::Scope& scope,
                            const Context& context) {
    std::uint64_t pending = 0;
    Rows rows = statements.select(statements::count_pending(step, scope, context), step);
    while (rows.next()) pending += rows.number(1);
    return pending;
}

// Rows with a structured value to change that were not counted yet for another column.
std::uint64_t count_pending_structured(PlanStatements& statements, StructuredRows& structured,
                                       const Step& step, const RowScope& scope, const Context& context,
                                       Subjects& subjects) {
    std::vector<Value> keys;
    structured.each_pending(step, scope, subjects, [&](std::vector<PendingRow> pending) {
        for (const auto& row : pending) keys.push_back(statements::key_value(step, row.row.key));
    });
    std::uint64_t pending = keys.size();
    for (std::size_t at = 0; at < keys.size(); at += keys_per_statement) {
        const auto part = std::span(keys).subspan(at, std::min(keys_per_statement, keys.size() - at));
        pending -= count_pending(statements, step, statements::scope_of_keys(step, part), context);
    }
    return pending;
}

// Of all the rows that the contact refers to, whether others do so too or not.
subjects::Owners parts_of(PlanStatements& statements, const Step& step, std::span<const ContactId> contacts) {
    subjects::Owners parts;
    for (const auto& chain : step.chains) {
        subjects::merge(parts, subjects::read_owners(
                                   statements, statements::select_candidates(step, chain, contacts), step));
    }
    return parts;
}

}  // namespace

std::vector<StepPreview> preview(database::Connection& connection, const Rules& rules, ContactId contact) {
    const std::vector<ContactId> contacts{contact};
    PlanStatements statements(connection, *rules.plan);
    HashRecognition hashes(rules.hasher, nullptr);
    Subjects subjects = subjects::read_subjects(connection, *rules.plan, rules.hasher, contacts);
    subjects[contact];
    hashes.recognise(subjects);
    subjects::learn_identities(*rules.plan, hashes, subjects);
    RowFinder finder(statements, {contacts, contacts, {}});
    finder.find_associated_rows();
    const bool has_ledger =
        !rules.holds.empty() && ledger::Ledger(connection, rules.ledger_database).format_found().has_value();
    subjects::HoldFinder holds(connection, *rules.plan, rules.holds,
                               has_ledger ? rules.ledger_database : std::string());
    TextSearch texts(statements, finder, rules.hasher, holds, rules.text_index.get());
    StructuredRows structured(statements, hashes);

    std::vector<StepPreview> previews;
    for (const Step& step : rules.plan->steps) {
        Context context;
        context.anonymous_ip = statements.anonymous_ip_for(step);
        if (context.anonymous_ip.empty()) context.anonymous_ip = "0";
        context.random = "0";
        context.hash_digits = rules.hasher.length(policy::Normalisation::plain);
        RowScopes scopes = finder.scopes_of(step);
        if (step.tie.kind == Tie::Kind::text) scopes = texts.scopes_of(step, subjects);
        if (step.tie.kind == Tie::Kind::shared) scopes = scopes_of_keys(step, finder.candidates(step));
        if (step.tie.kind == Tie::Kind::part)
            scopes = scopes_of_keys(step, parts_of(statements, step, contacts));
        const bool is_shared = step.tie.kind == Tie::Kind::shared || step.tie.kind == Tie::Kind::part;
        StepPreview& preview = previews.emplace_back();
        for (const RowScope& scope : scopes) {
            Rows rows = statements.select(statements::count_rows(step, scope.scope), step);
            while (rows.next()) preview.rows += rows.number(1);
            // Whether others refer to a shared row is known only when the contact itself does not any more.
            if (is_shared) continue;
            preview.pending += count_pending(statements, step, scope.scope, context);
            if (step.delete_rows || !statements::has_rewritten_columns(step)) continue;
            preview.pending +=
                count_pending_structured(statements, structured, step, scope, context, subjects);
        }
    }
    return previews;
}

}  // namespace gdprd::erasure
