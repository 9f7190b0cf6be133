// What an erasure would change, counted without changing it.
#include <algorithm>

#include "erasure/executor.h"

namespace gdprd::erasure {

using database::Rows;
using database::Value;
using mautic::Tie;
using plan::Step;
using statements::Context;

std::vector<Executor::Preview> Executor::preview(ContactId contact) {
    const std::vector<ContactId> contacts{contact};
    Subjects subjects = read_contacts(contacts, false);
    subjects[contact];
    find_own_hashes(subjects);
    later_due_ = contacts;
    learn_identities(subjects);
    find_empty_steps(contacts);
    find_rows_of_parents(contacts);
    std::vector<Preview> previews;
    for (const Step& step : plan_.steps) previews.push_back(preview_step(step, contacts, subjects));
    return previews;
}

Executor::Preview Executor::preview_step(const Step& step, std::span<const ContactId> contacts,
                                         Subjects& subjects) {
    Preview preview;
    Context context;
    if (statements::needs_anonymous_ip(step) && anonymous_ip_.empty()) find_anonymous_ip();
    context.anonymous_ip = anonymous_ip_.empty() ? "0" : anonymous_ip_;
    context.random = "0";
    context.hash_digits = hasher_.length(policy::Normalisation::plain);
    Scopes scopes = scopes_of(step, contacts);
    if (step.tie.kind == Tie::Kind::text) scopes = scopes_by_text(step, subjects);
    if (step.tie.kind == Tie::Kind::shared) scopes = scopes_of_keys(step, found_[&step]);
    for (const ResolvedScope& resolved : scopes) {
        Rows rows = select(statements::count_rows(step, resolved.scope), step);
        while (rows.next()) preview.rows += rows.number(1);
        // Whether others refer to a shared row is known only when the contact itself does not any more.
        if (step.tie.kind == Tie::Kind::shared) continue;
        preview.pending += count_pending_in(step, resolved.scope, context);
        if (step.delete_rows || !statements::has_rewritten_columns(step)) continue;
        std::vector<Value> rewritten;
        each_to_rewrite(step, resolved, subjects, [&](std::vector<PendingRow> pending) {
            for (const auto& row : pending) rewritten.push_back(statements::key_value(step, row.row.key));
        });
        // Of these, the rows that were not counted yet for another column.
        for (std::size_t at = 0; at < rewritten.size(); at += keys_per_statement) {
            const auto part =
                std::span(rewritten).subspan(at, std::min(keys_per_statement, rewritten.size() - at));
            preview.pending +=
                part.size() - count_pending_in(step, statements::scope_of_keys(step, part), context);
        }
    }
    return preview;
}

std::uint64_t Executor::count_pending_in(const Step& step, const statements::Scope& scope,
                                         const Context& context) {
    std::uint64_t pending = 0;
    Rows rows = select(statements::count_pending(step, scope, context), step);
    while (rows.next()) pending += rows.number(1);
    return pending;
}

}  // namespace gdprd::erasure
