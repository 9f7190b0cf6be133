// Load on an HTTP server on loopback: N keep-alive connections, each with one request in flight, driven by
// the calling thread with epoll. Cheap per request, because it shares the machine with what it measures.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::bench {

struct LoadOptions {
    std::uint16_t port = 0;  // on 127.0.0.1
    std::size_t connections = 32;
    // The load ends when either is reached; requests in flight are awaited. 0: no such end.
    std::chrono::milliseconds duration{0};
    std::uint64_t requests = 0;
    // No answer for so long ends the run with an Error.
    std::chrono::milliseconds patience{30'000};
};

// Latency from the first byte written to the last byte of the answer, in microseconds.
struct Latency {
    double p50 = 0;
    double p90 = 0;
    double p99 = 0;
    double maximum = 0;
};

struct LoadReport {
    double seconds = 0;
    double requests_per_second = 0;  // answered ones
    std::uint64_t answers = 0;
    std::map<int, std::uint64_t> statuses;
    // Connections the server closed while a request was in flight; each is opened again.
    std::uint64_t dropped = 0;
    Latency latency;
};

// The next request, complete from request line to body. The bytes must stay valid until the run is over or
// the same connection asks again. An empty view ends the load.
using NextRequest = std::function<std::string_view()>;

// Throws Error when the server cannot be reached, stops answering or answers something that is not HTTP.
LoadReport run_load(const LoadOptions& options, const NextRequest& next);

// The same with prepared requests, in turn, again and again.
LoadReport run_load(const LoadOptions& options, const std::vector<std::string>& requests);

}  // namespace gdprd::bench
