// What becomes of a message after an attempt, and when the receiver gets the next one. Pure: the caller
// brings the time and the randomness.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/client.h"
#include "notify/options.h"

namespace gdprd::notify {

// How an attempt ended: with an answer, or without one.
struct Attempt {
    int status = 0;  // of the answer; 0: there was none, and `failure` says why
    http::ClientFailure failure = http::ClientFailure::not_connected;
    std::optional<Milliseconds> retry_after;  // what the answer asks for
    bool failed_here = false;                 // nothing could be sent, for a reason on this machine
};

struct Judgement {
    enum class Fate { delivered, again, parked } fate = Fate::again;
    bool counts = true;       // as one of the message's attempts
    Milliseconds pause{0};    // again: until this message is sent at the earliest
    Milliseconds silence{0};  // until the receiver gets any message; 0 when only this one is refused
    std::string reason;       // "status 503", "timed out"; "" when delivered
};

// `failed_before`: attempts of this message; `failures_before`: of the receiver's since it last took one.
//   2xx       it has it
//   410       it wants no more: the message is parked at once, and the receiver left alone for backoff_max
//   429       it has too much: no attempt of the message, which comes again when the receiver asks for it
//   4xx       this message is wrong to it: again with growing pauses for the message, and the others go on.
//             Not an answer about the sender or the moment: 401, 403, 407, 408, 425, or with Retry-After
//   the rest  again, with growing pauses for message and receiver, until the attempts are used up. A redirect
//             is a refusal: nothing is sent to where a configuration does not say
Judgement judge(const Attempt& attempt, std::uint64_t failed_before, std::uint64_t failures_before,
                const NotifyOptions& options, double random_fraction);

// "120", or a date as HTTP has them; a day at most. Nothing for anything else, and for a time that is over.
std::optional<Milliseconds> read_retry_after(std::string_view text, Timestamp at);

}  // namespace gdprd::notify
