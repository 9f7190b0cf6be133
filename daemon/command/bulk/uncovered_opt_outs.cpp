#include "daemon/command/bulk/uncovered_opt_outs.h"

#include "base/text.h"

namespace gdprd::command {

std::string UncoveredOptOuts::description() const {
    const auto known = policy::reason_from_code(reason);
    return "reason " + std::to_string(reason) +
           (known ? std::string(" (") + policy::name_of(*known) + ")" : "") + " and channel '" + channel +
           "'";
}

// Compared byte by byte, as the triggers are. Mautic, whose collations ignore case and blanks at the end,
// takes "EMAIL" and "email " for the channel too.
std::vector<UncoveredOptOuts> read_uncovered_opt_outs(database::Connection& connection,
                                                      const std::string& table_prefix,
                                                      const policy::Triggers& triggers) {
    auto rows = connection.select("SELECT MAX(channel), reason, COUNT(*) FROM " +
                                      database::quote_identifier(table_prefix + "lead_donotcontact") +
                                      " GROUP BY HEX(channel), reason ORDER BY reason, 1",
                                  {}, "lead_donotcontact: count");
    constexpr std::size_t most = 100;
    std::vector<UncoveredOptOuts> uncovered;
    while (rows.next() && uncovered.size() < most) {
        const std::string channel = rows.text(0);
        const std::int64_t reason = rows.signed_number(1);
        const bool other_reason = reason < 1 || reason > 3;
        const bool other_channel =
            !triggers.channels.contains(channel) && triggers.channels.contains(to_lower(trimmed(channel)));
        if (other_reason || other_channel)
            uncovered.push_back({channel, reason, rows.number(2), other_reason});
    }
    return uncovered;
}

}  // namespace gdprd::command
