#include "notify/message.h"

#include <nlohmann/json.hpp>

#include "support/catch.h"

using namespace gdprd;
using nlohmann::json;

namespace {

outbox::Notification told() {
    outbox::Notification one;
    one.message = std::string(32, 'a');
    one.contact = 4711;
    one.subject_hash = std::string(64, 'b');
    one.algorithm = "hmac-sha256";
    one.key_id = std::string(16, 'c');
    one.former_hashes = {"dd", "ee"};
    one.opted_out_at = parse_utc("2026-03-01 09:00:00");
    one.erased_at = *parse_utc("2026-03-01 10:00:00.123");
    return one;
}

}  // namespace

TEST_CASE("a message tells contact, hash and times, and nothing else") {
    CHECK(json::parse(notify::message_body(told())) == json::parse(R"({
        "type": "contact.erased", "timestamp": "2026-03-01T10:00:00.123Z",
        "data": {"contact_id": 4711,
                 "hash": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                 "algorithm": "hmac-sha256", "key_id": "cccccccccccccccc", "former_hashes": ["dd", "ee"],
                 "opted_out_at": "2026-03-01T09:00:00.000Z", "erased_at": "2026-03-01T10:00:00.123Z"}})"));
}

TEST_CASE("what there is not is null: an address, a key, a time") {
    outbox::Notification one = told();
    one.subject_hash = one.key_id = "";
    one.opted_out_at.reset();
    one.former_hashes.clear();
    const json data = json::parse(notify::message_body(one))["data"];
    CHECK(data["hash"].is_null());
    CHECK(data["key_id"].is_null());
    CHECK(data["opted_out_at"].is_null());
    CHECK(data["former_hashes"] == json::array());
}

TEST_CASE("a repeat has the same id and the same body, whatever became of the attempts before") {
    outbox::Notification again = told();
    again.attempts = 7;
    again.due_at = now();
    again.last_error = "status 503";
    CHECK(notify::message_id(again) == notify::message_id(told()));
    CHECK(notify::message_id(again) == "msg_" + std::string(32, 'a'));
    CHECK(notify::message_body(again) == notify::message_body(told()));
}

TEST_CASE("a test message names nobody") {
    CHECK(json::parse(notify::test_body(*parse_utc("2026-03-01 10:00:00"))) ==
          json::parse(R"({"type": "test", "timestamp": "2026-03-01T10:00:00.000Z", "data": {}})"));
}
