// GET /healthz, /readyz and /metrics as routes of the HTTP server.
//
//     /healthz  200 {"healthy":true}, or 503 {"healthy":false,"stuck":"worker 1","busy_seconds":93}
//     /readyz   200 or 503 and the JSON of health/readiness.h
//     /metrics  200 and Prometheus' text format
//
// They are answered on the server's handler thread, so a handler that hangs means no answer at all: a probe
// that times out is a "no" as well.
#pragma once

#include <cstddef>
#include <vector>

#include "health/metrics.h"
#include "health/progress.h"
#include "health/readiness.h"
#include "http/server.h"

namespace gdprd::health {

// The routes on one listener. The three objects must outlive the server they are given to.
std::vector<http::Route> endpoints(const Progress& progress, Readiness& readiness, Metrics& metrics,
                                   std::size_t listener = 0);

}  // namespace gdprd::health
