#include "mautic/do_not_contact.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "mautic/id_list.h"

namespace gdprd::mautic {

namespace {

// A cluster compares what transactions changed, not what they locked or read: without this a re-subscription
// on another node in the moment of our commit would go unnoticed. The rows are changed and changed back;
// every SMALLINT has such a counterpart. Nobody sees it, for the transaction is not committed between.
void claim(database::Connection& connection, const std::string& table, const IdList& ids) {
    const std::string sql =
        "UPDATE " + table + " SET reason = -1 - reason WHERE lead_id IN " + ids.placeholders();
    for (const char* label : {"lead_donotcontact: claim", "lead_donotcontact: claimed"}) {
        connection.change(sql, ids.parameters(), label);
    }
}

}  // namespace

std::map<ContactId, std::vector<DoNotContact>> lock_do_not_contact(database::Connection& connection,
                                                                   const std::string& table_prefix,
                                                                   std::span<const ContactId> contacts) {
    const IdList ids(contacts);
    const std::string table = database::quote_identifier(table_prefix + "lead_donotcontact");
    auto rows =
        connection.select("SELECT lead_id, reason, channel, date_added FROM " + table + " WHERE lead_id IN " +
                              ids.placeholders() + " ORDER BY lead_id, date_added, id FOR UPDATE",
                          ids.parameters(), "lead_donotcontact: lock");
    std::map<ContactId, std::vector<DoNotContact>> found;
    while (rows.next()) {
        found[rows.number(0)].push_back(
            {rows.signed_number(1), rows.text(2), rows.time(3).value_or(Timestamp{})});
    }
    if (connection.on_cluster() && !found.empty()) claim(connection, table, ids);
    return found;
}

void insert_do_not_contact(database::Connection& connection, const std::string& table_prefix,
                           const std::map<ContactId, DoNotContact>& rows, std::string_view comments) {
    const std::string sql = "INSERT INTO " + database::quote_identifier(table_prefix + "lead_donotcontact") +
                            " (lead_id, reason, channel, date_added, comments) VALUES ";
    const std::string one = "(?,?,?,?,?)";
    constexpr std::size_t rows_max = 128;
    for (auto next = rows.begin(); next != rows.end();) {
        // Powers of two: a handful of prepared statements serve any number of rows.
        const auto left = static_cast<std::size_t>(std::distance(next, rows.end()));
        const std::size_t count = std::bit_floor(std::min(left, rows_max));
        std::string values;
        std::vector<database::Value> parameters;
        for (std::size_t i = 0; i < count; ++i, ++next) {
            const auto& [contact, row] = *next;
            values += (i == 0 ? "" : ",") + one;
            parameters.insert(parameters.end(), {contact, row.reason, row.channel, format_utc(row.since),
                                                 std::string(comments)});
        }
        connection.change(sql + values, parameters, "lead_donotcontact: insert");
    }
}

bool is_yet_to_come(Timestamp opted_out_at, Timestamp now) {
    constexpr auto clocks_differ_by = std::chrono::hours{1};
    return opted_out_at > now + clocks_differ_by;
}

Decision decide(const std::vector<DoNotContact>& rows, const policy::Triggers& triggers, Timestamp now,
                Timestamp learned_at) {
    Decision decision;
    for (const DoNotContact& row : rows) {
        const auto reason = policy::reason_from_code(row.reason);
        Timestamp& newest =
            reason == policy::Reason::bounced ? decision.newest_bounce : decision.newest_otherwise;
        // A date that is yet to come tells nothing: clocks of servers differ by less.
        const Timestamp since = is_yet_to_come(row.since, now) ? Timestamp{} : row.since;
        newest = std::max(newest, since);
        if (reason != policy::Reason::contactable) decision.listed_channels.insert(row.channel);
        if (!reason || !triggers.covers(*reason, row.channel)) continue;
        const Timestamp begins = since == Timestamp{} ? learned_at : since;
        const Timestamp grace_until = begins + triggers.grace_of(*reason);
        if (grace_until > now) {
            if (!decision.in_grace || grace_until < decision.grace_until) decision.grace_until = grace_until;
            decision.in_grace = true;
        } else if (!decision.erase || since < decision.since) {
            decision.erase = true;
            decision.reason = *reason;
            decision.channel = row.channel;
            decision.since = since;
        }
    }
    if (decision.erase) decision.in_grace = false;
    return decision;
}

}  // namespace gdprd::mautic
