#include "policy/triggers.h"

#include <limits>

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::policy;

TEST_CASE("the reasons of Mautic have a name and a code, others are none") {
    for (Reason reason : {Reason::contactable, Reason::unsubscribed, Reason::bounced, Reason::manual}) {
        CHECK(reason_from_name(name_of(reason)) == reason);
        CHECK(reason_from_code(static_cast<std::int64_t>(reason)) == reason);
    }
    CHECK(reason_from_code(2) == Reason::bounced);
    for (std::int64_t code : {std::int64_t{-1}, std::int64_t{4}, std::int64_t{256}, std::int64_t{1} << 32,
                              std::numeric_limits<std::int64_t>::min()}) {
        CAPTURE(code);
        CHECK_FALSE(reason_from_code(code).has_value());
    }
    for (const char* name : {"", "Bounced", "bounce", "unsubscribed ", "1"}) {
        CAPTURE(name);
        CHECK_FALSE(reason_from_name(name).has_value());
    }
}

TEST_CASE("by default unsubscribed and bounced by e-mail are triggers, at once") {
    const Triggers triggers;
    CHECK(triggers.covers(Reason::unsubscribed, "email"));
    CHECK(triggers.covers(Reason::bounced, "email"));
    CHECK_FALSE(triggers.covers(Reason::manual, "email"));
    CHECK_FALSE(triggers.covers(Reason::unsubscribed, "sms"));
    CHECK_FALSE(triggers.covers(Reason::unsubscribed, ""));
    CHECK_FALSE(triggers.covers(Reason::unsubscribed, "Email"));
    CHECK(triggers.grace_of(Reason::bounced) == Milliseconds{0});
}

TEST_CASE("reasons, channels and grace are the operator's choice") {
    Triggers triggers;
    triggers.reasons = {Reason::manual};
    triggers.channels = {"email", "sms"};
    triggers.grace = {{Reason::manual, Milliseconds{90'000}}};
    CHECK(triggers.covers(Reason::manual, "sms"));
    CHECK_FALSE(triggers.covers(Reason::bounced, "email"));
    CHECK(triggers.grace_of(Reason::manual) == Milliseconds{90'000});
    CHECK(triggers.grace_of(Reason::bounced) == Milliseconds{0});
}

TEST_CASE("someone who may be written to is never a trigger, even when the operator says so") {
    Triggers triggers;
    triggers.reasons = {Reason::contactable, Reason::bounced};
    CHECK_FALSE(triggers.covers(Reason::contactable, "email"));
}
