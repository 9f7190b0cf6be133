#include "bench/shared_steps.h"

namespace gdprd::bench {

void record_erasures(database::Connection& connection, const std::string& ledger_database,
                     const std::string& contacts) {
    connection.change(
        "INSERT INTO " + database::quote_identifier(ledger_database) +
            ".erasure (contact_id, subject_hash, algorithm, channel, reason, origin, opted_out_at,"
            " requested_at, erased_at, last_pass_at, status, passes, rows_changed, rows_deleted,"
            " rows_late, hash_marks, policy_digest, schema_digest, map_digest)"
            " SELECT l.id, l.email, 'sha256', 'email', 'unsubscribed', 'sweep', d.date_added,"
            " NOW(3), NOW(3), NOW(3), 'settling', 1, 25, 1, 0, '', REPEAT('0', 64),"
            " REPEAT('0', 64), REPEAT('0', 64) FROM leads AS l JOIN lead_donotcontact AS d"
            " ON d.lead_id = l.id AND d.channel = 'email' WHERE l.id IN (" +
            contacts + ")",
        {}, "ledger: insert");
}

IpAddresses::IpAddresses(const test::MauticDatabase& mautic) {
    for (const char* table : {"lead_ips_xref", "email_stats", "page_hits", "form_submissions",
                              "lead_points_change_log", "campaign_lead_event_log"}) {
        if (mautic.has_table(table)) tables_.emplace_back(table);
    }
}

std::string IpAddresses::of(database::Connection& connection, const std::string& contacts) const {
    std::string sql =
        "SELECT d.ip_id FROM email_stats_devices AS d JOIN email_stats AS s ON s.id = d.stat_id"
        " WHERE s.lead_id IN (" +
        contacts + ") AND d.ip_id IS NOT NULL";
    for (const std::string& table : tables_) {
        sql += " UNION SELECT ip_id FROM " + table + " WHERE lead_id IN (" + contacts +
               ") AND ip_id IS NOT NULL";
    }
    std::string ids;
    auto rows = connection.select(sql, {}, "ip_addresses: find");
    while (rows.next()) ids += (ids.empty() ? "" : ",") + rows.text(0);
    return ids;
}

void IpAddresses::delete_unused(database::Connection& connection, const std::string& ids) const {
    if (ids.empty()) return;
    std::string sql = "DELETE FROM ip_addresses WHERE id IN (" + ids +
                      ") AND NOT EXISTS (SELECT 1 FROM email_stats_devices AS r WHERE r.ip_id ="
                      " ip_addresses.id)";
    for (const std::string& table : tables_) {
        sql += " AND NOT EXISTS (SELECT 1 FROM " + table + " AS r WHERE r.ip_id = ip_addresses.id)";
    }
    connection.change(sql, {}, "ip_addresses: delete");
}

}  // namespace gdprd::bench
