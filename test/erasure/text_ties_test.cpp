// Rows that nothing but their text ties to a contact: what is found, what is not, and what is said about it.
#include "complete/schemas.h"
#include "content/zlib.h"
#include "erasure/tied_rows.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using ledger::Status;

namespace {

std::string event_of(ContactId contact) {
    return R"({"contact":{"id":)" + std::to_string(contact) + R"(,"fields":{"core":{"email":{"value":")" +
           invented_person(contact).email() + R"("}}}},"channel":"email","new_status":"unsubscribed"})";
}

}  // namespace

TEST_CASE("a pending webhook still says who opted out of what, and nothing else") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const auto add = [&](ContactId contact, bool compressed) {
        const std::string text = event_of(contact);
        return world.mautic.insert(
            "webhook_queue", {{"webhook_id", webhook},
                              {"event_id", event},
                              {"payload", compressed ? database::Value(nullptr) : database::Value(text)},
                              {"payload_compressed", compressed ? database::Value(content::deflate(text))
                                                                : database::Value(nullptr)}});
    };
    const auto plain = add(erased, false);
    const auto compressed = add(erased, true);
    const auto of_other = add(other, true);
    const auto read = [&](std::uint64_t id, const char* column) {
        return world.mautic.value("SELECT " + std::string(column) +
                                  " FROM {prefix}webhook_queue WHERE id = " + std::to_string(id));
    };
    world.erase(erased);
    const std::string expected =
        R"({"contact":{"id":7,"fields":{"core":{"email":{"value":""}}}},"channel":"email","new_status":"unsubscribed"})";
    CHECK(read(plain, "payload") == expected);
    CHECK(content::inflate(read(compressed, "payload_compressed"), 100'000) == expected);
    CHECK(content::inflate(read(of_other, "payload_compressed"), 100'000) == event_of(other));
}

TEST_CASE("a pending webhook says nothing that was typed, whatever the field is called") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const auto rewritten = [&](const std::string& payload) {
        const auto row = world.mautic.insert(
            "webhook_queue", {{"webhook_id", webhook}, {"event_id", event}, {"payload", payload}});
        world.erase(erased, 1);
        return world.mautic.value("SELECT payload FROM {prefix}webhook_queue WHERE id = " +
                                  std::to_string(row));
    };
    const std::string address = invented_person(erased).email();
    world.erase(erased);
    CHECK(rewritten(R"({"submission":{"id":7,"form":{"id":1,"alias":"f"},"lead":{"id":7,"fields":{"core":{)"
                    R"("email":{"id":"6","alias":"email","value":")" +
                    address +
                    R"("}}}},"results":{"channel":"my aunt","id":"AB123","alias":["nick"],"timestamp":"x"}},)"
                    R"("timestamp":"2025-01-01"})") ==
          R"({"submission":{"id":7,"form":{"id":1,"alias":"f"},"lead":{"id":7,"fields":{"core":{)"
          R"("email":{"id":"6","alias":"email","value":""}}}},)"
          R"("results":{"channel":"","id":"","alias":[""],"timestamp":""}},"timestamp":"2025-01-01"})");
    CHECK(
        rewritten(R"({"contact":{"id":7,"fields":{"core":{"channel":{"alias":"channel","value":["a"]}},)"
                  R"("all":{"id":7,"email":")" +
                  address +
                  R"(","channel":"b","alias":"c","new_status":["d"]}},"utmtags":[{"id":1,"query":)"
                  R"({"id":"e","channel":"f"}}],"doNotContact":[{"id":3,"reason":1,"channel":"email",)"
                  R"("channelId":4}]},"channel":"email","new_status":"unsubscribed"})") ==
        R"({"contact":{"id":7,"fields":{"core":{"channel":{"alias":"channel","value":[""]}},)"
        R"("all":{"id":7,"email":"","channel":"","alias":"","new_status":[""]}},"utmtags":[{"id":1,"query":)"
        R"({"id":"","channel":""}}],"doNotContact":[{"id":3,"reason":1,"channel":"email",)"
        R"("channelId":4}]},"channel":"email","new_status":"unsubscribed"})");
}

TEST_CASE("what the bound of the text search leaves out, the result says") {
    World world;
    add_people(world);
    world.policy.newest_text_rows = 10;
    const std::string quoted = "unknown: " + invented_person(erased).email();
    const auto old = add_answer(world, quoted);
    for (int i = 0; i < 9; ++i) add_answer(world, "fine");
    const auto fresh = add_answer(world, quoted);
    const auto note = [&](std::uint64_t id) {
        return world.mautic.value("SELECT note FROM {prefix}webhook_logs WHERE id = " + std::to_string(id));
    };
    world.erase(erased);
    CHECK(note(fresh) == "NULL");
    CHECK(note(old) == quoted);
    REQUIRE(world.ledger(erased).has_value());
    CHECK(world.ledger(erased)->not_covered.older_rows);
}

TEST_CASE("a text search that reached every row leaves nothing out") {
    World world;
    add_people(world);
    add_answer(world, "fine");
    world.erase(erased);
    CHECK_FALSE(world.ledger(erased)->not_covered.older_rows);
}

TEST_CASE("a later pass finds the address again by its hash, wherever it was written since") {
    World world;
    add_people(world);
    world.erase(erased);
    const std::string address = invented_person(erased).email();
    const auto late = add_answer(world, "no such user <" + address + ">");
    const auto second = world.erase(erased, 1);
    CHECK(second.counts.unexpected() == 1);
    CHECK(world.mautic.value("SELECT note FROM {prefix}webhook_logs WHERE id = " + std::to_string(late)) ==
          "NULL");
    // A column that the map keeps: the proof of the later pass knows the address by its hash too.
    world.mautic.connection().change("UPDATE email_stats SET source = '" + address +
                                     "' WHERE lead_id = 7 LIMIT 1");
    const auto third = world.erase(erased, 2);
    REQUIRE(third.findings.size() == 1);
    CHECK(third.findings[0].column == "source");
    CHECK(third.status == Status::partial);
}

TEST_CASE("a page view of an unknown browser is about the contact when its address is in it") {
    World world;
    add_people(world);
    const auto view = [&](const std::string& address) {
        return world.mautic.insert("page_hits", {{"date_hit", "2025-02-01 08:00:00"},
                                                 {"tracking_id", "unknown browser"},
                                                 {"url", "https://www.example.org/?email=" + address}});
    };
    const auto own = view(invented_person(erased).email());
    const auto other_view = view(invented_person(other).email());
    world.erase(erased);
    const auto url = [&](std::uint64_t id) {
        return world.mautic.value("SELECT url FROM {prefix}page_hits WHERE id = " + std::to_string(id));
    };
    CHECK(url(own) == "https://www.example.org/");
    CHECK(url(other_view) == "https://www.example.org/?email=" + invented_person(other).email());
}

TEST_CASE("a row that names two contacts of a batch is searched for both") {
    World world;
    add_people(world);
    world.mautic.unsubscribe(other);
    const std::string left = invented_person(other).email();
    world.mautic.insert("page_hits", {{"date_hit", "2025-02-01 08:00:00"},
                                      {"tracking_id", "unknown browser"},
                                      {"url", "https://www.example.org/of/" + left +
                                                  "/?email=" + invented_person(erased).email()}});
    world.erase(std::vector<erasure::Request>{{erased, Origin::webhook, now(), 0, true},
                                              {other, Origin::webhook, now(), 0, true}});
    CHECK(world.mautic.places_of(left).empty());
}

TEST_CASE("a telephone number or a street that others have too ties no row") {
    World world;
    add_people(world);
    const Person person = invented_person(erased);
    const auto by_phone = add_answer(world, "call " + person.fields.at("phone"));
    const auto by_street = add_answer(world, "moved from " + person.fields.at("address1"));
    const auto by_address = add_answer(world, "unknown " + person.email());
    world.erase(erased);
    const auto note = [&](std::uint64_t id) {
        return world.mautic.value("SELECT note FROM {prefix}webhook_logs WHERE id = " + std::to_string(id));
    };
    CHECK(note(by_phone) != "NULL");
    CHECK(note(by_street) != "NULL");
    CHECK(note(by_address) == "NULL");
}

TEST_CASE("a pending webhook about a contact still says why the contact must not be written to") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const std::string address = invented_person(erased).email();
    world.mautic.insert("webhook_queue",
                        {{"webhook_id", webhook},
                         {"event_id", event},
                         {"payload", R"({"contact":{"id":7,"doNotContact":[{"reason":1,"comments":")" +
                                         address + R"("}],"bounce":{"reason":")" + address + R"("}}})"}});
    world.erase(erased);
    CHECK(world.mautic.value("SELECT payload FROM {prefix}webhook_queue") ==
          R"({"contact":{"id":7,"doNotContact":[{"reason":1,"comments":""}],"bounce":{"reason":""}}})");
}

TEST_CASE("a text too long to be held in memory is passed over, and the result says so") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const auto add = [&](std::size_t bytes) {
        const std::string filler(bytes, 'x');
        return world.mautic.insert("webhook_queue", {{"webhook_id", webhook},
                                                     {"event_id", event},
                                                     {"payload", R"({"contact":{"id":7,"email":")" +
                                                                     invented_person(erased).email() +
                                                                     R"("},"filler":")" + filler + "\"}"}});
    };
    const auto large = add(3'000'000);
    add(3'000'000);
    add(3'000'000);
    world.erase(erased);
    CHECK(world.mautic.row_count("webhook_queue",
                                 R"(payload = '{"contact":{"id":7,"email":""},"filler":""}')") == 3);
    CHECK_FALSE(world.ledger(erased)->not_covered.older_rows);
    world.mautic.connection().change("UPDATE webhook_queue SET payload = REPEAT('x', 9000000) WHERE id = " +
                                     std::to_string(large));
    world.erase(erased, 1);
    CHECK(world.ledger(erased)->not_covered.older_rows);
}

TEST_CASE("an address in a field of the contact's own makes nobody else's rows the contact's") {
    const SchemaCase newest = schema_cases().back();
    World world("", newest.version, newest.upgraded);
    add_people(world);
    world.mautic.connection().change("SET SESSION foreign_key_checks = 0");  // of members of staff
    const std::string manager = "boss@firm.example";
    world.mautic.add_field("manager_email", "email", "VARCHAR(191)");
    world.mautic.connection().change("ALTER TABLE leads ADD referred_by VARCHAR(191)");  // of an import
    world.mautic.read_columns();
    world.mautic.connection().change("UPDATE leads SET skype = '" + manager + "', manager_email = '" +
                                     manager + "', referred_by = '" + manager + "' WHERE id = 7");
    const auto answer = add_answer(world, "saved " + manager);
    const auto own_answer = add_answer(world, "saved " + invented_person(erased).email());
    const auto mail = world.mautic.insert(
        "email_stats",
        {{"email_address", manager}, {"date_sent", "2025-02-01 07:00:00"}, {"tracking_hash", "abc"}});
    world.mautic.insert("notifications", {{"header", "Bounced"}, {"message", manager}});
    world.mautic.insert("contact_export_scheduler", {{"data", manager}});
    world.mautic.insert("lead_notes", {{"lead_id", erased}, {"text", "works for " + manager}});
    world.mautic.insert("page_hits", {{"lead_id", erased},
                                      {"date_hit", "2025-02-01 08:00:00"},
                                      {"url", "https://www.example.org/of/" + manager + "/"}});
    const std::string notes = world.notes_of(erased);
    REQUIRE(world.rows_of(erased, notes).find(manager) != std::string::npos);
    const auto note = [&](std::uint64_t id) {
        return world.mautic.value("SELECT note FROM webhook_logs WHERE id = " + std::to_string(id));
    };
    for (const int pass : {0, 1}) {
        CAPTURE(pass);
        CHECK(world.erase(erased, pass).findings.empty());
        CHECK(note(answer) == "saved " + manager);
        CHECK(note(own_answer) == "NULL");
        CHECK(world.mautic.value("SELECT email_address FROM email_stats WHERE id = " +
                                 std::to_string(mail)) == manager);
        CHECK(world.mautic.row_count("notifications", "message = '" + manager + "'") == 1);
        CHECK(world.mautic.row_count("contact_export_scheduler") == 1);
        // In the contact's own rows it must not be found all the same.
        CHECK(world.rows_of(erased, notes).find(manager) == std::string::npos);
    }
}

TEST_CASE("a webhook belongs to the contact that it is about, not to those whose addresses it quotes") {
    World world;
    add_people(world);
    const auto webhook =
        world.mautic.insert("webhooks", {{"name", "CRM"}, {"webhook_url", "https://crm.example.org"}});
    const auto event = world.mautic.insert("webhook_events", {{"webhook_id", webhook}, {"event_type", "x"}});
    const std::string address = invented_person(erased).email();
    const std::string manager = R"("fields":{"core":{"manager":{"value":")" + address + R"("}}})";
    const std::string theirs[] = {
        R"({"contact":{"id":70,)" + manager + "}}",
        R"({"contact":{"id":"70",)" + manager + "}}",
        R"({"id":70,"contact":{"id":null,)" + manager + "}}",
        R"({"hit":{"id":7,"lead":{"id":70,)" + manager + "}}}",
        R"({"contacts":[{"id":7},{"id":70,)" + manager + "}]}",
        R"({"contact":{"id":7,)" + manager + R"(},"lead":{"id":70}})",
        R"({"company":{"id":7,"fields":{"core":{"companyemail":{"value":")" + address + R"("}}}}})",
        R"({"contact":{)" + manager + "}}",
        R"({"contact":{"id":70,)" + manager + "},",
    };
    for (const std::string& payload : theirs) {
        for (const bool is_compressed : {false, true}) {
            CAPTURE(payload, is_compressed);
            const auto packed = is_compressed ? content::deflate(payload) : payload;
            const char* column = is_compressed ? "payload_compressed" : "payload";
            const auto row = world.mautic.insert(
                "webhook_queue", {{"webhook_id", webhook}, {"event_id", event}, {column, packed}});
            CHECK(world.erase(erased).status == Status::settling);
            // The address is still there, which the last pass says.
            const auto result = world.erase(erased, 1, false);
            CHECK(world.mautic.value("SELECT " + std::string(column) + " FROM {prefix}webhook_queue") ==
                  packed);
            CHECK(result.status == Status::partial);
            REQUIRE(result.findings.size() == 1);
            CHECK(result.findings[0].column == column);
            world.mautic.connection().change("DELETE FROM webhook_queue WHERE id = " + std::to_string(row));
            CHECK(world.erase(erased, 1).findings.empty());
        }
    }
}

TEST_CASE("a message to staff with a link to another contact is about that one, whatever it quotes") {
    const SchemaCase newest = schema_cases().back();
    World world("", newest.version, newest.upgraded);
    add_people(world);
    world.mautic.connection().change("SET SESSION foreign_key_checks = 0");  // of members of staff
    const std::string address = invented_person(erased).email();
    const auto add = [&](const std::string& message) {
        return world.mautic.insert("notifications", {{"header", "Failed"}, {"message", message}});
    };
    const auto of_other = add("<a href=\"/s/contacts/view/70\">her manager is " + address + "</a>");
    const auto own = add("<a href=\"/s/contacts/view/7\">Ann</a>");
    const auto of_nobody = add("no such user " + address);
    world.erase(erased);
    const auto is_there = [&](std::uint64_t id) {
        return world.mautic.row_count("notifications", "id = " + std::to_string(id)) == 1;
    };
    CHECK(is_there(of_other));
    CHECK_FALSE(is_there(own));
    CHECK_FALSE(is_there(of_nobody));
}
