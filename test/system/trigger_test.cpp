// Who is erased is decided by Mautic's database. A webhook is only a hint to look.
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

// Waits until the daemon looked at the contact and decided to leave it alone.
void wait_until_left_alone(Installation& here, ContactId contact,
                           const std::string& why = "not_do_not_contact") {
    here.daemon->wait_for_log("not erased contact=" + std::to_string(contact) + " why=" + why);
}

void set_reason(Installation& here, ContactId contact, int reason) {
    here.mautic.connection().change("UPDATE lead_donotcontact SET reason = " + std::to_string(reason) +
                                    " WHERE lead_id = " + std::to_string(contact));
}

}  // namespace

TEST_CASE("Contacts whose do-not-contact row is no trigger are left alone, whatever the webhook says") {
    Installation here("no_trigger");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.mautic.add_contact(1);  // contactable
    here.add_opted_out(2, 3);    // by hand, which is not configured
    here.mautic.add_contact(3);
    here.mautic.unsubscribe(3, 1, "sms");
    here.add_opted_out(4, 0);   // a left-over row that says contactable
    here.add_opted_out(5, 17);  // a code that Mautic does not define
    here.start();
    for (ContactId contact = 1; contact <= 5; ++contact) {
        CAPTURE(contact);
        CHECK(here.announce(contact) == 204);
        wait_until_left_alone(here, contact);
        CHECK(here.untouched(contact));
    }
    CHECK(here.announce(99) == 204);
    wait_until_left_alone(here, 99, "no_such_contact");
    CHECK(here.ledger_rows() == 0);
    here.wait_until_idle();
    CHECK(here.metric("erasures_total{origin=\"webhook\",status=\"skipped\"}") == 6);
    here.stop();
}

TEST_CASE("Webhooks about other reasons, channels and events store nothing") {
    Installation here("other_events");
    here.config.options["worker.settle"] = "[\"1h\"]";
    for (ContactId contact = 1; contact <= 4; ++contact) here.add_opted_out(contact);
    here.start();
    CHECK(here.announce(1, "manual") == 204);
    CHECK(here.announce(2, "contactable") == 204);
    CHECK(here.announce(3, "unsubscribed", "sms") == 204);
    CHECK(here.post(deletion_body(4)) == 204);
    CHECK(here.metric("webhooks_received_total{outcome=\"nothing_to_do\"}") == 4);
    CHECK(here.metric("queue_jobs{state=\"ready\"}") + here.metric("queue_jobs{state=\"running\"}") == 0);
    CHECK(here.ledger_rows() == 0);
    here.stop();
}

TEST_CASE("A reason that changed in place counts as it is now") {
    Installation here("changed_reason");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.add_opted_out(1, 3);
    here.start();
    CHECK(here.announce(1) == 204);
    wait_until_left_alone(here, 1);
    set_reason(here, 1, 2);
    CHECK(here.announce(1, "bounced") == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.ledger(1, "reason") == "bounced");
    CHECK(here.erased(1));
    here.stop();
}

TEST_CASE("An erasure waits for the end of its grace period") {
    Installation here("grace");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.config.options["trigger.grace.unsubscribed"] = "\"2s\"";
    here.config.options["trigger.grace.bounced"] = "\"1h\"";
    here.start();
    here.add_opted_out(1);
    here.add_opted_out(2, 2);
    CHECK(here.announce(1) == 204);
    CHECK(here.announce(2, "bounced") == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.ledger(1, "TIMESTAMPDIFF(MICROSECOND, opted_out_at, erased_at) >= 2000000") == "1");
    here.wait_until_jobs("waiting", 1);
    CHECK(here.untouched(2));
    CHECK(here.metric("queue_jobs{state=\"parked\"}") == 0);

    SECTION("who re-subscribes meanwhile is left alone") {
        here.mautic.resubscribe(2);
        CHECK(here.announce(2, "bounced") == 204);
        wait_until_left_alone(here, 2);
        CHECK(here.untouched(2));
        CHECK(here.ledger(2) == "no row");
    }
    SECTION("a reason without such a period ends the waiting") {
        set_reason(here, 2, 1);
        CHECK(here.announce(2, "unsubscribed") == 204);
        here.wait_for_ledger(2, "settling");
        CHECK(here.erased(2));
    }
    here.stop();
}

TEST_CASE("Who re-subscribed after the erasure is left alone from then on, replays included") {
    Installation here("resubscribed");
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.add_opted_out(1);
    here.start();
    const std::string body = webhook_body({1});
    CHECK(here.post(body) == 204);
    here.wait_for_ledger(1, "settling");
    here.mautic.resubscribe(1);
    here.mautic.connection().change(
        "UPDATE leads SET email = 'back zq7f1x', firstname = 'Back' WHERE id = 1");
    CHECK(here.announce(1, "contactable") == 204);
    for (int replay = 0; replay < 2; ++replay) CHECK(here.post(body) == 204);
    here.wait_for_ledger(1, "superseded");
    here.wait_until_idle();
    CHECK(here.mautic.field(1, "email") == "back zq7f1x");
    CHECK(here.mautic.field(1, "firstname") == "Back");

    // Opting out once more is a new reason.
    here.mautic.unsubscribe(1);
    CHECK(here.post(body) == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.erased(1));
    here.stop();
}

TEST_CASE("The later pass leaves alone who re-subscribed before it") {
    Installation here("pass_after_return");
    here.config.options["worker.settle"] = "[\"1s\"]";
    here.add_opted_out(1);
    here.start();
    CHECK(here.announce(1) == 204);
    here.wait_until("the contact is in the ledger", [&] { return here.ledger(1) != "no row"; });
    // If the pass was faster, it made the erasure complete; the values stay in any case.
    here.mautic.resubscribe(1);
    here.mautic.connection().change("UPDATE leads SET firstname = 'Back' WHERE id = 1");
    here.wait_until("the later pass is made", [&] { return here.ledger(1) != "settling"; });
    here.wait_until_idle();
    CHECK(here.mautic.field(1, "firstname") == "Back");
    here.stop();
}

TEST_CASE("Mautic's test payload erases nobody, not even where its contact exists") {
    Installation here("test_payload");
    here.config.options["trigger.reasons"] = "[\"unsubscribed\", \"bounced\", \"manual\"]";
    for (const ContactId contact : {38186, 52}) here.mautic.add_contact(contact);
    here.mautic.unsubscribe(52);
    here.start();
    const std::string sample = webhook_body({38186, "manual"});
    // Up to 6.x a scalar beside the events gives it away.
    const std::string marked =
        sample.substr(0, sample.size() - 1) + ",\"timestamp\":\"2026-03-01T12:00:00+00:00\"}";
    CHECK(here.post(marked) == 204);
    CHECK(here.metric("webhooks_received_total{outcome=\"test\"}") == 1);
    // In 7.x nothing does, and the database has the last word.
    CHECK(here.post(sample) == 204);
    CHECK(here.post(deletion_body(52)) == 204);
    wait_until_left_alone(here, 38186);
    CHECK(here.untouched(38186));
    CHECK(here.untouched(52));
    CHECK(here.ledger_rows() == 0);
    here.stop();
}
