#include "bench/by_hand.h"

#include <algorithm>

#include "support/server_under_test.h"

namespace gdprd::bench {
namespace {

std::string list_of(std::span<const ContactId> contacts) {
    std::string list;
    for (const ContactId contact : contacts) list += (list.empty() ? "" : ",") + std::to_string(contact);
    return list;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

std::string with_ids(std::string sql, const std::string& ids) {
    replace_all(sql, "{ids}", ids);
    return sql;
}

// In a replacement MySQL has another name for what was found in brackets, and its JSON has blanks.
std::string for_server(std::string sql) {
    if (!test::ServerUnderTest::get().is_mysql()) return sql;
    replace_all(sql, "'\\\\1", "'$1");
    replace_all(sql, "':\"", "': \"");
    return sql;
}

std::string fresh_random(const std::string& column) {
    return column + " = CONCAT('erased-', LEFT(SHA2(CONCAT(RAND(), id), 256), 32))";
}

}  // namespace

std::vector<ByHand::TableChange> ByHand::changes() const {
    return {
        {"leads",
         "UPDATE leads SET email = SHA2(LOWER(TRIM(email)), 256), firstname = SHA2(firstname, 256),"
         " lastname = SHA2(lastname, 256), mobile = SHA2(mobile, 256), phone = SHA2(phone, 256), title = "
         "NULL,"
         " company = NULL, position = NULL, address1 = NULL, address2 = NULL, city = NULL, state = NULL,"
         " zipcode = NULL, attribution = NULL, fax = NULL, website = NULL, facebook = NULL, foursquare = "
         "NULL,"
         " instagram = NULL, linkedin = NULL, skype = NULL, twitter = NULL, preferred_profile_image = NULL,"
         " internal = 'a:0:{}', social_cache = 'a:0:{}' WHERE id IN ({ids})"},
        {"lead_donotcontact", "UPDATE lead_donotcontact SET comments = NULL WHERE lead_id IN ({ids})"},
        {"email_stats_devices",
         "UPDATE email_stats_devices AS d JOIN email_stats AS s ON s.id = d.stat_id SET d.ip_id = NULL"
         " WHERE s.lead_id IN ({ids})"},
        {"email_stats",
         "UPDATE email_stats SET email_address = SHA2(LOWER(TRIM(email_address)), 256), tokens = 'a:0:{}',"
         " open_details = REGEXP_REPLACE(open_details, '(s:9:\"useragent\";)s:[0-9]+:\"[^\"]*\"',"
         " '\\\\1s:0:\"\"'), ip_id = NULL WHERE lead_id IN ({ids})"},
        {"page_hits",
         "UPDATE page_hits SET url = SUBSTRING_INDEX(SUBSTRING_INDEX(url, '?', 1), '#', 1), query = 'a:0:{}',"
         " referer = NULL, url_title = NULL, user_agent = NULL, remote_host = NULL, ip_id = NULL,"
         " region = NULL, city = NULL, isp = NULL, organization = NULL, browser_languages = 'a:0:{}',"
         " tracking_id = '', device_id = NULL WHERE lead_id IN ({ids})"},
        {"form_submissions",
         "UPDATE form_submissions SET referer = '', ip_id = NULL, tracking_id = NULL WHERE lead_id IN "
         "({ids})"},
        {"lead_devices",
         "UPDATE lead_devices SET client_info = 'a:0:{}', device_os_version = NULL, device_os_platform = "
         "NULL,"
         " device_model = NULL, " +
             fresh_random("tracking_id") + " WHERE lead_id IN ({ids})"},
        {"lead_event_log",
         "UPDATE lead_event_log SET properties = REGEXP_REPLACE(properties, ':\"[^\"]*\"', ':\"\"')"
         " WHERE lead_id IN ({ids})"},
        {"audit_log",
         "UPDATE audit_log SET details = REGEXP_REPLACE(details, '(i:[0-9]+;)s:[0-9]+:\"[^\"]*\"',"
         " '\\\\1s:0:\"\"'), ip_address = '' WHERE object = 'lead' AND object_id IN ({ids})"},
        {"campaign_lead_event_failed_log",
         "REPLACE INTO campaign_lead_event_failed_log (log_id, date_added) SELECT id, UTC_TIMESTAMP()"
         " FROM campaign_lead_event_log WHERE lead_id IN ({ids}) AND is_scheduled = 1"},
        {"campaign_lead_event_log",
         "UPDATE campaign_lead_event_log SET metadata = REGEXP_REPLACE(metadata,"
         " '(s:8:\"timeline\";)s:[0-9]+:\"[^\"]*\"', '\\\\1s:0:\"\"'), ip_id = NULL, is_scheduled = 0"
         " WHERE lead_id IN ({ids})"},
        {"lead_points_change_log", "UPDATE lead_points_change_log SET ip_id = NULL WHERE lead_id IN ({ids})"},
        {"lead_lists_leads",
         "UPDATE lead_lists_leads SET manually_removed = 1, manually_added = 0 WHERE lead_id IN ({ids})"},
        {"lead_ips_xref", "DELETE FROM lead_ips_xref WHERE lead_id IN ({ids})"},
    };
}

ByHand::ByHand(const test::MauticDatabase& mautic, std::string ledger_database)
    : connection_(mautic.options()), ledger_(std::move(ledger_database)) {
    for (const TableChange& change : changes()) {
        if (mautic.has_table(change.table)) changes_.push_back({change.table, for_server(change.sql)});
    }
    for (const char* table : {"lead_ips_xref", "email_stats", "page_hits", "form_submissions",
                              "lead_points_change_log", "campaign_lead_event_log"}) {
        if (mautic.has_table(table)) tables_with_ip_.emplace_back(table);
    }
}

void ByHand::erase(std::span<const ContactId> contacts) {
    while (!contacts.empty()) {
        const std::size_t size = std::min(batch, contacts.size());
        erase_batch(contacts.first(size));
        contacts = contacts.subspan(size);
    }
}

void ByHand::erase_batch(std::span<const ContactId> contacts) {
    const std::string ids = list_of(contacts);
    database::Transaction transaction(connection_);
    const std::string addresses = ip_ids(ids);
    for (const TableChange& change : changes_)
        connection_.change(with_ids(change.sql, ids), {}, change.table);
    delete_unused_ips(addresses);
    connection_.change(
        "INSERT INTO " + database::quote_identifier(ledger_) +
            ".erasure (contact_id, subject_hash, algorithm, channel, reason, origin, opted_out_at,"
            " requested_at, erased_at, last_pass_at, status, passes, rows_changed, rows_deleted,"
            " rows_late, hash_marks, policy_digest, schema_digest, map_digest)"
            " SELECT l.id, l.email, 'sha256', 'email', 'unsubscribed', 'sweep', d.date_added,"
            " NOW(3), NOW(3), NOW(3), 'settling', 1, 25, 1, 0, '', REPEAT('0', 64),"
            " REPEAT('0', 64), REPEAT('0', 64) FROM leads AS l JOIN lead_donotcontact AS d"
            " ON d.lead_id = l.id AND d.channel = 'email' WHERE l.id IN (" +
            ids + ")",
        {}, "ledger: insert");
    transaction.commit();
}

std::string ByHand::ip_ids(const std::string& contacts) {
    std::string sql =
        "SELECT d.ip_id FROM email_stats_devices AS d JOIN email_stats AS s ON s.id = d.stat_id"
        " WHERE s.lead_id IN (" +
        contacts + ") AND d.ip_id IS NOT NULL";
    for (const std::string& table : tables_with_ip_) {
        sql += " UNION SELECT ip_id FROM " + table + " WHERE lead_id IN (" + contacts +
               ") AND ip_id IS NOT NULL";
    }
    std::string ids;
    auto rows = connection_.select(sql, {}, "ip_addresses: find");
    while (rows.next()) ids += (ids.empty() ? "" : ",") + rows.text(0);
    return ids;
}

void ByHand::delete_unused_ips(const std::string& ids) {
    if (ids.empty()) return;
    std::string sql = "DELETE FROM ip_addresses WHERE id IN (" + ids +
                      ") AND NOT EXISTS (SELECT 1 FROM email_stats_devices AS r WHERE r.ip_id ="
                      " ip_addresses.id)";
    for (const std::string& table : tables_with_ip_) {
        sql += " AND NOT EXISTS (SELECT 1 FROM " + table + " AS r WHERE r.ip_id = ip_addresses.id)";
    }
    connection_.change(sql, {}, "ip_addresses: delete");
}

}  // namespace gdprd::bench
