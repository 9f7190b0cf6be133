#include "bench/mautic_load.h"

#include <thread>

#include "bench/samples.h"

namespace gdprd::bench {

using database::Value;

void LoadTimes::report(Report& to, const std::string& while_what, const LoadTimes* alone) const {
    const auto add = [&](const char* name, double share) {
        Figure figure("Mautic's statements " + while_what + ", " + name, percentile(all, share), "ms");
        if (alone != nullptr) figure.against("alone", percentile(alone->all, share));
        to.add(figure);
    };
    add("p50", 0.5);
    add("p99", 0.99);
    add("maximum", 1);
}

MauticLoad::MauticLoad(const test::MauticDatabase& mautic, Range contacts)
    : connection_(mautic.options()), contacts_(contacts) {}

std::vector<double> MauticLoad::run(std::stop_token stop) {
    const database::ThreadScope scope;
    std::vector<double> times;
    auto due = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        due += std::chrono::microseconds(1'000'000 / per_second);
        std::this_thread::sleep_until(due);
        // Far apart, and no contact twice in a row.
        const ContactId contact = contacts_.first + turn_ * 7919 % contacts_.count;
        switch (turn_++ % 3) {
            case 0:
                page_hit(contact);
                break;
            case 1:
                contact_save(contact);
                break;
            default:
                mail_opened(contact);
        }
        times.push_back(milliseconds_since(due));
    }
    return times;
}

void MauticLoad::page_hit(ContactId contact) {
    connection_.change(
        "INSERT INTO page_hits (page_id, lead_id, ip_id, device_id, date_hit, code, referer, url, url_title,"
        " user_agent, remote_host, page_language, browser_languages, tracking_id, query)"
        " SELECT page_id, lead_id, ip_id, device_id, NOW(), code, referer, url, url_title, user_agent,"
        " remote_host, page_language, browser_languages, tracking_id, query FROM page_hits"
        " WHERE lead_id = ? LIMIT 1",
        std::vector<Value>{contact}, "page hit");
}

void MauticLoad::contact_save(ContactId contact) {
    connection_.change(
        "UPDATE leads SET points = points + 1, last_active = NOW(), date_modified = NOW(),"
        " city = IF(city = 'Northtown', 'Eastham', 'Northtown') WHERE id = ?",
        std::vector<Value>{contact}, "contact save");
}

void MauticLoad::mail_opened(ContactId contact) {
    connection_.change(
        "UPDATE email_stats SET is_read = 1, date_read = NOW(), last_opened = NOW(),"
        " open_count = open_count + 1 WHERE tracking_hash = LEFT(SHA2(CONCAT('mail1-', ?), 256), 22)",
        std::vector<Value>{contact}, "mail opened");
}

}  // namespace gdprd::bench
