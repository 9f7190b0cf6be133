// The daemon needs no more than config/grants.sql gives it.
#include "fixture/grants.h"
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* form_results = "form_results_77_newsletter";
constexpr const char* typed = "what-anna-typed@example.org";

// A form that somebody makes in Mautic while the daemon runs, sent by the contact.
void add_form(Installation& here, ContactId contact) {
    auto& root = here.mautic.connection();
    root.change(
        "INSERT INTO forms (id, name, alias) VALUES"
        " (77, 'Newsletter', 'newsletter')");
    root.change(std::string("CREATE TABLE ") + form_results +
                " (submission_id INT NOT NULL PRIMARY KEY, form_id INT NOT NULL, email LONGTEXT)");
    const auto submission = here.mautic.insert("form_submissions", {{"form_id", std::int64_t{77}},
                                                                    {"lead_id", contact},
                                                                    {"date_submitted", "2026-01-01 10:00:00"},
                                                                    {"referer", ""}});
    root.change(std::string("INSERT INTO ") + form_results + " VALUES (?, 77, ?)",
                std::vector<database::Value>{submission, std::string(typed)});
}

std::string typed_value(Installation& here) {
    return here.server.value(std::string("SELECT COALESCE(email, 'NULL') FROM ") + form_results, "mautic");
}

void use_grants(Installation& here) {
    here.server.load_sql(grants_for(here.mautic), "mautic");
    here.config.options.erase("ledger.database");
    here.config.database_password = "a password";
    here.config.options["database.user"] = "\"mautic_gdprd\"";
}

std::string status(Installation& here, ContactId contact) {
    return here.server.value("SELECT COALESCE((SELECT status FROM erasure WHERE contact_id = " +
                                 std::to_string(contact) + "), 'none')",
                             "mautic_gdprd");
}

}  // namespace

TEST_CASE("What a new form holds waits for its right, everything else is erased, and nobody has to ask") {
    PrivateServer server;
    Installation here(server, "mautic");
    use_grants(here);
    here.config.options["worker.settle"] = "[\"500ms\", \"1s\", \"2s\", \"3s\", \"60s\"]";
    here.config.options["worker.schema_refresh"] = "\"300ms\"";
    here.add_opted_out(1);
    here.start();
    here.wait_until("the plan is made", [&] { return here.status_of("/readyz") == 200; });
    add_form(here, 1);
    here.wait_until("the right is missed", [&] { return here.metric("missing_rights") == 1; });
    CHECK(here.announce(1) == 204);
    here.wait_until("the rest is erased", [&] { return status(here, 1) == "partial"; });
    CHECK(here.mautic.row_count("leads", "email LIKE '%@%'") == 0);
    CHECK(typed_value(here) == typed);
    CHECK(here.status_of("/readyz") == 200);
    CHECK_THAT(here.page("/readyz"),
               ContainsSubstring("UPDATE on form_results_77_newsletter is not granted"));
    CHECK_THAT(here.page("/readyz"), ContainsSubstring("mautic-gdprd grants --missing --apply --admin root"));
    CHECK(here.metric("proof_failures_total") == 0);
    CHECK(server.value("SELECT CONCAT(table_name, '.', column_name) FROM finding"
                       " JOIN covered_column ON id = column_id",
                       "mautic_gdprd") == std::string(form_results) + ".submission_id");

    server.execute(std::string("GRANT UPDATE ON mautic.") + form_results + " TO 'mautic_gdprd'@'localhost'");
    here.wait_until("a later pass does it", [&] { return typed_value(here) != typed; });
    here.wait_until("it is complete", [&] { return status(here, 1) == "complete"; });
    CHECK(here.metric("missing_rights") == 0);
    CHECK(here.page("/readyz").find("not granted") == std::string::npos);
    CHECK(here.metric("jobs_parked_total") == 0);
    const std::string log = here.daemon->log();
    CHECK(log.find(typed) == std::string::npos);
    here.stop();
}

TEST_CASE("A right that is taken back costs no job an attempt, and nobody is erased without what all need") {
    PrivateServer server;
    Installation here(server, "mautic");
    use_grants(here);
    here.config.options["worker.settle"] = "[\"500ms\", \"1s\", \"60s\"]";
    here.config.options["worker.schema_refresh"] = "\"1h\"";
    here.config.options["worker.attempts_max"] = "1";
    for (const ContactId contact : {1, 2}) here.add_opted_out(contact);
    here.start();
    here.wait_until("the plan is made", [&] { return here.status_of("/readyz") == 200; });
    SECTION("on one table") {
        server.execute("REVOKE DELETE ON mautic.lead_notes FROM 'mautic_gdprd'@'localhost'");
        CHECK(here.announce(1) == 204);
        here.wait_until("the rest is erased", [&] { return status(here, 1) == "partial"; });
        CHECK(here.mautic.row_count("lead_notes", "lead_id = 1") > 0);
        server.execute("GRANT DELETE ON mautic.lead_notes TO 'mautic_gdprd'@'localhost'");
        here.config.write();
        here.daemon->reload();
        here.daemon->wait_for_log("configuration reloaded");
        CHECK(here.status_of("/readyz") == 200);
    }
    SECTION("on the contacts") {
        server.execute("REVOKE UPDATE ON mautic.leads FROM 'mautic_gdprd'@'localhost'");
        for (const ContactId contact : {1, 2}) CHECK(here.announce(contact) == 204);
        here.wait_until("it is told", [&] {
            return here.page("/readyz").find("UPDATE on leads is not granted") != std::string::npos;
        });
        CHECK(here.status_of("/readyz") == 503);
        server.execute("GRANT UPDATE ON mautic.leads TO 'mautic_gdprd'@'localhost'");
        for (const ContactId contact : {1, 2}) {
            here.wait_until("both are complete", [&] { return status(here, contact) == "complete"; });
        }
        CHECK(here.status_of("/readyz") == 200);
    }
    CHECK(here.metric("jobs_parked_total") == 0);
    here.stop();
}

TEST_CASE("With exactly the grants of config/grants.sql a contact is erased, from start to complete") {
    PrivateServer server;
    Installation here(server, "mautic");
    server.load_sql(grants_for(here.mautic), "mautic");
    here.config.options.erase("ledger.database");
    here.config.database_password = "a password";
    here.config.options["database.user"] = "\"mautic_gdprd\"";
    here.config.options["worker.settle"] = "[\"500ms\", \"1s\"]";
    here.add_opted_out(1);
    here.add_opted_out(2, 2);
    here.start();
    CHECK(here.status_of("/readyz") == 200);
    CHECK(here.announce(1) == 204);
    CHECK(here.announce(2, "bounced") == 204);
    const auto completed = [&] {
        return server.value("SELECT COUNT(*) FROM erasure WHERE status = 'complete'", "mautic_gdprd") == "2";
    };
    here.wait_until("both are complete", completed);
    CHECK(here.erased(1));
    CHECK(here.erased(2));
    CHECK(here.metric("retries_total{error=\"privilege\"}") == 0);
    CHECK(here.metric("jobs_parked_total") == 0);
    here.daemon->wait_for_log("full reconciliation of the do-not-contact list");
    CHECK(here.daemon->log().find("background task failed") == std::string::npos);
    here.stop();
}
