#include "execution/plan_statements.h"

#include "base/random.h"

namespace gdprd::execution {

using database::Rows;
using plan::Step;
using statements::Statement;

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
    context.anonymous_ip = anonymous_ip_for(step);
    if (!statements::needs_anonymous_ip(step) || !context.anonymous_ip.empty()) return context;
    connection_.change("INSERT INTO " + database::quote_identifier(plan_.table_prefix + "ip_addresses") +
                           " (ip_address, ip_details) VALUES ('*.*.*.*', 'N;')",
                       {}, "ip_addresses: add the anonymous row");
    context.anonymous_ip = anonymous_ip_ = std::to_string(connection_.last_insert_id());
    return context;
}

}  // namespace gdprd::execution
