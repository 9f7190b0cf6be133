// Mautic's tables change while the daemon runs.
#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

std::string policy_detail(Installation& here) {
    const auto page = nlohmann::json::parse(here.page("/readyz"));
    const auto& policy = page.at("components").at("policy");
    return policy.at("ready").get<bool>() ? "" : policy.at("detail").get<std::string>();
}

void add_plugin_table(Installation& here) {
    here.mautic.connection().change(
        "CREATE TABLE plugin_preferences (id INT PRIMARY KEY, lead_id BIGINT UNSIGNED, preference TEXT,"
        " FOREIGN KEY (lead_id) REFERENCES leads (id) ON DELETE CASCADE)");
    here.mautic.connection().change("INSERT INTO plugin_preferences VALUES (1, 1, 'likes zq7f1x')");
}

}  // namespace

TEST_CASE("A custom field created while the daemon runs is erased, never kept") {
    Installation here("new_field");
    here.config.options["worker.settle"] = "[\"1h\"]";
    for (const ContactId contact : {1, 2, 3}) here.add_opted_out(contact);
    here.start();
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "settling");

    here.mautic.add_field("favourite_tea", "text", "VARCHAR(191)");
    here.mautic.connection().change("UPDATE leads SET favourite_tea = CONCAT('tea of zq7f', id, 'x')");
    CHECK(here.announce(2) == 204);
    here.wait_for_ledger(2, "settling");
    CHECK(here.mautic.field(2, "favourite_tea") == "NULL");
    CHECK(here.erased(2));
    CHECK(here.mautic.field(3, "favourite_tea") == "tea of zq7f3x");
    CHECK(here.ledger(1, "schema_digest") != here.ledger(2, "schema_digest"));
    CHECK(here.metric("schema_refreshes_total") == 1);

    here.mautic.connection().change("DELETE FROM lead_fields WHERE alias = 'favourite_tea'");
    here.mautic.connection().change("ALTER TABLE leads DROP COLUMN favourite_tea");
    CHECK(here.announce(3) == 204);
    here.wait_for_ledger(3, "settling");
    CHECK(here.erased(3));
    CHECK(here.metric("queue_jobs{state=\"parked\"}") == 0);
    here.stop();
}

TEST_CASE("A form and a plugin that come while the daemon runs are erased by their maps") {
    Installation here("new_plugin");
    here.config.options["worker.settle"] = "[\"1s\"]";
    here.config.options["worker.schema_refresh"] = "\"200ms\"";
    for (const ContactId contact : {1, 2}) here.add_opted_out(contact);
    here.start();
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "complete");

    auto& root = here.mautic.connection();
    root.change("CREATE TABLE bpmessage_lot (id INT PRIMARY KEY, external_lot_id VARCHAR(191))");
    root.change(
        "CREATE TABLE bpmessage_queue (id INT PRIMARY KEY, lot_id INT, lead_id BIGINT UNSIGNED,"
        " payload_json LONGTEXT, FOREIGN KEY (lead_id) REFERENCES leads (id) ON DELETE CASCADE)");
    root.change(
        "INSERT INTO bpmessage_queue VALUES (1, 1, 2, 'text of zq7f2x'), (2, 1, 1, 'text of zq7f1x')");
    here.mautic.insert("forms", {{"id", std::uint64_t{977}}, {"name", "Late"}, {"alias", "late"}});
    root.change(
        "CREATE TABLE form_results_977_late (submission_id INT PRIMARY KEY, form_id INT, answer TEXT)");
    const auto submission = here.mautic.insert("form_submissions", {{"form_id", std::uint64_t{977}},
                                                                    {"lead_id", std::uint64_t{2}},
                                                                    {"date_submitted", "2025-02-01 08:00:00"},
                                                                    {"referer", "x"}});
    root.change("INSERT INTO form_results_977_late VALUES (" + std::to_string(submission) +
                ", 977, 'answer of zq7f2x')");
    CHECK(here.announce(2) == 204);
    // By the first pass or by a later one, as soon as the tables are seen.
    here.wait_until("what they hold is erased", [&] {
        return here.mautic.value("SELECT GROUP_CONCAT(payload_json) FROM bpmessage_queue") ==
                   "text of zq7f1x" &&
               here.mautic.value("SELECT COALESCE(answer, '-') FROM form_results_977_late") == "-";
    });
    CHECK(here.metric("unknown_tables") == 0);
    here.stop();
}

TEST_CASE("A table tied to contacts that nobody knows is reported, and erasing goes on") {
    Installation here("unknown_warn");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.config.options["worker.schema_refresh"] = "\"200ms\"";
    here.add_opted_out(1);
    here.start();
    const std::int64_t before = here.metric("unknown_tables");
    add_plugin_table(here);
    here.wait_until("the table is counted", [&] { return here.metric("unknown_tables") == before + 1; });
    CHECK_THAT(here.daemon->log(), ContainsSubstring("table=plugin_preferences"));
    // The schema is read again and again; what counts is that it changed once.
    CHECK(here.metric("schema_refreshes_total") == 1);
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.erased(1));
    CHECK(here.mautic.value("SELECT preference FROM plugin_preferences") == "likes zq7f1x");
    here.stop();
}

TEST_CASE("unknown = \"stop\": nobody is erased while a table tied to contacts is unknown") {
    Installation here("unknown_stop");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.config.options["worker.schema_refresh"] = "\"200ms\"";
    here.config.options["policy.unknown"] = "\"stop\"";
    here.add_opted_out(1);
    add_plugin_table(here);
    here.start();
    CHECK(here.announce(1) == 204);
    here.wait_until("/readyz tells", [&] { return here.status_of("/readyz") == 503; });
    CHECK_THAT(policy_detail(here), ContainsSubstring("stop"));
    here.mautic.connection().change(
        "CREATE TABLE plugin_two (lead_id BIGINT UNSIGNED, FOREIGN KEY (lead_id) REFERENCES leads (id))");
    here.wait_until("the schema was read again", [&] { return here.metric("unknown_tables") == 2; });
    CHECK(here.untouched(1));
    CHECK(here.ledger_rows() == 0);
    CHECK(here.metric("queue_jobs{state=\"ready\"}") == 1);

    here.mautic.connection().change("DROP TABLE plugin_preferences, plugin_two");
    here.wait_for_ledger(1, "settling");
    CHECK(here.mautic.field(1, "city") == "NULL");
    CHECK(here.metric("unknown_tables") == 0);
    CHECK(here.status_of("/readyz") == 200);
    here.stop();
}

TEST_CASE("A table that vanishes for a while makes jobs wait, and they are done when it is back") {
    Installation here("vanished");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.config.options["worker.attempts_max"] = "1000";
    here.add_opted_out(1);
    here.start();
    here.mautic.connection().change("RENAME TABLE lead_donotcontact TO do_not_contact_away");
    CHECK(here.announce(1) == 204);
    here.daemon->wait_for_log("erasing failed");
    CHECK(here.untouched(1));
    here.mautic.connection().change("RENAME TABLE do_not_contact_away TO lead_donotcontact");
    here.wait_for_ledger(1, "settling");
    CHECK(here.erased(1));
    here.stop();
}
