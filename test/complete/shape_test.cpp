// What an erasure keeps inside values, and the ways back to the person that it cuts.
#include <algorithm>

#include "complete/erased_history.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// Values of one column in the subject's rows that are there.
std::vector<std::string> values_of(ErasedHistory& erased, const Dump& dump, const std::string& name,
                                   const std::string& column) {
    const Dump::Table& table = dump.tables().at(name);
    std::vector<std::string> values;
    for (const auto& [key, cells] : table.rows) {
        if (!erased.is_of_subject({name, key})) continue;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (table.columns[i] == column) values.push_back(cells[i].value_or("NULL"));
        }
    }
    return values;
}

bool all_hold(const std::vector<std::string>& values, const std::string& text) {
    return !values.empty() && std::all_of(values.begin(), values.end(), [&](const std::string& value) {
        return value.find(text) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("values that are rewritten keep their shape") {
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            erased.erase(0);
            const Dump after = erased.dump();
            const auto opened = values_of(erased, after, "email_stats", "open_details");
            CHECK(all_hold(opened, "2025-02-01 08:00:00"));
            CHECK(all_hold(opened, "bounces"));
            const auto changes = values_of(erased, after, "audit_log", "details");
            for (const char* member :
                 {"fields", "firstname", "loyalty_nick", "dnc_channel_status", "email"}) {
                CAPTURE(member);
                CHECK(all_hold(changes, "\"" + std::string(member) + "\""));
            }
            CHECK(all_hold(values_of(erased, after, "audit_log", "date_added"), "2025-02-01"));
            for (const std::string& url : values_of(erased, after, "page_hits", "url")) {
                CAPTURE(url);
                const bool kept = url == "https://www.example.org/landing/page.html" || url.empty() ||
                                  url == "NULL" || url == "https://www.example.org";
                CHECK(kept);
            }
            CHECK(all_hold(values_of(erased, after, "lead_donotcontact", "channel"), "email"));
        }
    }
}

TEST_CASE("the ways back to the person are cut") {
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            auto& mautic = erased.world.mautic;
            const std::string hashes =
                "SELECT GROUP_CONCAT(tracking_hash ORDER BY id) FROM {prefix}email_stats WHERE lead_id = 7";
            const std::string before = mautic.value(hashes);
            erased.erase(0);
            CHECK(mautic.value(hashes) == before);  // for Mautic's confirmation
            erased.erase(1);
            const std::string after = mautic.value(hashes);
            CHECK(after.find("hash7") == std::string::npos);
            CHECK(before != after);
            CHECK(mautic.value(
                      "SELECT COUNT(DISTINCT tracking_hash) FROM {prefix}email_stats WHERE lead_id = 7") ==
                  mautic.value("SELECT COUNT(*) FROM {prefix}email_stats WHERE lead_id = 7"));
            CHECK(mautic.row_count("lead_devices",
                                   "lead_id = 7 AND (tracking_id IS NULL OR tracking_id = '')") == 0);
            CHECK(mautic.row_count("lead_devices", "lead_id = 7") == 2);
            CHECK(mautic.row_count("lead_ips_xref", "lead_id = 7") == 0);
            CHECK(mautic.row_count("message_queue", "lead_id = 7") == 0);
            CHECK(mautic.row_count("campaign_lead_event_log", "lead_id = 7 AND is_scheduled = 1") == 0);
            CHECK(mautic.row_count("push_ids", "lead_id = 7") == 0);
            CHECK(mautic.row_count("companies_leads", "lead_id = 7") == 0);
            CHECK(mautic.row_count("integration_entity", "internal_entity_id IN (7, 700, 701)") == 2);
            CHECK(mautic.row_count("sync_object_mapping", "internal_object_id IN (7, 700, 701)") == 1);
            CHECK(mautic.row_count("lead_donotcontact", "lead_id = 7") == 3);
            CHECK(mautic.row_count("leads", "id = 7 AND date_identified IS NOT NULL AND email <> ''") == 1);
        }
    }
}

TEST_CASE("an entry missing from the map is found by the search") {
    // The search that proves all this can fail, by a column and by a whole table.
    ErasedHistory erased(schema_cases().back());
    for (auto& entry : erased.world.map.entries) {
        if (entry.key() == "video_hits") entry.columns.at("user_agent").action = mautic::Action::keep;
        if (entry.key() == "notifications") entry.tie = {};
    }
    erased.world.prepare();
    const erasure::Result result = erased.erase(0);
    CHECK(std::string(name_of(result.status)) == "partial");
    std::set<std::string> places;
    for (const std::string& finding : erased.dump().search(erased.needles)) {
        places.insert(finding.substr(0, finding.find(':')));
    }
    CHECK(places ==
          std::set<std::string>{"notifications.header", "notifications.message", "video_hits.user_agent"});
}
