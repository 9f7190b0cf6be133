#include "suppression/opt_out_cover.h"

#include <vector>

namespace gdprd::suppression {

bool is_opted_out(database::Connection& connection, const erasure::Rules& rules, ContactId contact) {
    auto rows = connection.select(
        "SELECT reason, channel FROM " +
            database::quote_identifier(rules.plan->table_prefix + "lead_donotcontact") + " WHERE lead_id = ?",
        std::vector<database::Value>{contact}, "lead_donotcontact: read");
    while (rows.next()) {
        const auto reason = policy::reason_from_code(rows.signed_number(0));
        if (reason && rules.triggers.covers(*reason, rows.text(1))) return true;
    }
    return false;
}

}  // namespace gdprd::suppression
