#include "subjects/plan_statements.h"

#include <algorithm>

#include "base/random.h"

namespace gdprd::subjects {

using database::Rows;
using plan::Step;
using statements::EarlierOwners;
using statements::Statement;

PlanStatements::PlanStatements(database::Connection& connection, const plan::Plan& plan,
                               std::span<const ContactId> contacts)
    : PlanStatements(connection, plan) {
    // The tables in which it is noted are the same for every step.
    const auto step = std::find_if(plan.steps.begin(), plan.steps.end(), [](const Step& one) {
        return one.tie.kind == mautic::Tie::Kind::column && one.id_history &&
               !one.id_history->date_column.empty();
    });
    if (step == plan.steps.end() || contacts.empty()) return;
    const plan::IdHistory& history = *step->id_history;
    const bool is_noted = !history.merge_table.empty() || !history.log_table.empty();
    const bool is_possible =
        is_noted &&
        select(statements::select_earlier_owners(history, contacts), "find earlier owners of the ids").next();
    if (!is_possible) earlier_owners_ = EarlierOwners::none;
}

Rows PlanStatements::select(const Statement& statement, const Step& step) {
    return select(statement, step.key() + ": read");
}

Rows PlanStatements::select(const Statement& statement, std::string_view label) {
    return connection_.select(statement.sql, statement.parameters, label);
}

std::uint64_t PlanStatements::change(const Statement& statement, const Step& step) {
    return connection_.change(statement.sql, statement.parameters, step.key() + ": change");
}

// Mautic's own sentinel for "no address kept": see IpAddress and `ip_details` = 'N;' (3.3-7.1).
void PlanStatements::find_anonymous_ip() {
    Rows rows = connection_.select("SELECT id FROM " +
                                       database::quote_identifier(plan_.table_prefix + "ip_addresses") +
                                       " WHERE ip_address = '*.*.*.*' ORDER BY id LIMIT 1",
                                   {}, "ip_addresses: find the anonymous row");
    if (rows.next()) anonymous_ip_ = std::to_string(rows.number(0));
}

std::string PlanStatements::anonymous_ip_for(const Step& step) {
    if (!statements::needs_anonymous_ip(step)) return {};
    if (anonymous_ip_.empty()) find_anonymous_ip();
    return anonymous_ip_;
}

statements::Context PlanStatements::context_for(const Step& step) {
    statements::Context context;
    context.random = random_hex(16);
    context.earlier_owners = earlier_owners_;
    context.anonymous_ip = anonymous_ip_for(step);
    if (!statements::needs_anonymous_ip(step) || !context.anonymous_ip.empty()) return context;
    connection_.change("INSERT INTO " + database::quote_identifier(plan_.table_prefix + "ip_addresses") +
                           " (ip_address, ip_details) VALUES ('*.*.*.*', 'N;')",
                       {}, "ip_addresses: add the anonymous row");
    context.anonymous_ip = anonymous_ip_ = std::to_string(connection_.last_insert_id());
    return context;
}

}  // namespace gdprd::subjects
