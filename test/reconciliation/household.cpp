#include "reconciliation/household.h"

#include <algorithm>

#include "health/exposition.h"

namespace gdprd::test {

using namespace std::chrono_literals;

void Household::begin() {
    options.incremental = 0ms;  // whenever a test says so
    options.webhook_delay = 5min;
    queue_options.directory = directory_.path();
    queue_options.erasures_per_hour_max = 0;
    world.prepare();
    installed(std::chrono::days{30});
    restart();
}

void Household::restart() {
    sweep.reset();
    queue.reset();
    queue = std::make_unique<queue::Queue>(queue_options);
    metrics = std::make_unique<health::Metrics>("test");
    sweep = std::make_unique<reconciliation::Sweep>(options, pass_overdue, *queue, *metrics);
}

void Household::installed(Milliseconds ago) {
    gdprd::background::Checkpoints(world.daemon, World::ledger_name).set_time("installed", now() - ago);
}

void Household::contact(ContactId id, const std::string& email) {
    world.mautic.insert("leads", {{"id", id}, {"email", email}});
}

std::uint64_t Household::row(ContactId contact, Milliseconds ago, int reason, const std::string& channel) {
    MauticDatabase::Row row{{"date_added", format_utc(now() - ago).substr(0, 19)},
                            {"reason", std::int64_t{reason}},
                            {"channel", channel}};
    if (contact > 0) row.emplace_back("lead_id", contact);
    return world.mautic.insert("lead_donotcontact", row);
}

std::uint64_t Household::opt_out(ContactId id, Milliseconds ago, int reason) {
    contact(id);
    return row(id, ago, reason);
}

void Household::opt_out_many(ContactId first, std::size_t count) {
    auto& root = world.mautic.connection();
    database::Transaction transaction(root);
    for (ContactId id = first; id < first + count; ++id) opt_out(id, 24h);
    transaction.commit();
}

void Household::in_ledger(ContactId contact, ledger::Status status, Milliseconds last_pass_ago) {
    ledger::Record row;
    row.contact = contact;
    row.algorithm = "md5";
    row.channel = "email";
    row.status = status;
    row.erased_at = row.last_pass_at = now() - last_pass_ago;
    row.passes = 1;
    row.policy_digest = world.plan().policy_digest;
    row.schema_digest = world.plan().schema_digest;
    row.map_digest = world.plan().map_digest;
    ledger::Ledger(world.daemon, World::ledger_name).write(row);
}

void Household::run_once(database::Connection& connection) {
    const std::stop_token token = stop.get_token();
    sweep->run({connection, world.rules(), token, throttle_});
}

void Household::run_once() { run_once(world.daemon); }

bool Household::is_compared() { return metric("sweep_full_timestamp_seconds") > 0; }

void Household::run() {
    do {
        run_once();
    } while (!is_compared());
}

Ids Household::queued() {
    Ids ids;
    for (const auto& job : queue->list({std::nullopt, 1'000'000})) ids.push_back(job.contact);
    std::sort(ids.begin(), ids.end());
    return ids;
}

void Household::finish_jobs() {
    std::vector<queue::Outcome> outcomes;
    for (const auto& job : queue->take(1'000'000, now() + 24h)) {
        queue::Outcome outcome;
        outcome.contact = job.contact;
        outcome.revision = job.revision;
        outcomes.push_back(outcome);
    }
    queue->apply(outcomes);
}

double Household::metric(const std::string& name) {
    return parse_exposition(metrics->render()).value("mautic_gdprd_" + name);
}

}  // namespace gdprd::test
