// Promise 6: no personal data leaves Mautic's database, least of all when something fails.
#include "http/raw_client.h"
#include "support/catch.h"
#include "system/evidence.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr ContactId people = 6;

// Errors of the database that quote what they are about, as a provider's own trigger might.
constexpr const char* talkative_trigger = R"(
    CREATE TRIGGER talkative BEFORE UPDATE ON leads FOR EACH ROW BEGIN
        DECLARE what VARCHAR(100) DEFAULT CONCAT('refused for ', OLD.email);
        IF OLD.id = 3 THEN SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = what; END IF;
        IF OLD.id = 4 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = what; END IF;
    END)";

void wait_for_errors(Installation& here, ContactId contact, std::size_t times) {
    here.daemon->wait_for_log("erasing failed", times);
    CHECK(here.ledger(contact) == "no row");
}

// Contact 2: somebody else holds its row. 3: a deadlock. 4: a permanent error, parked. 5: a table is missing.
// 6: an identifying value stands in a field that is kept, which the proof finds.
void go_through_failures(Installation& here) {
    auto& database = here.mautic.connection();
    {
        database::Transaction holding(database);
        database.select("SELECT id FROM leads WHERE id = 2 FOR UPDATE");
        CHECK(here.announce(2) == 204);
        wait_for_errors(here, 2, 1);
    }
    here.wait_for_ledger(2, "settling");
    database.change(talkative_trigger);
    CHECK(here.announce(3) == 204);
    wait_for_errors(here, 3, 2);
    CHECK(here.announce(4) == 204);
    here.wait_until_jobs("parked", 1);
    database.change("DROP TRIGGER talkative");
    here.wait_for_ledger(3, "settling");
    database.change("RENAME TABLE lead_donotcontact TO do_not_contact_away");
    const std::int64_t schema_errors = here.metric("retries_total{error=\"schema\"}");
    CHECK(here.announce(5) == 204);
    here.wait_until("the missing table is noticed",
                    [&] { return here.metric("retries_total{error=\"schema\"}") > schema_errors; });
    database.change("RENAME TABLE do_not_contact_away TO lead_donotcontact");
    here.wait_for_ledger(5, "settling");
    CHECK(here.announce(6) == 204);
    here.wait_for_ledger(6, "partial");
}

// Requests that hold a person's data where it does not belong.
std::vector<std::string> leaking_requests(const Installation& here, const Person& person) {
    const std::string body = webhook_body({1});
    const std::string broken = body.substr(0, body.size() - 2);
    const auto with_signature = [&](const std::string& text) {
        return gdprd::test::post(
            "/webhook", text,
            "Webhook-Signature: " + webhook_signature(text, here.config.webhook_secret) + "\r\n");
    };
    return {
        gdprd::test::get("/webhook/" + person.email()),
        gdprd::test::get("/lookup?email=" + person.email()),
        gdprd::test::post("/webhook", body),
        gdprd::test::post("/webhook", body, "Webhook-Signature: " + person.email() + "\r\n"),
        with_signature(broken),
        with_signature("{\"mautic." + person.marker + "\":[{\"contact\":\"" + person.email() + "\"}]}"),
        with_signature("{\"mautic.lead_channel_subscription_changed\":[{\"contact\":{\"id\":\"" +
                       person.marker + "\"},\"channel\":\"" + person.marker + "\",\"new_status\":\"" +
                       person.marker + "\"}]}"),
        with_signature(person.email()),
        person.email() + " / HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nFrom " + person.email() + "\r\n\r\n",
        "POST /webhook HTTP/1.1\r\nContent-Length: " + person.marker + "\r\n\r\n",
        "POST /webhook HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + person.marker + "\r\n",
        body,
    };
}

void send_leaking_requests(Installation& here, Evidence& evidence) {
    for (const std::string& request : leaking_requests(here, invented_person(1))) {
        RawClient client(here.config.port);
        client.send(request);
        client.finish_sending();
        evidence.add("answers", client.receive_all() + '\n');
    }
}

void check_nobody_is_named(const std::string& log_format) {
    Installation here("privacy_" + log_format);
    here.config.options["log.level"] = "\"debug\"";
    here.config.options["log.format"] = toml_text(log_format);
    here.config.options["worker.settle"] = "[\"1h\"]";
    here.config.options["worker.attempts_max"] = "1000";
    here.config.options["database.lock_wait_timeout"] = "\"1s\"";
    here.config.options["policy.fields.title"] = "\"keep\"";
    for (ContactId contact = 1; contact < people; ++contact) here.mautic.add_contact(contact);
    Person confused = invented_person(people);
    confused.fields["title"] = confused.email();
    here.mautic.add_contact(people, confused);
    for (ContactId contact = 1; contact <= people; ++contact) {
        here.mautic.unsubscribe(contact, 2, "email",
                                "550 <" + invented_person(contact).email() + "> unknown");
    }
    here.start();

    Evidence evidence;
    CHECK(here.announce(1) == 204);
    here.wait_for_ledger(1, "settling");
    go_through_failures(here);
    send_leaking_requests(here, evidence);
    evidence.collect(here);
    here.kill();
    here.start();
    evidence.collect(here);
    here.stop();
    evidence.add("log", here.daemon->log());

    for (ContactId contact = 1; contact <= people; ++contact) {
        CAPTURE(contact);
        CHECK(evidence.mentions(contact == people ? confused : invented_person(contact)) ==
              std::vector<std::string>{});
    }
    // All of it was there to be found, and what went wrong was told.
    CHECK_THAT(evidence.of("log"), ContainsSubstring("erasing failed"));
    CHECK_THAT(evidence.of("log"), ContainsSubstring("gave up on a contact"));
    CHECK_THAT(evidence.of("log"),
               ContainsSubstring("the check after the erasure found what should be gone"));
    CHECK_THAT(evidence.of("answers"), ContainsSubstring("HTTP/1.1 401"));
    CHECK(evidence.of("queue.db").size() > 4096);
    CHECK_THAT(evidence.of("ledger"), ContainsSubstring("hmac-sha256"));
    CHECK_THAT(evidence.of("/metrics"), ContainsSubstring("mautic_gdprd_jobs_parked_total 1"));
}

}  // namespace

TEST_CASE("The search for people finds them where they are") {
    const Person person = invented_person(1);
    Evidence evidence;
    evidence.add("log", "erasing failed for SOMEONE." + person.marker + "@example.org");
    evidence.add("metrics", "ip=\"" + person.ip_address + "\"");
    evidence.add("ledger", "nobody");
    CHECK(evidence.mentions(person) ==
          std::vector<std::string>{"log: email", "log: marker", "metrics: IP address"});
    CHECK(evidence.mentions(invented_person(2)) == std::vector<std::string>{});
}

TEST_CASE("Nothing the daemon writes or says names a contact: log as text") { check_nobody_is_named("text"); }

TEST_CASE("Nothing the daemon writes or says names a contact: log as JSON") { check_nobody_is_named("json"); }
