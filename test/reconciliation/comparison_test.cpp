#include "reconciliation/comparison.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::reconciliation;
using namespace std::chrono_literals;
using ledger::Status;

namespace {

const Timestamp today = *parse_utc("2026-03-10 12:00:00.400");
const Timestamp installation = *parse_utc("2026-03-01 09:30:15.700");

const Limits limits{installation, 5min, 25h};

policy::Triggers triggers() {
    policy::Triggers made;  // unsubscribed and bounced, by e-mail
    made.grace[policy::Reason::bounced] = 48h;
    return made;
}

// Unsubscribed a day ago.
OptOut row(std::optional<Status> status = std::nullopt) {
    OptOut made;
    made.id = 70;
    made.contact = 7;
    made.reason = 1;
    made.channel = "email";
    made.since = std::chrono::floor<std::chrono::seconds>(today) - 24h;
    made.status = status;
    if (status) made.last_pass_at = today - 1h;
    if (status) made.erased_opt_out_at = installation;
    made.policy_is_current = true;
    return made;
}

template <class Change>
OptOut row(std::optional<Status> status, Change change) {
    OptOut made = row(status);
    change(made);
    return made;
}

struct Case {
    const char* name;
    OptOut row;
    std::optional<Reason> reason;
    std::optional<Timestamp> again_at{};
};

const auto nothing = std::nullopt;

// Not in the ledger.
std::vector<Case> unknown_contacts() {
    return {
        {"lost", row(), Reason::webhook_lost},
        {"no contact", row(nothing, [](OptOut& r) { r.contact = 0; }), nothing},
        {"a reason that is no trigger", row(nothing, [](OptOut& r) { r.reason = 3; }), nothing},
        {"contactable", row(nothing, [](OptOut& r) { r.reason = 0; }), nothing},
        {"a reason Mautic does not define", row(nothing, [](OptOut& r) { r.reason = 17; }), nothing},
        {"another channel", row(nothing, [](OptOut& r) { r.channel = "sms"; }), nothing},
        {"before the installation",
         row(nothing, [](OptOut& r) { r.since = *parse_utc("2026-03-01 09:30:14"); }), nothing},
        {"in the second of the installation",
         row(nothing, [](OptOut& r) { r.since = *parse_utc("2026-03-01 09:30:15"); }), Reason::webhook_lost},
        {"without a date", row(nothing, [](OptOut& r) { r.since = Timestamp{}; }), nothing},
        {"young", row(nothing, [](OptOut& r) { r.since = today - 4min; }), nothing, today + 1min},
        {"just old enough", row(nothing, [](OptOut& r) { r.since = today - 5min; }), Reason::webhook_lost},
        {"in the future", row(nothing, [](OptOut& r) { r.since = today + 1h; }), nothing, today + 65min},
        {"far in the future: it may be from before the installation",
         row(nothing, [](OptOut& r) { r.since = today + 100h; }), nothing},
        {"in its grace period",
         row(nothing,
             [](OptOut& r) {
                 r.reason = 2;
                 r.since = today - 47h;
             }),
         nothing, today + 65min},
        {"grace over, its webhook's job may still be at work",
         row(nothing,
             [](OptOut& r) {
                 r.reason = 2;
                 r.since = today - 48h;
             }),
         nothing, today + 5min},
        {"grace over for long",
         row(nothing,
             [](OptOut& r) {
                 r.reason = 2;
                 r.since = today - 49h;
             }),
         Reason::webhook_lost},
    };
}

std::vector<Case> known_contacts() {
    const auto before_installation = [](OptOut& r) { r.since = installation - 24h; };
    const auto last_pass = [](Timestamp at) { return [at](OptOut& r) { r.last_pass_at = at; }; };
    const auto pass_after_opt_out = [](Timestamp at) {
        return [at](OptOut& r) {
            r.since = today - 48h;
            r.last_pass_at = at;
        };
    };
    const auto filled = [](OptOut& r) { r.is_back = true; };
    const auto bounced = [](OptOut& r) {
        r.reason = 2;
        r.since = today - 54h;
        r.last_pass_at = today - 55h;
    };
    const auto yet_to_come = [](OptOut& r) { r.since = today + 100h; };
    const auto other_policy = [](OptOut& r) { r.policy_is_current = false; };
    return {
        {"settling, a date yet to come", row(Status::settling, yet_to_come), nothing},
        {"complete, a date yet to come", row(Status::complete, yet_to_come), nothing},
        {"complete, and its date has come since",
         row(Status::complete,
             [](OptOut& r) {
                 r.last_pass_at = today - 25h;
                 r.erased_opt_out_at.reset();
             }),
         nothing},
        {"complete", row(Status::complete), nothing},
        {"complete, by an older policy", row(Status::complete, other_policy), nothing},
        {"complete and filled again", row(Status::complete, filled), Reason::filled_again},
        {"filled again, older than the installation",
         row(Status::complete,
             [](OptOut& r) {
                 r.since = installation - 24h;
                 r.is_back = true;
             }),
         Reason::filled_again},
        {"complete, and opted out again", row(Status::complete, last_pass(today - 25h)),
         Reason::webhook_lost},
        {"partial, and opted out again", row(Status::partial, last_pass(today - 25h)), Reason::webhook_lost},
        {"settling, and opted out again", row(Status::settling, last_pass(today - 24h - 1s)),
         Reason::webhook_lost},
        {"opted out again just now",
         row(Status::complete,
             [](OptOut& r) {
                 r.since = today - 1min;
                 r.last_pass_at = today - 2min;
             }),
         nothing, today + 4min},
        {"erased in the second of the opt-out",
         row(Status::complete,
             [](OptOut& r) {
                 r.since = *parse_utc("2026-03-09 12:00:00");
                 r.last_pass_at = *parse_utc("2026-03-09 12:00:00.900");
             }),
         nothing},
        {"Mautic's mail to the hash came back", row(Status::complete, bounced), nothing},
        {"a mail came back from an address that the policy keeps",
         row(Status::complete,
             [&](OptOut& r) {
                 bounced(r);
                 r.has_address = true;
             }),
         Reason::webhook_lost},
        {"a message came back from somebody who is back",
         row(Status::settling,
             [&](OptOut& r) {
                 bounced(r);
                 r.is_back = true;
             }),
         Reason::webhook_lost},
        {"settling and filled again, which its later pass sees", row(Status::settling, filled), nothing},
        {"settling", row(Status::settling), nothing},
        {"settling, a pass is just due", row(Status::settling, pass_after_opt_out(today - 25h)), nothing},
        {"settling, a pass is overdue", row(Status::settling, pass_after_opt_out(today - 25h - 1ms)),
         Reason::unfinished},
        {"erasing", row(Status::erasing), nothing},
        {"erasing, overdue", row(Status::erasing, last_pass(today - 26h)), Reason::unfinished},
        {"partial", row(Status::partial), nothing},
        {"partial, by an older policy", row(Status::partial, other_policy), Reason::unfinished},
        {"partial for want of a right that is there by now",
         row(Status::partial, [](OptOut& r) { r.right_is_back = true; }), Reason::unfinished},
        {"partial and filled again", row(Status::partial, filled), Reason::filled_again},
        {"on hold", row(Status::held), Reason::unfinished},
        {"on hold, older than the installation", row(Status::held, before_installation), Reason::unfinished},
        {"superseded by a re-subscription after this row", row(Status::superseded), nothing},
        {"superseded, and opted out again", row(Status::superseded, last_pass(today - 25h)),
         Reason::webhook_lost},
        {"superseded and opted out again in one second",
         row(Status::superseded,
             [](OptOut& r) {
                 r.since = *parse_utc("2026-03-09 12:00:00");
                 r.last_pass_at = *parse_utc("2026-03-09 12:00:00.900");
             }),
         Reason::webhook_lost},
        {"superseded, and opted out again just now",
         row(Status::superseded, [](OptOut& r) { r.since = today - 1min; }), nothing, today + 4min},
        {"known, and no trigger any more", row(Status::held, [](OptOut& r) { r.reason = 3; }), nothing},
    };
}

}  // namespace

TEST_CASE("A do-not-contact row beside the ledger means") {
    auto cases = unknown_contacts();
    for (Case& one : known_contacts()) cases.push_back(std::move(one));
    for (const Case& one : cases) {
        CAPTURE(one.name);
        const Judgement judgement = judge(one.row, triggers(), limits, today);
        CHECK(judgement.reason == one.reason);
        CHECK(judgement.again_at == one.again_at);
    }
}

TEST_CASE("A row that was told to be looked at later is queued then") {
    for (const auto since : {today - 1s, today - 47h, today + 1h}) {
        for (const int reason : {1, 2}) {
            OptOut young = row();
            young.reason = reason;
            young.since = since;
            const Judgement judgement = judge(young, triggers(), limits, today);
            if (!judgement.again_at) continue;
            CHECK_FALSE(judge(young, triggers(), limits, *judgement.again_at - 1ms).reason.has_value());
            CHECK(judge(young, triggers(), limits, *judgement.again_at).reason == Reason::webhook_lost);
        }
    }
}

TEST_CASE("without a limit an opt-out counts however old its date is") {
    const Limits no_limit{{}, Milliseconds{0}, 25h};
    for (const char* date :
         {"1000-01-01 00:00:00", "1969-12-31 23:59:59", "1970-01-01 00:00:00", "2026-03-01 00:00:00"}) {
        CAPTURE(date);
        const OptOut old = row(nothing, [&](OptOut& r) { r.since = *parse_utc(date); });
        CHECK(judge(old, triggers(), no_limit, today).reason == Reason::webhook_lost);
        const Limits since_2020{*parse_utc("2020-01-01 00:00:00"), Milliseconds{0}, 25h};
        CHECK(judge(old, triggers(), since_2020, today).reason.has_value() == (std::string(date) > "2020"));
    }
}
