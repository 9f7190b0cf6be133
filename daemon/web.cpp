#include "daemon/web.h"

#include <algorithm>

#include "health/endpoints.h"

namespace gdprd::daemon {

namespace {

using queue::JobState;

constexpr Milliseconds turn_period{1'000};
constexpr Milliseconds turn_limit{15'000};     // the socket loop turned this long ago at the latest
constexpr Milliseconds handler_limit{60'000};  // one batch of webhooks, its commit to disk included

// How long the first ready job has been waiting for a worker. Back-offs, grace periods and later passes wait
// on purpose and are no backlog.
Milliseconds backlog_age(queue::Queue& queue) {
    const auto first = queue.list({JobState::ready, 1});
    if (first.empty()) return Milliseconds{0};
    return std::max(now() - first.front().due_at, Milliseconds{0});
}

health::QueueFigures figures_of(const queue::QueueStatus& status) {
    const auto jobs = [&](JobState state) { return status.jobs.at(state); };
    health::QueueFigures figures;
    figures.ready = jobs(JobState::ready);
    figures.waiting = jobs(JobState::waiting);
    figures.running = jobs(JobState::running);
    figures.settling = jobs(JobState::settling);
    figures.parked = jobs(JobState::parked);
    if (status.oldest_received_at) figures.oldest_age = now() - *status.oldest_received_at;
    figures.file_bytes = status.file_bytes;
    figures.paused = status.paused_since.has_value();
    return figures;
}

}  // namespace

http::ServerOptions server_options(const config::Config& config) {
    http::ServerOptions options;
    options.listeners.push_back(config.webhook_listener);
    if (config.separate_health_listener) options.listeners.push_back(config.health_listener);
    options.limits = config.limits;
    return options;
}

std::vector<http::Route> routes(const config::Config& config, webhook::Receiver& receiver,
                                health::Metrics& metrics, health::Readiness& readiness,
                                health::Progress& progress) {
    health::Beat& beat = progress.beat("webhook handler", handler_limit);
    http::Route webhook;
    webhook.method = "POST";
    webhook.path = config.webhook.path;
    webhook.drop_on_exception = true;  // an answer would make Mautic delete what was not stored (promise 2)
    webhook.handle = [&](std::span<http::Exchange* const> exchanges) {
        const health::Working working(beat);
        const auto taken = std::chrono::steady_clock::now();
        receiver.receive(exchanges);
        const health::Seconds elapsed = std::chrono::steady_clock::now() - taken;
        for (std::size_t i = 0; i < exchanges.size(); ++i) metrics.acknowledged(elapsed);
    };
    const std::size_t health_listener = config.separate_health_listener ? 1 : 0;
    auto all = health::endpoints(progress, readiness, metrics, health_listener);
    all.push_back(std::move(webhook));
    return all;
}

void watch_queue(queue::Queue& queue, Milliseconds backlog_age_max, health::Readiness& readiness,
                 health::Metrics& metrics) {
    readiness.check(health::Component::queue, [&queue]() -> health::Verdict {
        if (queue.writable()) return {true, {}};
        return {false, "the queue's file cannot be written; webhooks are not acknowledged"};
    });
    readiness.check(health::Component::safety, [&queue]() -> health::Verdict {
        const queue::QueueStatus status = queue.status();
        if (!status.paused_since) return {true, {}};
        return {false, "erasing is paused since " + format_utc(*status.paused_since) + " UTC, " +
                           std::to_string(status.held_back) +
                           " requests are held back; see `mautic-gdprd queue status`"};
    });
    readiness.check(health::Component::backlog, [&queue, backlog_age_max]() -> health::Verdict {
        const Milliseconds age = backlog_age(queue);
        if (age <= backlog_age_max) return {true, {}};
        return {false, "the first ready job has been waiting for " +
                           std::to_string(std::chrono::floor<std::chrono::seconds>(age).count()) + " s"};
    });
    metrics.before_render([&queue, &metrics] { metrics.queue(figures_of(queue.status())); });
}

void watch_sockets(http::Server& server, health::Progress& progress, health::Metrics& metrics) {
    health::Beat& beat = progress.beat("sockets", turn_limit);
    server.every(turn_period, [&beat] { beat.busy(); });
    metrics.before_render([&server, &metrics] { metrics.http(server.statistics()); });
}

}  // namespace gdprd::daemon
