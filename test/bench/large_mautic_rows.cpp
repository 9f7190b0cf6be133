#include "bench/large_mautic_rows.h"

namespace gdprd::bench {
namespace {

// A text in a serialized array, as arguments of CONCAT.
std::string php(const std::string& sql) { return "'s:', LENGTH(" + sql + "), ':\"', " + sql + ", '\";'"; }
// A key and its text.
std::string php(const std::string& key, const std::string& sql) {
    return "'s:" + std::to_string(key.size()) + ":\"" + key + "\";', " + php(sql) + ", ";
}
// What the audit log says about a field: old and new value.
std::string change(const std::string& field, const std::string& old_sql, const std::string& new_sql) {
    return "'s:" + std::to_string(field.size()) + ":\"" + field + "\";a:2:{i:0;', " +
           (old_sql.empty() ? "'N;'" : php(old_sql)) + ", 'i:1;', " + php(new_sql) + ", '}', ";
}

const std::string contacts = "{prefix}leads AS l WHERE l.id BETWEEN {first} AND {last}";
const std::string user_agent =
    "'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36'";
// Every other contact has an address of its own, twenty others share one.
const std::string ip_of_contact = "IF(l.id % 2 = 1, l.id, l.id - l.id % 40 + 40)";
const std::string cookie_of_contact = "LEFT(SHA2(CONCAT('cookie', l.id), 256), 23)";

std::string leads() {
    return R"(INSERT INTO {prefix}leads (id, is_published, date_added, created_by_user, date_modified, points,
    last_active, internal, social_cache, date_identified, preferred_profile_image, title, firstname, lastname,
    company, position, email, phone, mobile, address1, city, zipcode, country, preferred_locale, timezone)
SELECT c, 1, added, 'Staff Member', added + INTERVAL 300 DAY, c % 90, added + INTERVAL 300 DAY,
    'a:0:{}', 'a:0:{}', added, 'gravatar', ELT(1 + c % 4, 'Ms', 'Mr', 'Dr', NULL),
    given, family, CONCAT('Invented Works ', c DIV 50), ELT(1 + c % 3, 'Buyer', 'Engineer', NULL),
    LOWER(CONCAT(given, '.', family, c, '@mail', c % 30, '.example.org')),
    CONCAT('+49 30 9', LPAD(c, 7, '0')), CONCAT('+49 171 9', LPAD(c, 7, '0')),
    CONCAT(family, ' Road ', 1 + c % 200),
    ELT(1 + c % 5, 'Northtown', 'Eastham', 'Southport', 'Westfield', 'Midway'),
    LPAD(c % 99999, 5, '0'), 'Germany', 'de_DE', 'Europe/Berlin'
FROM (SELECT seq AS c, '2022-01-01 09:00:00' + INTERVAL seq % 20000 HOUR AS added,
        ELT(1 + seq % 13, 'Adalind', 'Borvald', 'Cendrine', 'Dorvin', 'Elswith', 'Fendrel', 'Gisalda',
            'Hadwin', 'Iselda', 'Jorvald', 'Kestrine', 'Lorwin', 'Merolda') AS given,
        CONCAT(ELT(1 + seq DIV 13 % 17, 'Amber', 'Birch', 'Copper', 'Dapple', 'Elder', 'Flint', 'Garnet',
            'Hazel', 'Iron', 'Juniper', 'Kelp', 'Linden', 'Maple', 'Nettle', 'Oak', 'Pepper', 'Quartz'),
            ELT(1 + seq DIV 221 % 11, 'brook', 'croft', 'dale', 'fell', 'gate', 'hurst', 'ley', 'mere',
            'stead', 'thorpe', 'wick')) AS family
    FROM seq_{first}_to_{last} AS k) AS person)";
}

std::string ip_addresses() {
    return R"(INSERT IGNORE INTO {prefix}ip_addresses (id, ip_address, ip_details)
SELECT l.id, CONCAT('198.18.', l.id DIV 250 % 250, '.', 1 + l.id % 250), CONCAT('a:3:{', )" +
           php("city", "ELT(1 + l.id % 2, 'Northtown', 'Eastham')") + php("country", "'Germany'") +
           R"('s:3:"isp";N;}')
FROM (SELECT DISTINCT )" +
           ip_of_contact + " AS id FROM " + contacts + ") AS l";
}

std::string lead_devices() {
    return R"(INSERT INTO {prefix}lead_devices (id, lead_id, date_added, client_info, device, device_os_name,
    device_os_shortname, device_os_version, device_os_platform, device_brand, device_model, tracking_id)
SELECT l.id, l.id, l.date_added, CONCAT('a:5:{', )" +
           php("type", "'browser'") + php("name", "'Chrome'") + php("short_name", "'CH'") +
           php("version", "'120.0'") + php("engine", "'Blink'") + R"('}'),
    'desktop', 'GNU/Linux', 'LIN', '6.1', 'x64', '', '', )" +
           cookie_of_contact + " FROM " + contacts;
}

// Eight mails, one mailing after the other; every tenth contact had another address at the first one.
std::string email_stats() {
    const std::string link =
        "CONCAT('https://mautic.example.org/email/unsubscribe/', hash, '/', address,"
        " '/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef')";
    return R"(INSERT INTO {prefix}email_stats (id, email_id, lead_id, list_id, ip_id, email_address, date_sent,
    is_read, is_failed, viewed_in_browser, date_read, tracking_hash, retry_count, source, source_id, tokens,
    open_count, last_opened, open_details)
SELECT {before} * 8 + mailing * {count} + id - {before}, 1 + mailing, id, 1 + mailing % 2,
    IF(opened, ip, NULL), address, sent, opened, 0, 0, IF(opened, sent + INTERVAL 3 HOUR, NULL), hash, 0,
    'segment', 1 + mailing % 2, CONCAT('a:7:{', )" +
           php("{contactfield=firstname}", "firstname") + php("{contactfield=lastname|there}", "lastname") +
           php("{contactfield=email}", "address") +
           php("{unsubscribe_text}", "CONCAT('<a href=\"', " + link +
                                         ", '\">Unsubscribe</a> to no longer receive our newsletter.')") +
           php("{unsubscribe_url}", link) +
           php("{webview_url}", "CONCAT('https://mautic.example.org/email/view/', hash)") +
           php("{subject}", "subject") + R"('}'),
    opened, IF(opened, sent + INTERVAL 3 HOUR, NULL),
    IF(opened, CONCAT('a:1:{i:0;a:3:{', )" +
           php("datetime", "(sent + INTERVAL 3 HOUR)") + php("useragent", user_agent) +
           R"('s:9:"inBrowser";b:0;}}'), 'a:0:{}')
FROM (SELECT k.seq AS mailing, l.id, l.firstname, l.lastname, k.seq % 4 = 3 AS opened, )" +
           ip_of_contact + R"( AS ip,
        IF(k.seq = 0 AND l.id % 10 = 0, CONCAT('formerly.', l.email), l.email) AS address,
        LEFT(SHA2(CONCAT('mail', k.seq, '-', l.id), 256), 22) AS hash,
        l.date_added + INTERVAL 30 * (1 + k.seq) DAY AS sent,
        CONCAT('News of month ', k.seq, ' for ', l.firstname) AS subject
    FROM seq_0_to_7 AS k STRAIGHT_JOIN )" +
           contacts + ") AS mail";
}

std::string email_stats_devices() {
    return R"(INSERT INTO {prefix}email_stats_devices (device_id, stat_id, ip_id, date_opened)
SELECT l.id, {before} * 8 + k.seq * {count} + l.id - {before}, )" +
           ip_of_contact + R"(, l.date_added + INTERVAL 30 * (1 + k.seq) DAY + INTERVAL 3 HOUR
FROM (SELECT 3 AS seq UNION ALL SELECT 7) AS k STRAIGHT_JOIN )" +
           contacts;
}

// Six page views, three of them by a link in a mail.
std::string page_hits() {
    const std::string page = "CONCAT('https://www.example.org/products/', id % 500)";
    const std::string url = "IF(visit % 2 = 0, CONCAT(" + page +
                            ", '?utm_source=newsletter&utm_medium=email&email=', REPLACE(email, '@', '%40'),"
                            " '&ct=', click), CONCAT(" +
                            page + ", '?sort=price'))";
    return R"(INSERT INTO {prefix}page_hits (page_id, email_id, lead_id, ip_id, device_id, date_hit, date_left,
    country, region, city, isp, organization, code, referer, url, url_title, user_agent, remote_host,
    page_language, browser_languages, tracking_id, source, source_id, query)
SELECT 1, IF(visit % 2 = 0, 1 + visit, NULL), id, ip, id, hit, hit + INTERVAL 2 MINUTE,
    'Germany', 'Middleshire', 'Northtown', 'Invented Net', NULL, 200, 'https://www.example.org/start?q=spade',
    )" + url +
           ", 'Garden tools', " + user_agent + R"(, CONCAT('host-', id, '.example.net'), 'de',
    'a:2:{i:0;s:5:"de-DE";i:1;s:2:"en";}', cookie, IF(visit % 2 = 0, 'email', NULL),
    IF(visit % 2 = 0, 1 + visit, NULL),
    CONCAT('a:4:{', )" +
           php("page_title", "'Garden tools'") + php("page_url", url) + php("email", "email") +
           php("page_referrer", "'https://www.example.org/start?q=spade'") + R"('}')
FROM (SELECT k.seq AS visit, l.id, l.email, )" +
           ip_of_contact + " AS ip, " + cookie_of_contact + R"( AS cookie,
        TO_BASE64(CONCAT('a:5:{s:4:"lead";i:', l.id, ';}')) AS click,
        l.date_added + INTERVAL 30 * (1 + k.seq) DAY + INTERVAL 5 HOUR AS hit
    FROM seq_0_to_5 AS k STRAIGHT_JOIN )" +
           contacts + ") AS view";
}

std::string lead_event_log() {
    return R"(INSERT INTO {prefix}lead_event_log (lead_id, user_id, user_name, bundle, object, action, object_id,
    date_added, properties)
SELECT l.id, 1, 'Staff Member', 'lead', IF(k.seq = 0, 'import', 'segment'), IF(k.seq = 0, 'inserted', 'added'),
    1 + k.seq, l.date_added + INTERVAL k.seq DAY, IF(k.seq = 0,
        CONCAT('{"line":', l.id, ',"file":"customers.csv"}'),
        CONCAT('{"object_description":"Segment ', k.seq, '"}'))
FROM seq_0_to_2 AS k STRAIGHT_JOIN )" +
           contacts;
}

std::string audit_log() {
    return R"(INSERT INTO {prefix}audit_log (user_id, user_name, bundle, object, object_id, action, details,
    date_added, ip_address)
SELECT 0, 'System', 'lead', 'lead', l.id, IF(k.seq = 0, 'create', 'update'), IF(k.seq = 0,
    CONCAT('a:2:{s:6:"fields";a:4:{', )" +
           change("firstname", "", "l.firstname") + change("lastname", "", "l.lastname") +
           change("email", "", "l.email") + change("phone", "", "l.phone") +
           R"('}s:11:"ipAddresses";a:2:{i:0;s:0:"";i:1;s:10:"198.18.1.1";}}'),
    CONCAT('a:1:{s:6:"fields";a:2:{', )" +
           change("city", "'Oldtown'", "l.city") + change("mobile", "'+49 171 9'", "l.mobile") +
           R"('}}')),
    l.date_added + INTERVAL k.seq * 40 DAY, '198.18.1.1'
FROM seq_0_to_1 AS k STRAIGHT_JOIN )" +
           contacts;
}

std::string campaign_lead_event_log() {
    return R"(INSERT INTO {prefix}campaign_lead_event_log (event_id, lead_id, campaign_id, ip_id, rotation,
    date_triggered, is_scheduled, trigger_date, system_triggered, metadata, non_action_path_taken, channel,
    channel_id)
SELECT 1 + k.seq, l.id, 1, NULL, 1, l.date_added + INTERVAL k.seq DAY, k.seq = 2, NULL, 1,
    'a:1:{s:8:"timeline";s:15:"A mail was sent";}', NULL, 'email', 1 + k.seq
FROM seq_0_to_2 AS k STRAIGHT_JOIN )" +
           contacts;
}

}  // namespace

std::vector<FillStatement> shared_content() {
    return {
        {"emails",
         "INSERT IGNORE INTO {prefix}emails (id, is_published, name, subject)"
         " SELECT seq, 1, CONCAT('News ', seq), 'News' FROM seq_1_to_8 AS k"},
        {"pages",
         "INSERT IGNORE INTO {prefix}pages (id, is_published, title, alias) VALUES (1, 1, 'A', 'a')"},
        {"forms", "INSERT IGNORE INTO {prefix}forms (id, is_published, name, alias) VALUES (1, 1, 'A', 'a')"},
        {"lead_lists",
         "INSERT IGNORE INTO {prefix}lead_lists (id, is_published, name, alias, filters)"
         " VALUES (1, 1, 'A', 'a', 'a:0:{}'), (2, 1, 'B', 'b', 'a:0:{}')"},
        {"campaigns", "INSERT IGNORE INTO {prefix}campaigns (id, is_published, name) VALUES (1, 1, 'A')"},
        {"campaign_events",
         "INSERT IGNORE INTO {prefix}campaign_events (id, campaign_id, name, properties)"
         " SELECT seq, 1, 'A mail', 'a:0:{}' FROM seq_1_to_3 AS k"},
    };
}

std::vector<FillStatement> contact_history() {
    return {
        {"leads", leads()},
        {"ip_addresses", ip_addresses()},
        {"lead_ips_xref", "INSERT INTO {prefix}lead_ips_xref (lead_id, ip_id) SELECT l.id, " + ip_of_contact +
                              " FROM " + contacts},
        {"lead_devices", lead_devices()},
        {"lead_lists_leads",
         "INSERT INTO {prefix}lead_lists_leads (leadlist_id, lead_id, date_added,"
         " manually_removed, manually_added) SELECT 1 + k.seq, l.id, l.date_added, 0, 0"
         " FROM seq_0_to_1 AS k STRAIGHT_JOIN " +
             contacts},
        {"email_stats", email_stats()},
        {"email_stats_devices", email_stats_devices()},
        {"page_hits", page_hits()},
        {"form_submissions",
         "INSERT INTO {prefix}form_submissions (form_id, ip_id, lead_id, page_id, tracking_id,"
         " date_submitted, referer) SELECT 1, " +
             ip_of_contact + ", l.id, 1, " + cookie_of_contact +
             ", l.date_added, CONCAT('https://www.example.org/newsletter?email=', l.email)"
             " FROM " +
             contacts},
        {"lead_event_log", lead_event_log()},
        {"audit_log", audit_log()},
        {"campaign_lead_event_log", campaign_lead_event_log()},
        {"lead_points_change_log",
         "INSERT INTO {prefix}lead_points_change_log (lead_id, ip_id, type, event_name, action_name, delta,"
         " date_added) SELECT l.id, " +
             ip_of_contact + ", 'page', 'Landing page', 'hit', 5, l.date_added FROM " + contacts},
    };
}

FillStatement opt_outs() {
    return {"lead_donotcontact",
            "INSERT INTO {prefix}lead_donotcontact (lead_id, date_added, reason, channel, comments)"
            " SELECT l.id, l.date_added + INTERVAL 300 DAY, 1, 'email', 'User unsubscribed.' FROM " +
                contacts};
}

}  // namespace gdprd::bench
