// The audit for everybody who was erased beside the search for one person and beside reading alone, over the
// same rows in the same run, and what Mautic's own statements notice of it. A rate depends on the server and
// on who else uses the machine; the processor time of this process, without the server's, hardly does.
//
// GDPRD_BENCH_SCALE=0.1 in the environment makes everything ten times smaller.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <thread>

#include "audit/pass.h"
#include "base/error.h"
#include "bench/large_mautic.h"
#include "bench/mautic_load.h"
#include "bench/measure.h"
#include "bench/processor_time.h"
#include "ledger/ledger.h"
#include "support/server_under_test.h"
#include "verify/table_list.h"
#include "verify/table_reader.h"
#include "verify/whole_search.h"

namespace gdprd::bench {
namespace {

constexpr const char* audit_ledger = "bench_audit_ledger";
constexpr int audit_rounds = 3;

double audit_scale() {
    const char* wanted = std::getenv("GDPRD_BENCH_SCALE");
    return wanted == nullptr ? 1 : std::strtod(wanted, nullptr);
}

struct Rate {
    double seconds = 0;
    double processor_seconds = 0;
    double megabytes = 0;
    double per_second() const { return megabytes / seconds; }
    double milliseconds_a_megabyte() const { return 1'000 * processor_seconds / megabytes; }
};

// Since the process began.
double peak_mebibytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
    }
    return 0;
}

template <class Work>
Rate rate_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    const double used = processor_seconds(::getpid());
    const std::uint64_t bytes = work();
    return {milliseconds_since(start) / 1'000, processor_seconds(::getpid()) - used,
            static_cast<double>(bytes) / 1e6};
}

class CellCounter : public verify::TableVisitor {
  public:
    void cell(std::size_t, std::string_view text) override { bytes += text.size(); }
    void unreadable_cell(std::size_t) override {}
    void end_of_row() override {}
    bool end_of_chunk() override { return true; }
    std::uint64_t bytes = 0;
};

class AuditedSite {
  public:
    explicit AuditedSite(test::PrivateServer& server) : mautic(server, "bench_audit") {
        load_wanted_schema(mautic);
        add_shared_content(mautic);
        add_contacts(mautic, contacts());
        analyze(mautic);
        database::Connection connection(mautic.options());
        ledger::Ledger(connection, audit_ledger).create();
    }

    static Range contacts() { return {1, static_cast<std::uint64_t>(100'000 * audit_scale())}; }
    static std::uint64_t erased() { return static_cast<std::uint64_t>(100'000 * audit_scale()); }

    // Of people of whom nothing is left.
    void fill_ledger() {
        database::Connection connection(mautic.options());
        connection.change(
            std::string("INSERT INTO ") + audit_ledger +
            ".erasure (contact_id, subject_hash, algorithm, channel, reason, origin, erased_at, status, "
            "passes,"
            " rows_changed, rows_deleted, rows_late, hash_marks, policy_digest, schema_digest, map_digest)"
            " SELECT 100000000 + seq, SHA2(CONCAT('gone', seq, '@example.net'), 256), 'sha256', 'email',"
            " 'unsubscribed', 'webhook', '2026-01-01', 'complete', 1, 0, 0, 0, '', REPEAT('a', 64), "
            "REPEAT('a', 64),"
            " REPEAT('a', 64) FROM " +
            test::sequence(1, static_cast<int>(erased())));
    }

    std::uint64_t read_all() {
        database::Connection connection(mautic.options());
        CellCounter counter;
        for (const auto& table : verify::read_tables(connection, mautic.options().database)) {
            verify::read_table(connection, table, counter);
        }
        return counter.bytes;
    }

    std::uint64_t verify_one() {
        matching::Identity identity;
        identity.add("nobody.of@example.net");
        database::Connection connection(mautic.options());
        verify::WholeSearch search(connection, {mautic.options().database});
        return search.run(identity, true, [](const verify::Progress&) { return true; }).bytes;
    }

    std::uint64_t audit_all(std::size_t threads) {
        database::Connection connection(mautic.options());
        audit::PassOptions options;
        options.database = mautic.options().database;
        options.table_prefix = mautic.real_name("");
        options.ledger_database = audit_ledger;
        options.anew = true;
        audit::Pass pass({connection, connection}, options, [] { return true; });
        {
            std::vector<std::jthread> readers;
            for (std::size_t i = 0; i < threads; ++i) {
                readers.emplace_back([&] {
                    const database::ThreadScope thread;
                    database::Connection own(mautic.options());
                    while (audit::TableState* state = pass.take()) {
                        audit::audit_table({own, own}, *state, pass.people(),
                                           [](const audit::TableState&) { return true; });
                        pass.save(own, *state);
                    }
                });
            }
        }
        std::uint64_t bytes = 0;
        for (const audit::TableState& state : pass.tables()) bytes += state.bytes;
        if (audit::counts_of(pass.tables()).erased > 0) throw Error("audit: found somebody who is not there");
        return bytes;
    }

    test::MauticDatabase mautic;
};

double median_of(const std::vector<Rate>& rates, double (Rate::*figure)() const) {
    std::vector<double> all;
    for (const Rate& rate : rates) all.push_back((rate.*figure)());
    return median(all);
}

void print_rates(const char* name, const std::vector<Rate>& rates, const std::vector<Rate>& reading) {
    const double rate = median_of(rates, &Rate::per_second);
    const double processor = median_of(rates, &Rate::milliseconds_a_megabyte);
    std::printf("  %-20s %6.1f MB/s   ratio to reading %.2f   processor %5.1f ms/MB   ratio %.2f\n", name,
                rate, rate / median_of(reading, &Rate::per_second), processor,
                processor / median_of(reading, &Rate::milliseconds_a_megabyte));
}

template <class Work>
std::vector<double> while_running(MauticLoad& load, Work work) {
    std::vector<double> times;
    {
        const std::jthread mautic([&](std::stop_token stop) { times = load.run(stop); });
        work();
    }
    return times;
}

void compare_audit_load(AuditedSite& site) {
    MauticLoad load(site.mautic, AuditedSite::contacts());
    const auto alone = while_running(load, [] { std::this_thread::sleep_for(std::chrono::seconds(5)); });
    for (const std::size_t threads : {std::size_t{1}, std::size_t{2}}) {
        const auto times = while_running(load, [&] { site.audit_all(threads); });
        std::printf("  Mautic's statements, %zu thread%s    alone p99 %7.2f ms   p99 %7.2f ms   ratio %.2f\n",
                    threads, threads == 1 ? " " : "s", percentile(alone, 0.99), percentile(times, 0.99),
                    percentile(times, 0.99) / percentile(alone, 0.99));
    }
}

}  // namespace

void measure_audit() {
    test::PrivateServer server(large_server());
    AuditedSite site(server);
    site.fill_ledger();
    settle(site.mautic);
    std::printf("audit: everybody who was erased, %llu of them, against `verify` for one and reading alone\n",
                static_cast<unsigned long long>(AuditedSite::erased()));
    const double before = peak_mebibytes();
    std::vector<Rate> one_thread, two_threads, verify, reading;
    for (int round = 0; round < audit_rounds; ++round) {
        one_thread.push_back(rate_of([&] { return site.audit_all(1); }));
        if (round == 0) {
            std::printf("  %.0f MB; resident at most %.1f MiB, %.1f before it began\n",
                        one_thread[0].megabytes, peak_mebibytes(), before);
        }
        two_threads.push_back(rate_of([&] { return site.audit_all(2); }));
        verify.push_back(rate_of([&] { return site.verify_one(); }));
        reading.push_back(rate_of([&] { return site.read_all(); }));
    }
    print_rates("reading alone", reading, reading);
    print_rates("verify", verify, reading);
    print_rates("audit, one thread", one_thread, reading);
    print_rates("audit, two threads", two_threads, reading);
    compare_audit_load(site);
    std::fflush(stdout);
}

}  // namespace gdprd::bench
