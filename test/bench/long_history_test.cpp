// Long histories are as long as they are said to be, whatever the parts they are made in.
#include "bench/long_history.h"

#include "bench/large_mautic.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::bench;

TEST_CASE("a long history has the rows that were asked for, of one contact") {
    test::PrivateServer server;
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    add_shared_content(mautic);
    add_contacts(mautic, {1, 10});
    const auto count = [&](const std::string& table, const std::string& where) {
        return mautic.row_count(table, where);
    };
    const auto views_before = count("page_hits", "lead_id = 3");
    const auto mails_before = count("email_stats", "lead_id = 4");
    const auto others_before = count("page_hits", "lead_id <> 3") + count("email_stats", "lead_id <> 4");
    const std::string opened = "stat_id IN (SELECT id FROM email_stats WHERE lead_id = 4)";
    const auto opened_before = count("email_stats_devices", opened);

    add_page_views(mautic, 3, 45'001);
    add_opened_mails(mautic, 4, 20'000);
    add_opened_mails(mautic, 4, 1);

    CHECK(count("page_hits", "lead_id = 3") == views_before + 45'001);
    CHECK(count("email_stats", "lead_id = 4") == mails_before + 20'001);
    CHECK(count("email_stats_devices", opened) == opened_before + 20'001);
    CHECK(count("page_hits", "lead_id <> 3") + count("email_stats", "lead_id <> 4") == others_before);
    CHECK(mautic.value("SELECT COUNT(DISTINCT tracking_hash) FROM {prefix}email_stats WHERE lead_id = 4") ==
          std::to_string(mails_before + 20'001));
}
