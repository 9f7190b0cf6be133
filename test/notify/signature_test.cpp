#include "notify/signature.h"

#include "base/base64.h"
#include "support/catch.h"

using namespace gdprd;

namespace {

// The test vector that the libraries of Standard Webhooks share.
const std::string key = *base64_decoded("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const Timestamp sent_at{std::chrono::seconds{1614265330}};
const std::string body = R"({"test": 2432232314})";

using Fields = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("a message is signed as the published test vector is") {
    CHECK((notify::signed_fields(id, sent_at, body, {key}) ==
           Fields{{"webhook-id", id},
                  {"webhook-timestamp", "1614265330"},
                  {"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}}));
}

TEST_CASE("while a secret is replaced a message has a signature by each of them") {
    const std::string other(32, '\0');  // bytes, not a text
    const auto fields = notify::signed_fields(id, sent_at, body, {other, key});
    const std::string by_other = notify::signed_fields(id, sent_at, body, {other})[2].second;
    CHECK(fields[2].second == by_other + " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    CHECK(by_other != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("id, time and body are all signed, and part of a second is cut off") {
    const auto signature = [](const std::string& of_id, Timestamp at, const std::string& of_body) {
        return notify::signed_fields(of_id, at, of_body, {key})[2].second;
    };
    const std::string right = signature(id, sent_at, body);
    CHECK(signature(id, sent_at + Milliseconds{999}, body) == right);
    CHECK(signature(id, sent_at + Milliseconds{1000}, body) != right);
    CHECK(signature("msg_x", sent_at, body) != right);
    CHECK(signature(id, sent_at, "{}") != right);
}
