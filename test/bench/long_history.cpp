#include "bench/long_history.h"

#include <algorithm>
#include <functional>
#include <string>

#include "support/server_under_test.h"

namespace gdprd::bench {
namespace {

constexpr std::uint64_t rows_at_once = 20'000;

// `statement` is made for the numbers of each part of 1 to `count`.
void in_parts(test::MauticDatabase& mautic, std::uint64_t count,
              const std::function<std::string(const std::string& numbers)>& statement) {
    for (std::uint64_t first = 1; first <= count; first += rows_at_once) {
        const std::uint64_t last = std::min(count, first + rows_at_once - 1);
        mautic.connection().change(statement(test::sequence(first, last)), {}, "long history: fill");
    }
}

std::string one_of(const test::MauticDatabase& mautic, const std::string& table, ContactId contact) {
    return "(SELECT * FROM " + mautic.real_name(table) + " WHERE lead_id = " + std::to_string(contact) +
           " ORDER BY id LIMIT 1) AS r";
}

}  // namespace

void add_page_views(test::MauticDatabase& mautic, ContactId contact, std::uint64_t count) {
    const std::string columns =
        "page_id, lead_id, ip_id, device_id, code, referer, url, url_title, user_agent, remote_host,"
        " page_language, browser_languages, tracking_id, query";
    in_parts(mautic, count, [&](const std::string& numbers) {
        return "INSERT INTO " + mautic.real_name("page_hits") + " (" + columns + ", date_hit) SELECT " +
               columns + ", date_hit + INTERVAL seq MINUTE FROM " + one_of(mautic, "page_hits", contact) +
               " CROSS JOIN " + numbers;
    });
}

void add_opened_mails(test::MauticDatabase& mautic, ContactId contact, std::uint64_t count) {
    const std::string columns =
        "email_id, lead_id, list_id, ip_id, email_address, is_read, is_failed, viewed_in_browser, "
        "retry_count,"
        " source, source_id, tokens, open_count, open_details";
    const std::uint64_t before = std::stoull(mautic.value("SELECT MAX(id) FROM {prefix}email_stats"));
    const auto ids = [&] { return std::to_string(before) + " + seq"; };
    in_parts(mautic, count, [&](const std::string& numbers) {
        return "INSERT INTO " + mautic.real_name("email_stats") + " (" + columns +
               ", id, tracking_hash, date_sent, date_read, last_opened) SELECT " + columns + ", " + ids() +
               ", LEFT(SHA2(CONCAT('long', " + ids() +
               "), 256), 22), date_sent + INTERVAL seq MINUTE, date_sent + INTERVAL seq MINUTE,"
               " date_sent + INTERVAL seq MINUTE FROM " +
               one_of(mautic, "email_stats", contact) + " CROSS JOIN " + numbers;
    });
    in_parts(mautic, count, [&](const std::string& numbers) {
        return "INSERT INTO " + mautic.real_name("email_stats_devices") +
               " (device_id, stat_id, ip_id, date_opened) SELECT r.id, " + ids() +
               ", (SELECT MIN(ip_id) FROM " + mautic.real_name("lead_ips_xref") +
               " WHERE lead_id = " + std::to_string(contact) + "), r.date_added + INTERVAL seq MINUTE FROM " +
               one_of(mautic, "lead_devices", contact) + " CROSS JOIN " + numbers;
    });
}

}  // namespace gdprd::bench
