// What rows of lead_donotcontact mean under the operator's triggers. Times are seconds.
#include "mautic/do_not_contact.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::mautic;
using policy::Reason;
using policy::Triggers;

namespace {

Timestamp at(int seconds) { return Timestamp(std::chrono::seconds(seconds)); }

DoNotContact row(std::int64_t reason, int seconds, const char* channel = "email") {
    return {reason, channel, at(seconds)};
}

Triggers with_grace(Reason reason, int seconds) {
    Triggers triggers;
    triggers.grace[reason] = std::chrono::seconds(seconds);
    return triggers;
}

Triggers of(std::set<Reason> reasons, std::set<std::string> channels) {
    Triggers triggers;
    triggers.reasons = std::move(reasons);
    triggers.channels = std::move(channels);
    return triggers;
}

struct ContactCase {
    const char* name;
    std::vector<DoNotContact> rows;
    Triggers triggers;
    bool erase;
    bool in_grace;
};

const Triggers usual;  // unsubscribed and bounced, by e-mail, at once
constexpr int now_seconds = 1000;

}  // namespace

TEST_CASE("which rows lead to an erasure") {
    const ContactCase cases[] = {
        {"no row", {}, usual, false, false},
        {"unsubscribed", {row(1, 10)}, usual, true, false},
        {"bounced", {row(2, 10)}, usual, true, false},
        {"by hand, not configured", {row(3, 10)}, usual, false, false},
        {"by hand, configured", {row(3, 10)}, of({Reason::manual}, {"email"}), true, false},
        {"unsubscribed, only bounces configured",
         {row(1, 10)},
         of({Reason::bounced}, {"email"}),
         false,
         false},
        {"dummy with reason 0", {row(0, 10)}, usual, false, false},
        {"reason 0 although it is configured",
         {row(0, 10)},
         of({Reason::contactable}, {"email"}),
         false,
         false},
        {"a reason Mautic does not have", {row(4, 10)}, usual, false, false},
        {"a negative reason", {row(-1, 10)}, usual, false, false},
        {"a reason that only looks like 1 in 32 bits", {row(4294967297, 10)}, usual, false, false},
        {"another channel", {row(1, 10, "sms")}, usual, false, false},
        {"another channel, configured",
         {row(1, 10, "sms")},
         of({Reason::unsubscribed}, {"sms"}),
         true,
         false},
        {"channel in other letters", {row(1, 10, "Email")}, usual, false, false},
        {"no channel", {row(1, 10, "")}, usual, false, false},
        {"dummy beside a real row", {row(0, 5), row(1, 10)}, usual, true, false},
        {"real row beside a dummy", {row(1, 10), row(0, 20)}, usual, true, false},
        {"real row of another channel beside a dummy", {row(0, 5), row(1, 10, "sms")}, usual, false, false},
        {"duplicates", {row(1, 10), row(1, 10)}, usual, true, false},
        {"no channels configured", {row(1, 10)}, of({Reason::unsubscribed}, {}), false, false},
        {"in grace", {row(1, 900)}, with_grace(Reason::unsubscribed, 101), false, true},
        {"grace ends now", {row(1, 900)}, with_grace(Reason::unsubscribed, 100), true, false},
        {"grace of another reason", {row(1, 900)}, with_grace(Reason::bounced, 1000), true, false},
        {"one in grace, one not", {row(2, 900), row(1, 950)}, with_grace(Reason::bounced, 500), true, false},
        {"a duplicate out of grace",
         {row(1, 100), row(1, 999)},
         with_grace(Reason::unsubscribed, 50),
         true,
         false},
        {"a date that another clock gave", {row(1, 2000)}, usual, false, true},
        {"a date of years to come", {row(1, 300'000'000)}, usual, true, false},
        {"a date of years to come, in the grace period since the daemon was told",
         {row(1, 300'000'000)},
         with_grace(Reason::unsubscribed, 10),
         false,
         true},
        {"no date", {row(1, 0)}, usual, true, false},
    };
    for (const ContactCase& c : cases) {
        CAPTURE(c.name);
        const Decision decision = decide(c.rows, c.triggers, at(now_seconds), at(now_seconds));
        CHECK(decision.erase == c.erase);
        CHECK(decision.in_grace == c.in_grace);
    }
}

TEST_CASE("the oldest matching row is the one that is recorded") {
    const Decision decision =
        decide({row(2, 500), row(1, 300), row(1, 700), row(3, 1)}, usual, at(now_seconds), at(now_seconds));
    CHECK(decision.erase);
    CHECK(decision.reason == Reason::unsubscribed);
    CHECK(decision.since == at(300));
    CHECK(decision.channel == "email");
}

TEST_CASE("a date that is yet to come is taken for none, and makes no opt-out newer than an erasure") {
    const auto decision =
        decide({row(1, 300'000'000), row(2, 200'000'000)}, usual, at(now_seconds), at(now_seconds - 100));
    CHECK(decision.erase);
    CHECK(decision.since == Timestamp{});
    CHECK(decision.newest_otherwise == Timestamp{});
    CHECK(decision.newest_bounce == Timestamp{});
    const Triggers triggers = with_grace(Reason::unsubscribed, 500);
    const auto waiting = decide({row(1, 300'000'000)}, triggers, at(now_seconds), at(now_seconds - 100));
    CHECK(waiting.grace_until == at(now_seconds + 400));
    CHECK(decide({row(1, 300'000'000)}, triggers, at(now_seconds), at(now_seconds - 500)).erase);
}

TEST_CASE("a row without a date has its grace period from when the daemon was told") {
    const Triggers triggers = with_grace(Reason::unsubscribed, 500);
    const std::vector<DoNotContact> undated{row(1, 0)};
    const Decision in_grace = decide(undated, triggers, at(now_seconds), at(now_seconds - 100));
    CHECK_FALSE(in_grace.erase);
    CHECK(in_grace.grace_until == at(now_seconds + 400));
    CHECK(decide(undated, triggers, at(now_seconds), at(now_seconds - 500)).erase);
}

TEST_CASE("with several rows in grace the earliest end counts") {
    Triggers triggers = with_grace(Reason::unsubscribed, 500);
    triggers.grace[Reason::bounced] = std::chrono::seconds(200);
    const Decision decision =
        decide({row(1, 900), row(2, 950), row(1, 800)}, triggers, at(now_seconds), at(now_seconds));
    CHECK_FALSE(decision.erase);
    CHECK(decision.in_grace);
    CHECK(decision.grace_until == at(1150));
}

TEST_CASE("a mail that came back is told from an opt-out of the person's own, whatever the triggers say") {
    const Decision decision =
        decide({row(1, 300), row(2, 700), row(3, 500), row(2, 600)}, usual, at(now_seconds), at(now_seconds));
    CHECK(decision.newest_bounce == at(700));
    CHECK(decision.newest_otherwise == at(500));
    CHECK(decide({}, usual, at(now_seconds), at(now_seconds)).newest_bounce == Timestamp{});
}
