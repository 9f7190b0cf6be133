// Which other systems are told of an erasure, and how. Plain values; config/ fills them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/url.h"

namespace gdprd::notify {

struct Receiver {
    std::string name;  // letters, digits and '_', 32 at most; rows in the outbox have it
    Url url;           // https, or this machine
    // The keys of its secrets, as bytes; several while one is replaced by another. Never printed.
    std::vector<std::string> keys;

    bool operator==(const Receiver&) const = default;
};

struct NotifyOptions {
    std::vector<Receiver> receivers;
    Milliseconds timeout{10'000};        // of one message, from the TLS handshake to the end of the answer
    std::uint64_t per_minute_max = 600;  // messages to each receiver
    std::uint64_t attempts_max = 100;    // of one message, then it is parked
    Milliseconds backoff_first{5'000};
    Milliseconds backoff_max{3'600'000};
    Milliseconds keep{90LL * 24 * 3'600'000};  // delivered ones

    bool operator==(const NotifyOptions&) const = default;
};

}  // namespace gdprd::notify
