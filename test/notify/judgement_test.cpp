#include "notify/judgement.h"

#include <vector>

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::notify;
using namespace std::chrono_literals;
using Fate = Judgement::Fate;

namespace {

NotifyOptions options() {
    NotifyOptions made;
    made.attempts_max = 3;
    made.backoff_first = 1s;
    made.backoff_max = 60s;
    return made;
}

Attempt answered(int status, std::optional<Milliseconds> retry_after = {}) {
    Attempt attempt;
    attempt.status = status;
    attempt.retry_after = retry_after;
    return attempt;
}

Judgement judged(const Attempt& attempt, std::uint64_t failed = 0, std::uint64_t refused = 0) {
    return judge(attempt, failed, refused, options(), 1.0);
}

}  // namespace

TEST_CASE("what becomes of a message by the answer") {
    struct Row {
        const char* name;
        int status;
        std::uint64_t failed_before;
        Fate fate;
        bool counts;
        const char* reason;
    };
    const std::vector<Row> rows{
        {"taken", 200, 0, Fate::delivered, true, ""},
        {"taken without a body", 204, 2, Fate::delivered, true, ""},
        {"to be done later", 202, 0, Fate::delivered, true, ""},
        {"a redirect is not followed", 301, 0, Fate::again, true, "status 301"},
        {"not modified is no delivery", 304, 0, Fate::again, true, "status 304"},
        {"a wrong secret", 401, 0, Fate::again, true, "status 401"},
        {"a path that is not there yet", 404, 1, Fate::again, true, "status 404"},
        {"the last attempt", 404, 2, Fate::parked, true, "status 404"},
        {"beyond the last attempt, as after attempts_max was lowered", 500, 9, Fate::parked, true,
         "status 500"},
        {"gone", 410, 0, Fate::parked, true, "status 410"},
        {"too many never use attempts up", 429, 9, Fate::again, false, "status 429"},
        {"trouble", 503, 0, Fate::again, true, "status 503"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const Judgement judgement = judged(answered(row.status), row.failed_before);
        CHECK(judgement.fate == row.fate);
        CHECK(judgement.counts == row.counts);
        CHECK(judgement.reason == row.reason);
    }
}

TEST_CASE("no answer is tried again, and given up on at the end") {
    for (const auto failure :
         {http::ClientFailure::name_unknown, http::ClientFailure::not_connected, http::ClientFailure::tls,
          http::ClientFailure::closed, http::ClientFailure::timed_out, http::ClientFailure::not_http,
          http::ClientFailure::too_large}) {
        Attempt attempt;
        attempt.failure = failure;
        CHECK(judged(attempt).fate == Fate::again);
        CHECK(judged(attempt, 2).fate == Fate::parked);
        CHECK_FALSE(judged(attempt).reason.empty());
        CHECK(judged(attempt).reason.size() <= 32);  // what the outbox holds
    }
}

TEST_CASE("pauses grow, of the message by its attempts and of the receiver by its refusals") {
    CHECK(judged(answered(503), 0, 0).pause == 1s);
    CHECK(judged(answered(503), 1, 0).pause == 2s);
    CHECK(judged(answered(503), 0, 3).silence == 8s);
    CHECK(judged(answered(503), 0, 1'000'000'000'000).silence == 60s);
    CHECK(judged(answered(200), 0, 9).silence == 0s);
    CHECK(judged(answered(410), 0, 0).silence == 60s);
}

TEST_CASE("a message that is rejected delays itself, and the receiver only where the answer is about it") {
    for (const int status : {400, 404, 405, 406, 409, 413, 415, 422, 451}) {
        INFO(status);
        CHECK(judged(answered(status), 1, 5).pause == 2s);
        CHECK(judged(answered(status), 1, 5).silence == 0s);
        CHECK(judged(answered(status), 2, 5).fate == Fate::parked);
        CHECK(judged(answered(status), 2, 5).silence == 0s);
    }
    for (const int status : {301, 401, 403, 407, 408, 425, 429, 500, 503}) {
        INFO(status);
        CHECK(judged(answered(status), 1, 2).silence == 4s);
    }
    CHECK(judged(answered(400, 300s)).silence == 300s);  // it says when it takes messages again
}

TEST_CASE("a receiver that says when is asked then and not before") {
    const Judgement judgement = judged(answered(429, 300s), 0, 4);
    CHECK(judgement.silence == 300s);
    CHECK(judgement.pause == 300s);
    CHECK(judged(answered(503, 300s)).silence == 300s);
    // A proxy that always says "in a second" does not keep the pauses from growing.
    CHECK(judged(answered(503, 1s), 0, 4).silence == 16s);
    CHECK(judged(answered(429, 1s), 0, 4).silence == 16s);
}

TEST_CASE("Retry-After is a number of seconds or a date, and nobody is silenced for longer than a day") {
    const Timestamp at = *parse_utc("1994-11-06 08:49:00");
    CHECK(read_retry_after("120", at) == 120s);
    CHECK(read_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", at) == 37s);
    CHECK(read_retry_after("4000000000", at) == 24h);
    CHECK(read_retry_after("Sun, 06 Nov 2094 08:49:37 GMT", at) == 24h);
    for (const char* text : {"", "0", "-1", "soon", "1.5", "99999999999999999999",
                             "Sun, 06 Nov 1994 08:48:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun, 06 Nov 1994 99:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT"}) {
        INFO(text);
        CHECK_FALSE(read_retry_after(text, at).has_value());
    }
}
