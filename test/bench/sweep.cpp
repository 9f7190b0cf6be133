// The sweep over a long do-not-contact list: a look at what is new, and the comparison of everything, each
// over three lengths. Nearly everybody is erased, as after years; with lost rows among them.
#include <algorithm>

#include "background/checkpoints.h"
#include "base/error.h"
#include "bench/large_mautic.h"
#include "bench/measure.h"
#include "bench/own_memory.h"
#include "bench/processor_time.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "daemon/assembly.h"
#include "fixture/mautic_database.h"
#include "queue/queue.h"
#include "reconciliation/sweep.h"
#include "support/private_server.h"
#include "support/server_under_test.h"
#include "system/daemon_config.h"

namespace gdprd::bench {

namespace {

constexpr int looks = 200;

// Row `seq` of `rows` for each number from `first` to `last`. Hashes ascend, so that ten million of them make
// an index quickly.
void fill_part(database::Connection& root, const std::string& ledger, std::uint64_t first, std::uint64_t last,
               std::uint64_t rows) {
    const std::string every = " FROM " + test::sequence(first, last);
    root.change(
        "INSERT INTO leads (id, is_published, points, email) SELECT seq, 1, 0, LPAD(LOWER(HEX(seq)), 32, "
        "'0')" +
        every);
    root.change(
        "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) SELECT seq,"
        " UTC_TIMESTAMP() - INTERVAL 1 DAY - INTERVAL (" +
        std::to_string(rows) + " - seq) SECOND, 1 + seq % 2, 'email'" + every);
    root.change("INSERT INTO " + ledger +
                ".erasure (contact_id, subject_hash, algorithm, channel, reason, origin, erased_at,"
                " last_pass_at, status, passes, rows_changed, rows_deleted, rows_late, hash_marks,"
                " policy_digest, schema_digest, map_digest) SELECT seq, LPAD(LOWER(HEX(seq)), 32, '0'), "
                "'md5', 'email',"
                " 'unsubscribed', 'webhook', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 'complete', 3, 20, 10, 0,"
                " REPEAT('0123456789abcdef', 5), REPEAT('0', 64), REPEAT('0', 64), REPEAT('0', 64)" +
                every + " WHERE seq % 100 > 0");
}

// In parts: a million rows by one statement take a busy server longer than the connection waits for it.
void fill(test::MauticDatabase& mautic, const std::string& ledger, std::uint64_t rows) {
    constexpr std::uint64_t rows_a_statement = 50'000;
    auto& root = mautic.connection();
    root.change("SET SESSION foreign_key_checks = 0");
    for (std::uint64_t first = 1; first <= rows; first += rows_a_statement) {
        fill_part(root, ledger, first, std::min(rows, first + rows_a_statement - 1), rows);
    }
    for (const std::string& table :
         {std::string("leads"), std::string("lead_donotcontact"), ledger + ".erasure"}) {
        root.select("ANALYZE TABLE " + table);
    }
}

// The sum of the server's counters whose names begin so.
std::uint64_t counted_by(test::PrivateServer& server, const std::string& name) {
    std::uint64_t sum = 0;
    auto rows = server.select("SHOW GLOBAL STATUS LIKE '" + name + "%'");
    while (rows.next()) sum += rows.number(1);
    return sum;
}

void measure(Report& report, test::PrivateServer& server, std::uint64_t rows) {
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    const test::TemporaryDirectory directory(scratch_parent());
    test::DaemonConfig config(directory, mautic.options());
    config.options["ledger.database"] = "\"bench_ledger\"";
    const daemon::Assembly assembly(config.write());
    const auto rules =
        daemon::make_rules(mautic::read_schema(mautic.connection(), mautic.prefix()), assembly);
    server.execute("DROP DATABASE IF EXISTS bench_ledger");
    ledger::Ledger(mautic.connection(), rules->ledger_database).create();
    background::Checkpoints(mautic.connection(), rules->ledger_database).installed_at(Timestamp{});
    fill(mautic, rules->ledger_database, rows);

    queue::Queue queue({directory.path(), 20'000'000});
    health::Metrics metrics("bench");
    background::SweepOptions options;
    options.incremental = Milliseconds{0};
    reconciliation::Sweep sweep(options, std::chrono::hours{26}, queue, metrics);
    background::Throttle throttle({options.busy_threads, 0});
    database::Connection connection(mautic.options());
    const std::stop_source stop;
    const std::stop_token token = stop.get_token();
    const background::Run look{connection, rules, token, throttle};

    const std::string name = std::to_string(rows) + " rows";
    const MemoryGrowth memory;
    ProcessorTime processor(server);
    const std::uint64_t read_before = counted_by(server, "Handler_read");
    const std::uint64_t sent_before = counted_by(server, "Bytes_sent");
    processor.begin();
    const auto start = std::chrono::steady_clock::now();
    do {
        sweep.run(look);
    } while (metrics.render().find("mautic_gdprd_sweep_full_timestamp_seconds 0") != std::string::npos);
    const double took = seconds_since(start);
    processor.end();
    const double millions = static_cast<double>(rows) / 1e6;
    const auto counted = [&](const char* status, std::uint64_t before) {
        return static_cast<double>(counted_by(server, status) - before);
    };
    report.add({name + ", comparison", static_cast<double>(rows) / took, "rows/s"});
    report.add({name + ", comparison, time", took, "s"});
    report.add({name + ", memory", memory.peak_mebibytes(), "MiB"});
    report.add({name + ", own processor time", processor.own_seconds() / millions, "s/million"});
    report.add({name + ", the server's processor time", processor.server_seconds() / millions, "s/million"});
    report.add({name + ", rows the server reads for one",
                counted("Handler_read", read_before) / static_cast<double>(rows), "rows"});
    report.add(
        {name + ", sent by the server", counted("Bytes_sent", sent_before) / 1e6 / millions, "MB/million"});
    const std::uint64_t found = queue.status().jobs.at(queue::JobState::ready);
    if (found != rows / 100) {
        throw Error("reconciliation found " + std::to_string(found) + " lost rows of " +
                    std::to_string(rows / 100));
    }

    std::vector<double> times;
    for (int i = 0; i < looks; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        sweep.run(look);
        times.push_back(milliseconds_since(begin));
    }
    report.add({name + ", a look with nothing new, p50", median(times), "ms"});
    report.add({name + ", a look with nothing new, p99", percentile(times, 0.99), "ms"});
}

}  // namespace

void measure_sweep(const Run& run) {
    test::PrivateServer::Options options = large_server();
    options.wait_for_disk = false;
    test::PrivateServer server(options);
    run.report.set_server(database::Connection(server.options()).server_name());
    for (const std::uint64_t rows :
         {run.scaled(10'000, 1'000), run.scaled(1'000'000, 10'000), run.scaled(10'000'000, 100'000)}) {
        measure(run.report, server, rows);
    }
}

}  // namespace gdprd::bench
