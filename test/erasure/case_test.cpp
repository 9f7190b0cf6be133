// Who is erased, as a table, and every combination of what is known of a contact beside a judge that says it
// in the words of the promises.
#include "erasure/case.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::erasure;
using namespace std::chrono_literals;
using ledger::Status;

namespace {

const Timestamp opted_out = *parse_utc("2026-03-09 12:00:00");
const std::string hash(64, 'a');

// Hashes the address and the telephone number; of the city nobody is known.
plan::Plan plan_that_hashes() {
    plan::Plan made;
    plan::Step own;
    own.tie.kind = mautic::Tie::Kind::contact;
    for (const char* name : {"email", "phone", "city"}) {
        own.columns.emplace_back();
        own.columns.back().column = name;
        own.columns.back().action = mautic::Action::hash;
        own.columns.back().tells_return = name != std::string("city");
    }
    made.steps.push_back(own);
    return made;
}
const plan::Plan a_plan = plan_that_hashes();

Subject with_address(const std::string& address) {
    Subject subject;
    if (!address.empty()) subject.values["email"] = address;
    return subject;
}

ledger::Record record(Status status, std::optional<Timestamp> erased_at) {
    ledger::Record made;
    made.status = status;
    made.erased_at = erased_at;
    made.opted_out_at = opted_out - 2h;
    made.channel = "email";
    return made;
}

// Unsubscribed, with an address, never erased, not on hold; asked for by a webhook.
Case fresh() {
    Case made;
    made.requests.emplace_back();
    made.requests.back().received_at = opted_out + 1s;
    made.subject = with_address("ann@example.org");
    made.opt_out.erase = true;
    made.opt_out.since = opted_out;
    made.opt_out.newest_otherwise = opted_out;
    return made;
}

// The same after its erasure.
Case erased() {
    Case made = fresh();
    made.requests.back().once = true;
    made.subject = with_address(hash);
    made.before = record(Status::settling, opted_out + 2s);
    return made;
}

struct Row {
    const char* name;
    Case of;
    Verdict verdict;
    bool stands = false;
    bool later_is_due = false;
};

template <class Change>
Case changed(Case of, Change change) {
    change(of);
    return of;
}

const auto hold_it = [](Case& of) { of.hold.emplace(); };

std::vector<Row> first_erasures() {
    return {
        {"unsubscribed", fresh(), Verdict::erased},
        {"without a row in leads", changed(fresh(), [](Case& of) { of.subject.reset(); }),
         Verdict::no_such_contact},
        {"re-subscribed", changed(fresh(), [](Case& of) { of.opt_out = {}; }), Verdict::not_do_not_contact},
        {"in its grace period",
         changed(fresh(),
                 [](Case& of) {
                     of.opt_out = {};
                     of.opt_out.in_grace = true;
                 }),
         Verdict::in_grace},
        {"on hold", changed(fresh(), hold_it), Verdict::held},
        {"on hold and not do-not-contact",
         changed(fresh(),
                 [](Case& of) {
                     hold_it(of);
                     of.opt_out = {};
                 }),
         Verdict::not_do_not_contact},
        {"no later pass is configured",
         changed(fresh(), [](Case& of) { of.requests.back().later_passes = false; }), Verdict::erased, false,
         true},
        {"the last of the passes", changed(fresh(), [](Case& of) { of.requests.back().more_passes = false; }),
         Verdict::erased, false, true},
    };
}

std::vector<Row> after_an_erasure() {
    const auto received = [](Timestamp at) {
        return [at](Case& of) { of.requests.back().received_at = at; };
    };
    const auto bounced = [&](auto otherwise) {
        return changed(erased(), [&](Case& of) {
            of.requests.back().received_at = opted_out + 1min;
            of.opt_out.newest_bounce = opted_out + 1min;
            of.opt_out.newest_otherwise = otherwise;
        });
    };
    const auto listed = [] {
        return changed(erased(), [](Case& of) {
            of.requests.back().pass = 1;
            of.opt_out = {};
            of.opt_out.listed_channels = {"email"};
        });
    };
    return {
        {"a duplicate", erased(), Verdict::already_erased, true},
        {"a newer request", changed(erased(), received(opted_out + 1min)), Verdict::erased, true},
        {"by the operator's word", changed(erased(), [](Case& of) { of.requests.back().once = false; }),
         Verdict::erased},
        {"a later pass", changed(erased(), [](Case& of) { of.requests.back().pass = 1; }), Verdict::erased,
         true, true},
        {"an address is back",
         changed(erased(), [](Case& of) { of.subject = with_address("x@example.org"); }), Verdict::erased},
        {"a telephone number is back",
         changed(erased(), [](Case& of) { of.subject->values["phone"] = "0123"; }), Verdict::erased},
        {"a telephone number that another policy kept",
         changed(erased(),
                 [](Case& of) {
                     of.subject->values["phone"] = "0123";
                     of.before->policy_digest = "another";
                 }),
         Verdict::already_erased, true},
        {"a town is back, which may be anybody's",
         changed(erased(), [](Case& of) { of.subject->values["city"] = "Town"; }), Verdict::already_erased,
         true},
        {"the opt-out on record, by a clock that is ahead",
         changed(erased(), [](Case& of) { of.before->opted_out_at = of.opt_out.since = opted_out + 1min; }),
         Verdict::already_erased, true},
        {"the only opt-out is of Mautic's mail to the hash",
         changed(erased(),
                 [](Case& of) {
                     of.requests.back().received_at = opted_out + 1min;
                     of.opt_out.since = of.opt_out.newest_bounce = opted_out + 1min;
                     of.opt_out.newest_otherwise = {};
                 }),
         Verdict::already_erased, true},
        {"opted out again since", changed(erased(), [](Case& of) { of.opt_out.since = opted_out + 1min; }),
         Verdict::erased},
        {"the opt-out on record had no date, or one that was yet to come",
         changed(erased(),
                 [](Case& of) {
                     of.before->opted_out_at.reset();
                     of.opt_out.since = opted_out + 1min;
                 }),
         Verdict::already_erased, true},
        {"on the list for another reason now", listed(), Verdict::erased, true, true},
        {"on the list for another reason now, and told anew",
         changed(listed(),
                 [](Case& of) {
                     of.requests.back().pass = 0;
                     of.requests.back().received_at = opted_out + 1min;
                 }),
         Verdict::erased, true},
        {"on the list for another reason now, by the operator's word",
         changed(listed(),
                 [](Case& of) {
                     of.requests.back().pass = 0;
                     of.requests.back().once = false;
                 }),
         Verdict::not_do_not_contact},
        {"on the list for another reason now, and on hold", changed(listed(), hold_it), Verdict::held},
        {"on the list over another channel only",
         changed(listed(), [](Case& of) { of.opt_out.listed_channels = {"sms"}; }),
         Verdict::not_do_not_contact},
        {"half erased, and on the list for another reason now",
         changed(listed(), [](Case& of) { of.before->status = Status::erasing; }), Verdict::erased, false,
         true},
        {"re-subscribed before, and on the list for another reason now",
         changed(listed(), [](Case& of) { of.before->status = Status::superseded; }),
         Verdict::not_do_not_contact},
        {"on the list for another reason now, and an address is back",
         changed(listed(), [](Case& of) { of.subject = with_address("x@example.org"); }),
         Verdict::not_do_not_contact},
        {"half erased", changed(erased(), [](Case& of) { of.before = record(Status::erasing, {}); }),
         Verdict::erased},
        {"superseded, and opted out again",
         changed(erased(), [](Case& of) { of.before->status = Status::superseded; }), Verdict::erased},
        {"Mautic's mail to the hash came back", bounced(opted_out), Verdict::already_erased, true},
        {"it came back, and staff added an opt-out", bounced(opted_out + 1min), Verdict::erased, true},
        {"one of two requests is a duplicate",
         changed(erased(),
                 [](Case& of) {
                     of.requests.push_back(of.requests.back());
                     of.requests.front().received_at = opted_out + 1h;
                 }),
         Verdict::already_erased, true},
    };
}

// Every combination, as numbers.
struct Known {
    bool exists, matches, in_grace, on_hold, once;
    int status;   // of the ledger's record; -1 for none
    int address;  // none, a hash, somebody's
    int phone;    // likewise
    int erased;   // never, before the opt-out, after it
    int pass;
    bool received_before;  // the erasure
};

Case case_of(const Known& known) {
    Case of = fresh();
    of.subject.reset();
    const std::string addresses[] = {"", hash, "ann@example.org"};
    if (known.exists) of.subject = with_address(addresses[known.address]);
    if (known.exists && known.phone > 0) of.subject->values["phone"] = known.phone == 1 ? hash : "0123";
    of.opt_out.erase = known.matches;
    of.opt_out.in_grace = known.in_grace;
    if (known.on_hold) hold_it(of);
    const std::optional<Timestamp> erased_at[] = {std::nullopt, opted_out - 1h, opted_out + 1h};
    if (known.status >= 0) {
        of.before = record(static_cast<Status>(known.status), erased_at[known.erased]);
    }
    Request& request = of.requests.back();
    request.once = known.once;
    request.pass = known.pass;
    request.received_at = opted_out + (known.received_before ? 1s : 2h);
    return of;
}

Verdict judge(const Known& known) {
    if (!known.exists) return Verdict::no_such_contact;
    // The database decides, a webhook is a hint (promise 1).
    if (!known.matches) return known.in_grace ? Verdict::in_grace : Verdict::not_do_not_contact;
    const std::set<Status> erased{Status::settling, Status::complete, Status::partial};
    const bool was_erased = known.status >= 0 && known.erased == 2 && known.address != 2 &&
                            known.phone != 2 && erased.contains(static_cast<Status>(known.status));
    // Twice is once (promise 5).
    if (was_erased && known.once && known.pass == 0 && known.received_before) return Verdict::already_erased;
    // On hold means untouched (promise 12).
    return known.on_hold ? Verdict::held : Verdict::erased;
}

bool may_be_held(const Known& known) {
    if (!known.exists || !known.matches) return false;
    if (known.status < 0) return true;
    const Status status = static_cast<Status>(known.status);
    if (status == Status::erasing) return true;  // the opt-out that began it is not the one that is there
    if (status == Status::held || status == Status::superseded) return true;
    const bool is_filled = known.address == 2 || known.phone == 2;
    return known.erased > 0 && (known.erased == 1 || is_filled);
}

}  // namespace

TEST_CASE("what is known of a contact means") {
    auto rows = first_erasures();
    for (Row& row : after_an_erasure()) rows.push_back(std::move(row));
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Decided decided = decide(a_plan, row.of);
        CHECK(std::string(name_of(decided.verdict)) == name_of(row.verdict));
        CHECK(decided.stands == row.stands);
        CHECK(decided.later_is_due == row.later_is_due);
    }
}

TEST_CASE("every combination of what is known comes to what the promises say") {
    std::size_t cases = 0;
    for (int bits = 0; bits < 64; ++bits) {
        for (int status = -1; status < std::ssize(ledger::status_names); ++status) {
            for (int rest = 0; rest < 3 * 3 * 2 * 3; ++rest) {
                const Known known{(bits & 1) != 0,  (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0,
                                  (bits & 16) != 0, status,          rest % 3,        rest / 18,
                                  rest / 3 % 3,     rest / 9 % 2,    (bits & 32) != 0};
                const std::string decided = name_of(decide(a_plan, case_of(known)).verdict);
                if (decided != name_of(judge(known))) {
                    CAPTURE(bits, status, rest);
                    CHECK(decided == name_of(judge(known)));
                }
                // On hold can be whom no erasure has dealt with: never, or not what is there now.
                const bool may_be = can_be_held(a_plan, case_of(known));
                if (may_be != may_be_held(known)) {
                    CAPTURE(bits, status, rest);
                    CHECK(may_be == may_be_held(known));
                }
                ++cases;
            }
        }
    }
    CHECK(cases == 64 * 7 * 54);
}
