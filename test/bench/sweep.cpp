// The sweep over a long do-not-contact list: a look at what is new, and the comparison of everything, each
// over two lengths. Nearly everybody is erased, as after years; with lost rows among them.
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "background/checkpoints.h"
#include "bench/measure.h"
#include "bench/processor_time.h"
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

// Row `seq` of `rows` for each number from `first` to `last`.
void fill_part(database::Connection& root, const std::string& ledger, std::uint64_t first, std::uint64_t last,
               std::uint64_t rows) {
    const std::string every = " FROM " + test::sequence(first, last);
    root.change(
        "INSERT INTO leads (id, is_published, points, email) SELECT seq, 1, 0, LEFT(SHA2(seq, 256), 32)" +
        every);
    root.change(
        "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel) SELECT seq,"
        " UTC_TIMESTAMP() - INTERVAL 1 DAY - INTERVAL (" +
        std::to_string(rows) + " - seq) SECOND, 1 + seq % 2, 'email'" + every);
    root.change(
        "INSERT INTO " + ledger +
        ".erasure (contact_id, subject_hash, algorithm, channel, reason, origin, erased_at,"
        " last_pass_at, status, passes, rows_changed, rows_deleted, rows_late, hash_marks,"
        " policy_digest, schema_digest, map_digest) SELECT seq, LEFT(SHA2(seq, 256), 32), 'md5', 'email',"
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

// Of this process: VmRSS, VmHWM.
double status_mebibytes(const std::string& name) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(name)) return std::stod(line.substr(name.size() + 1)) / 1024.0;
    }
    return 0;
}

void measure(test::PrivateServer& server, std::uint64_t rows) {
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

    queue::Queue queue({directory.path(), 10'000'000});
    health::Metrics metrics("bench");
    background::SweepOptions options;
    options.incremental = Milliseconds{0};
    reconciliation::Sweep sweep(options, std::chrono::hours{26}, queue, metrics);
    background::Throttle throttle({options.busy_threads, 0});
    database::Connection connection(mautic.options());
    const std::stop_source stop;
    const std::stop_token token = stop.get_token();
    const background::Run look{connection, rules, token, throttle};

    const double memory_before = status_mebibytes("VmRSS:");
    const double used_before = processor_seconds(getpid());
    const auto start = std::chrono::steady_clock::now();
    do {
        sweep.run(look);
    } while (metrics.render().find("mautic_gdprd_sweep_full_timestamp_seconds 0") != std::string::npos);
    const double took = milliseconds_since(start) / 1000;
    const double used = processor_seconds(getpid()) - used_before;
    const auto found = queue.status().jobs.at(queue::JobState::ready);
    std::printf(
        "  %8lu rows: comparison %6.1f s (%.1f s of it ours), %8.0f rows/s, %ld of %lu lost ones found, "
        "%+.1f MiB, peak %.1f MiB\n",
        static_cast<unsigned long>(rows), took, used, static_cast<double>(rows) / took,
        static_cast<long>(found), static_cast<unsigned long>(rows / 100),
        status_mebibytes("VmRSS:") - memory_before, status_mebibytes("VmHWM:"));

    std::vector<double> times;
    for (int i = 0; i < looks; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        sweep.run(look);
        times.push_back(milliseconds_since(begin));
    }
    std::printf("                 nothing new: median %.2f ms, p99 %.2f ms\n", median(times),
                percentile(times, 0.99));
}

}  // namespace

void measure_sweep() {
    std::printf("sweep: the whole do-not-contact list, and looks with nothing new\n");
    test::PrivateServer::Options options;
    options.arguments = {"--innodb-buffer-pool-size=512M"};
    test::PrivateServer server(options);
    for (const std::uint64_t rows : {10'000UL, 1'000'000UL}) measure(server, rows);
}

}  // namespace gdprd::bench
