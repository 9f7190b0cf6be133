// The whole path, on the real program: a signed webhook comes in, a contact is erased, the ledger says so.
#include <fstream>

#include "base/hex.h"
#include "http/raw_client.h"
#include "support/catch.h"
#include "support/facts.h"
#include "system/installation.h"
#include "system/traces.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* captures_secret = "test-secret-0123456789abcdef";

std::map<std::string, int> recorded_answers() {
    std::map<std::string, int> answers;
    for (const auto& entry : std::filesystem::directory_iterator(needed_facts() / "captures")) {
        if (entry.path().extension() != ".http") continue;
        const bool empty_secret = entry.path().filename() == "test-payload-empty-secret.http";
        answers[entry.path().string()] = empty_secret ? 401 : 204;
    }
    return answers;
}

}  // namespace

TEST_CASE("A signed webhook erases a contact, and the ledger completes after the later pass") {
    Installation here("end_to_end");
    here.config.options["worker.settle"] = "[\"1s\"]";
    here.add_opted_out(7);
    here.mautic.add_contact(8);
    const Person person = invented_person(7);
    here.start();

    CHECK(here.announce(7) == 204);
    here.wait_until("the contact is in the ledger", [&] { return here.ledger(7) != "no row"; });
    CHECK(here.mautic.places_of(person.marker).empty());
    CHECK(here.mautic.places_of(person.tracking_id).empty());
    CHECK(here.mautic.field(7, "country") == person.fields.at("country"));
    CHECK(here.mautic.field(7, "points") == person.fields.at("points"));
    CHECK(here.mautic.field(7, "email").size() == 64);
    CHECK(here.mautic.row_count("lead_donotcontact", "lead_id = 7") == 1);
    CHECK(here.untouched(8));

    here.wait_for_ledger(7, "complete");
    CHECK(here.ledger(7, "subject_hash") == here.mautic.field(7, "email"));
    CHECK(here.ledger(7, "origin") == "webhook");
    CHECK(here.ledger(7, "reason") == "unsubscribed");
    CHECK(here.ledger(7, "passes") == "2");
    CHECK(here.ledger(7, "completed_at > erased_at") == "1");
    CHECK(here.ledger_rows() == 1);
    CHECK(here.metric("queue_jobs{state=\"settling\"}") == 0);
    CHECK(here.metric("webhooks_received_total{outcome=\"queued\"}") == 1);
    CHECK(here.status_of("/readyz") == 200);
    here.stop();
}

TEST_CASE("What Mautic writes after the erasure is erased by the later pass") {
    Installation here("late_writes");
    here.config.options["worker.settle"] = "[\"1s\", \"2s\"]";
    here.add_opted_out(7);
    here.start();
    CHECK(here.announce(7) == 204);
    here.wait_until("the contact is in the ledger", [&] { return here.ledger(7) != "no row"; });
    // An import goes on writing the row that it has in hand (webhooks.md, section 3).
    here.mautic.connection().change("UPDATE leads SET city = 'late zq7f7x' WHERE id = 7");
    here.mautic.insert("lead_event_log", {{"lead_id", std::int64_t{7}},
                                          {"date_added", "2025-01-02 10:00:00"},
                                          {"properties", "{\"line\":1,\"file\":\"zq7f7x.csv\"}"}});
    here.wait_until("all passes are made", [&] { return std::stoi(here.ledger(7, "passes")) >= 3; });
    here.wait_for_ledger(7, "complete");
    CHECK(here.erased(7));
    CHECK(std::stoi(here.ledger(7, "rows_late")) >= 2);
    here.stop();
}

TEST_CASE("The same webhook again, and a queue-mode batch with everybody in it, erase everybody once") {
    Installation here("batch");
    here.config.options["worker.settle"] = "[\"1h\"]";
    for (ContactId contact = 1; contact <= 5; ++contact)
        here.add_opted_out(contact, contact % 2 == 0 ? 2 : 1);
    here.start();
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "settling");
    const std::string hash = here.mautic.field(1, "email");
    CHECK(here.post(webhook_batch_body({{1}, {2, "bounced"}, {3}, {4, "bounced"}, {5}, {3}, {99}})) == 204);
    CHECK(here.announce(1) == 204);
    here.wait_until_jobs("settling", 5);
    here.wait_until_idle();
    CHECK(here.ledger_rows() == 5);
    CHECK(traces(here.mautic.options()).empty());
    CHECK(here.mautic.field(1, "email") == hash);
    CHECK(here.ledger(1, "subject_hash") == hash);
    CHECK(here.ledger(4, "reason") == "bounced");
    CHECK(here.ledger(99) == "no row");
    here.stop();
}

TEST_CASE("Every request recorded from a real Mautic is answered as its facts say") {
    needed_facts();
    Installation here("captures");
    here.config.webhook_secret = captures_secret;
    here.config.options["listen.path"] = "\"/s/200\"";
    here.config.options["worker.settle"] = "[\"1h\"]";
    // In the database contacts 1 and 2 opted out, 16 by hand, the others not at all: the database decides.
    for (const ContactId contact : {1, 2, 3, 5, 7, 10, 16, 38186}) here.mautic.add_contact(contact);
    here.mautic.unsubscribe(1);
    here.mautic.unsubscribe(2, 2);
    here.mautic.unsubscribe(16, 3);
    here.start();
    const auto recorded = recorded_answers();
    CHECK(recorded.size() >= 24);
    for (const auto& [file, status] : recorded) {
        CAPTURE(file);
        RawClient client(here.config.port);
        REQUIRE(client.send(read_file(file)));
        const RawAnswer answer = client.receive();
        CHECK(answer.status == status);
        CHECK(answer.body.empty());
    }
    here.wait_until_jobs("settling", 2);
    here.wait_until_idle();
    CHECK(here.erased(1));
    CHECK(here.erased(2));
    CHECK(here.ledger(2, "reason") == "bounced");
    for (const ContactId contact : {3, 5, 7, 10, 16, 38186}) {
        CAPTURE(contact);
        CHECK(here.untouched(contact));
    }
    CHECK(here.ledger_rows() == 2);
    here.stop();
}
