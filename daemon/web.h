// What the daemon shows and takes over HTTP: the webhook's route, health and metrics, and what feeds them.
#pragma once

#include <vector>

#include "config/config.h"
#include "health/metrics.h"
#include "health/progress.h"
#include "health/readiness.h"
#include "http/server.h"
#include "queue/queue.h"
#include "webhook/receiver.h"

namespace gdprd::daemon {

http::ServerOptions server_options(const config::Config& config);

// All references must outlive the server.
std::vector<http::Route> routes(const config::Config& config, webhook::Receiver& receiver,
                                health::Metrics& metrics, health::Readiness& readiness,
                                health::Progress& progress);

// Queue and backlog are looked at when somebody asks /readyz or /metrics.
void watch_queue(queue::Queue& queue, Milliseconds backlog_age_max, health::Readiness& readiness,
                 health::Metrics& metrics);

// The socket loop shows that it turns; its counters are read at each scrape.
void watch_sockets(http::Server& server, health::Progress& progress, health::Metrics& metrics);

}  // namespace gdprd::daemon
