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
    : connection_(mautic.options()), ledger_(std::move(ledger_database)), ip_addresses_(mautic) {
    for (const TableChange& change : changes()) {
        if (mautic.has_table(change.table)) changes_.push_back({change.table, for_server(change.sql)});
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
    const std::string addresses = ip_addresses_.of(connection_, ids);
    for (const TableChange& change : changes_)
        connection_.change(with_ids(change.sql, ids), {}, change.table);
    ip_addresses_.delete_unused(connection_, addresses);
    record_erasures(connection_, ledger_, ids);
    transaction.commit();
}

}  // namespace gdprd::bench
