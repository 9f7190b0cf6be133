// Who is deleted in Mautic, who is merged, and who comes back: on the real program.
#include "base/clock.h"
#include "support/catch.h"
#include "system/installation.h"
#include "system/webhook_body.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

void look_often(Installation& here) {
    here.config.options["sweep.incremental"] = "\"200ms\"";
    here.config.options["sweep.webhook_delay"] = "\"0s\"";
    here.config.options["worker.settle"] = "[\"1h\"]";
}

std::string value(Installation& here, const std::string& sql) {
    return here.server.value(sql, here.ledger_database);
}

void wait_for_mark(Installation& here, const std::string& name) {
    here.wait_until("the mark " + name, [&] {
        return value(here, "SELECT COUNT(*) FROM mark WHERE name = '" + name + "'") == "1";
    });
}

std::uint64_t plain_leftovers(Installation& here) {
    return here.mautic.row_count("email_stats", "lead_id IS NULL AND email_address LIKE '%@%'");
}

void delete_contact(Installation& here, ContactId id) {
    here.mautic.connection().change("DELETE FROM leads WHERE id = " + std::to_string(id));
}

void add_again(Installation& here, ContactId id, const std::string& email) {
    here.mautic.insert("leads", {{"id", id},
                                 {"email", email},
                                 {"date_added", format_utc(now() - std::chrono::minutes{30}).substr(0, 19)}});
}

// As if all that were an hour ago: who came a moment ago is not judged yet, because a form may follow.
void let_an_hour_pass(Installation& here) {
    here.server.execute("UPDATE erasure SET erased_at = erased_at - INTERVAL 1 HOUR", here.ledger_database);
    here.server.execute("UPDATE mark SET at = at - INTERVAL 1 HOUR WHERE name = 'installed'",
                        here.ledger_database);
}

// Contact 7, erased, and a daemon that has seen everybody there is.
void erase_and_watch(Installation& here) {
    look_often(here);
    here.add_opted_out(7);
    here.start();
    CHECK(here.announce(7) == 204);
    here.wait_for_ledger(7, "settling");
    wait_for_mark(here, "contacts_seen");
    wait_for_mark(here, "merges_seen");
    here.stop();
    let_an_hour_pass(here);
    here.start();
}

}  // namespace

TEST_CASE("What a deleted contact leaves behind is erased when Mautic tells of it") {
    Installation here("deleted");
    look_often(here);
    here.mautic.add_contact(6);
    delete_contact(here, 6);
    here.mautic.add_contact(7);
    here.mautic.add_contact(8);
    here.start();
    wait_for_mark(here, "leftovers_page_hits");
    wait_for_mark(here, "leftovers_form_submissions");
    delete_contact(here, 7);
    CHECK(here.post(deletion_body(7)) == 204);
    here.wait_until("nothing but what was there before is left", [&] { return plain_leftovers(here) == 3; });
    here.wait_until("page views too", [&] {
        return here.mautic.row_count("page_hits", "lead_id IS NULL AND tracking_id = '" +
                                                      invented_person(7).tracking_id + "'") == 0;
    });
    CHECK(here.untouched(8));
    CHECK(here.metric("leftover_rows_total") > 0);
    CHECK(here.mautic.row_count("email_stats", "lead_id = 8 AND email_address LIKE '%@%'") == 3);
    CHECK(here.daemon->log().find(invented_person(7).marker) == std::string::npos);
    CHECK(here.status_of("/readyz") == 200);
    here.stop();
}

TEST_CASE("Who was deleted while the daemon was down is found at its start") {
    Installation here("deleted_down");
    look_often(here);
    here.mautic.add_contact(7);
    here.start();
    wait_for_mark(here, "leftovers_form_submissions");
    here.stop();
    delete_contact(here, 7);
    here.start();
    here.wait_until("nothing is left", [&] { return plain_leftovers(here) == 0; });
    here.stop();
}

TEST_CASE("An erased person who is imported again is opted out and erased") {
    Installation here("back");
    here.config.options["suppression.mode"] = "\"do-not-contact\"";
    erase_and_watch(here);
    const std::string email = invented_person(7).email();
    add_again(here, 70, email);
    add_again(here, 71, "somebody-else@example.org");
    here.wait_for_ledger(70, "settling");
    CHECK(here.ledger(70, "origin") == "sweep");
    CHECK(here.mautic.row_count("lead_donotcontact", "lead_id = 70") == 1);
    CHECK(here.mautic.field(70, "email") == here.mautic.field(7, "email"));
    CHECK(here.mautic.field(71, "email") == "somebody-else@example.org");
    CHECK(here.metric("reappeared_contacts_total{outcome=\"do_not_contact\"}") == 1);
    CHECK(here.daemon->log().find(email) == std::string::npos);
    here.stop();
}

TEST_CASE("By default who comes back is reported, and a form is consent") {
    Installation here("reported");
    erase_and_watch(here);
    const std::string email = invented_person(7).email();
    here.mautic.connection().change("SET SESSION foreign_key_checks = 0");
    here.mautic.insert("form_submissions", {{"lead_id", std::int64_t{71}},
                                            {"form_id", std::int64_t{1}},
                                            {"date_submitted", "2099-01-01 00:00:00"}});
    here.mautic.connection().change("SET SESSION foreign_key_checks = 1");
    for (const ContactId id : {70, 71}) add_again(here, id, email);
    const auto sightings = [&] { return value(here, "SELECT COUNT(*) FROM sighting"); };
    here.wait_until("both were seen", [&] { return sightings() == "2"; });
    CHECK(value(here, "SELECT outcome FROM sighting WHERE contact_id = 70") == "reported");
    CHECK(value(here, "SELECT outcome FROM sighting WHERE contact_id = 71") == "consented");
    here.daemon->wait_for_log("an erased person reappeared as a new contact contact=70 former=7");
    CHECK(here.mautic.row_count("lead_donotcontact", "lead_id > 7") == 0);
    here.stop();
}

TEST_CASE("A merge that takes an opt-out away is told once") {
    Installation here("merged");
    erase_and_watch(here);
    here.mautic.add_contact(9);
    delete_contact(here, 7);
    here.mautic.insert("contact_merge_records",
                       {{"contact_id", std::int64_t{9}}, {"merged_id", std::int64_t{7}}});
    here.daemon->wait_for_log("a contact with an opt-out was merged into one that has none");
    CHECK(here.metric("lost_opt_outs_total") == 1);
    CHECK(here.untouched(9));
    CHECK(value(here, "SELECT COUNT(*) FROM sighting") == "1");
    here.stop();
}
