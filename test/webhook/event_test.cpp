#include "webhook/event.h"

#include <limits>

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::webhook;

namespace {

constexpr auto changed = "mautic.lead_channel_subscription_changed";
constexpr auto deleted = "mautic.lead_post_delete";

std::string webhook_of(const std::string& type, const std::string& items) {
    return "{\"" + type + "\":[" + items + "]}";
}

// The only event of a webhook with this item.
Event only_event(const std::string& type, const std::string& item) {
    const auto parsed = parse_webhook(webhook_of(type, item));
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->events.size() == 1);
    return parsed->events.front();
}

}  // namespace

TEST_CASE("a change of subscription gives contact, channel, new status and time") {
    const Event event = only_event(
        changed,
        R"({"contact":{"id":7},"channel":"email","old_status":"manual","new_status":"bounced","timestamp":"2026-03-01T10:00:00+00:00"})");
    CHECK(event.kind == Event::Kind::subscription_changed);
    CHECK(event.contact == ContactId{7});
    CHECK(event.channel == "email");
    CHECK(event.status == "bounced");
    CHECK(event.timestamp == "2026-03-01T10:00:00+00:00");
}

TEST_CASE("keys are found in any order") {
    const Event event =
        only_event(changed, R"({"new_status":"bounced","channel":"sms","contact":{"a":[],"id":7}})");
    CHECK(event.contact == ContactId{7});
    CHECK(event.channel == "sms");
    CHECK(event.status == "bounced");
    CHECK(event.timestamp.empty());
}

TEST_CASE("a deleted contact's number is the one beside the contact") {
    CHECK(only_event(deleted, R"({"id":5,"contact":{"id":null}})").contact == ContactId{5});
    CHECK(only_event(deleted, R"({"contact":{"id":6},"id":"5"})").contact == ContactId{5});
    CHECK_FALSE(only_event(deleted, R"({"contact":{"id":6}})").contact.has_value());
    CHECK(only_event(deleted, R"({"id":5,"channel":"email","new_status":"bounced"})").status.empty());
}

TEST_CASE("an id anywhere but in its place is not the contact's") {
    for (const char* item :
         {R"({"id":5})", R"({"contact":{"owner":{"id":5}}})", R"({"contact":[{"id":5}]})",
          R"({"contact":{"fields":{"core":{"id":5}}}})", R"({"stage":{"contact":{"id":5}}})",
          R"({"contact":{"contact":{"id":5}}})", R"({"contact":5})", R"({"contact":"5"})",
          R"({"contact":{"id":[5]}})", R"({"contact":{"id":{"id":5}}})",
          R"({"contact":{"tags":[{"id":5}]},"id":5})", R"({"contact":{"ID":5}})"}) {
        CAPTURE(item);
        CHECK_FALSE(only_event(changed, item).contact.has_value());
    }
    CHECK(only_event(changed, R"({"contact":{"owner":{"id":5},"id":7,"stage":{"id":6}}})").contact ==
          ContactId{7});
}

TEST_CASE("channel, status and time anywhere but in their place are not the event's") {
    const Event event = only_event(
        changed,
        R"({"contact":{"channel":"a","new_status":"b","timestamp":"c"},"x":{"channel":"a","new_status":"b","timestamp":"c"},"y":[{"channel":"a"},"z"],"old_status":"d"})");
    CHECK(event.channel.empty());
    CHECK(event.status.empty());
    CHECK(event.timestamp.empty());
}

TEST_CASE("what is a contact's id and what is none") {
    struct Row {
        const char* name;
        const char* id;
        std::optional<ContactId> expected;
    };
    for (const Row& row : {
             Row{"integer", "7", 7},
             Row{"string", R"("7")", 7},
             Row{"largest signed", "9223372036854775807", 9223372036854775807U},
             Row{"largest unsigned", R"("18446744073709551615")", std::numeric_limits<ContactId>::max()},
             Row{"zero", "0", {}},
             Row{"zero as string", R"("0")", {}},
             Row{"null", "null", {}},
             Row{"true", "true", {}},
             Row{"negative", "-7", {}},
             Row{"minus zero", "-0", {}},
             Row{"negative string", R"("-7")", {}},
             Row{"plus", R"("+7")", {}},
             Row{"fraction", "7.5", {}},
             Row{"whole fraction", "7.0", {}},
             Row{"exponent", "7e2", {}},
             Row{"65 bits", "18446744073709551616", {}},
             Row{"65 bits as string", R"("18446744073709551616")", {}},
             Row{"a thousand digits",
                 R"("99999999999999999999999999999999999999999999999999999999999999999")",
                 {}},
             Row{"empty string", R"("")", {}},
             Row{"blank before", R"(" 7")", {}},
             Row{"blank after", R"("7 ")", {}},
             Row{"letters after", R"("7x")", {}},
             Row{"hexadecimal", R"("0x7")", {}},
             Row{"NUL after", R"("7\u0000")", {}},
             Row{"empty array", "[]", {}},
             Row{"object", "{}", {}},
         }) {
        CAPTURE(row.name);
        CHECK(only_event(changed, std::string(R"({"contact":{"id":)") + row.id + "}}").contact ==
              row.expected);
        CHECK(only_event(deleted, std::string(R"({"id":)") + row.id + "}").contact == row.expected);
    }
}

TEST_CASE("of a repeated key the last value counts, fitting or not") {
    CHECK(only_event(changed, R"({"contact":{"id":7,"id":8}})").contact == ContactId{8});
    CHECK_FALSE(only_event(changed, R"({"contact":{"id":7,"id":null}})").contact.has_value());
    CHECK_FALSE(only_event(changed, R"({"contact":{"id":7},"contact":[]})").contact.has_value());
    CHECK_FALSE(only_event(changed, R"({"contact":{"id":7},"contact":{}})").contact.has_value());
    CHECK_FALSE(only_event(deleted, R"({"id":7,"id":{"id":8}})").contact.has_value());
    CHECK(only_event(changed, R"({"channel":"sms","channel":"email"})").channel == "email");
    CHECK(only_event(changed, R"({"new_status":"bounced","new_status":1})").status.empty());

    const auto parsed = parse_webhook(R"({"a":[{}],"mautic.lead_post_delete":[{"id":1}],"a":[{},{}]})");
    REQUIRE(parsed.has_value());
    CHECK(parsed->events.size() == 4);
}

TEST_CASE("values that are too long for their field count as absent") {
    const auto item = [](std::size_t channel, std::size_t status, std::size_t time) {
        return R"({"channel":")" + std::string(channel, 'c') + R"(","new_status":")" +
               std::string(status, 's') + R"(","timestamp":")" + std::string(time, 't') + "\"}";
    };
    const Event fitting = only_event(changed, item(64, 64, 40));
    CHECK(fitting.channel.size() == 64);
    CHECK(fitting.status.size() == 64);
    CHECK(fitting.timestamp.size() == 40);
    const Event long_ones = only_event(changed, item(65, 65, 41));
    CHECK(long_ones.channel.empty());
    CHECK(long_ones.status.empty());
    CHECK(long_ones.timestamp.empty());
}

TEST_CASE("PHP's way to write an empty object is understood") {
    CHECK(parse_webhook("[]")->events.empty());
    CHECK(parse_webhook("{}")->events.empty());
    CHECK(parse_webhook(webhook_of(changed, ""))->events.empty());
    CHECK_FALSE(only_event(changed, "[]").contact.has_value());
    CHECK_FALSE(only_event(changed, "{}").contact.has_value());
    CHECK(only_event(changed, R"({"contact":{"fields":[],"id":7}})").contact == ContactId{7});
}

TEST_CASE("a scalar timestamp at the top marks the test payload, an array of that name does not") {
    for (const char* value : {R"("2026-03-01T10:00:00+00:00")", R"("")", "1772368496", "null"}) {
        CAPTURE(value);
        const auto parsed = parse_webhook(std::string(R"({"a":[{}],"timestamp":)") + value + R"(,"b":[{}]})");
        REQUIRE(parsed.has_value());
        CHECK(parsed->test_payload);
        CHECK(parsed->events.size() == 2);
    }
    CHECK_FALSE(parse_webhook(R"({"timestamp":[{}]})")->test_payload);
    CHECK_FALSE(
        parse_webhook(webhook_of(changed, R"({"timestamp":"2026-03-01T10:00:00+00:00"})"))->test_payload);
    CHECK(parse_webhook(R"({"timestamp":"a","timestamp":[]})")->test_payload);
}

TEST_CASE("escapes are undone before names are compared") {
    const auto parsed = parse_webhook(
        R"({"mautic.lead_\u0063hannel_subscription_changed":[{"\u0063ontact":{"i\u0064":7},"channel":"\u0065mail"}]})");
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->events.size() == 1);
    CHECK(parsed->events[0].kind == Event::Kind::subscription_changed);
    CHECK(parsed->events[0].contact == ContactId{7});
    CHECK(parsed->events[0].channel == "email");
}
