// The audit for everybody who was erased beside the search for one person and beside reading alone, over the
// same rows in the same run, and what Mautic's own statements notice of it. A rate depends on the server and
// on who else uses the machine; the processor time of this process, without the server's, hardly does.
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "audit/pass.h"
#include "base/error.h"
#include "bench/large_mautic.h"
#include "bench/mautic_load.h"
#include "bench/measure.h"
#include "bench/own_memory.h"
#include "bench/processor_time.h"
#include "bench/samples.h"
#include "bench/threads.h"
#include "ledger/ledger.h"
#include "support/server_under_test.h"
#include "verify/table_list.h"
#include "verify/table_reader.h"
#include "verify/whole_search.h"

namespace gdprd::bench {
namespace {

constexpr const char* audit_ledger = "bench_audit_ledger";
constexpr int audit_rounds = 3;

struct Rate {
    double seconds = 0;
    double processor_seconds = 0;
    double megabytes = 0;
    double per_second() const { return megabytes / seconds; }
    double milliseconds_a_megabyte() const { return 1'000 * processor_seconds / megabytes; }
};

template <class Work>
Rate rate_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    const double used = processor_seconds(::getpid());
    const std::uint64_t bytes = work();
    return {seconds_since(start), processor_seconds(::getpid()) - used, static_cast<double>(bytes) / 1e6};
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
    AuditedSite(test::PrivateServer& server, std::uint64_t people)
        : mautic(server, "bench_audit"), contacts{1, people} {
        load_wanted_schema(mautic);
        add_shared_content(mautic);
        add_contacts(mautic, contacts);
        analyze(mautic);
        database::Connection connection(mautic.options());
        ledger::Ledger(connection, audit_ledger).create();
    }

    // Of people of whom nothing is left.
    void fill_ledger() {
        constexpr std::uint64_t records_at_once = 20'000;
        database::Connection connection(mautic.options());
        for (std::uint64_t first = 1; first <= contacts.count; first += records_at_once) {
            connection.change(
                std::string("INSERT INTO ") + audit_ledger +
                ".erasure (contact_id, subject_hash, algorithm, channel, reason, origin, erased_at, status,"
                " passes, rows_changed, rows_deleted, rows_late, hash_marks, policy_digest, schema_digest,"
                " map_digest) SELECT 100000000 + seq, SHA2(CONCAT('gone', seq, '@example.net'), 256),"
                " 'sha256', 'email', 'unsubscribed', 'webhook', '2026-01-01', 'complete', 1, 0, 0, 0, '',"
                " REPEAT('a', 64), REPEAT('a', 64), REPEAT('a', 64) FROM " +
                test::sequence(first, std::min(contacts.count, first + records_at_once - 1)));
        }
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
        Threads readers;
        for (std::size_t i = 0; i < threads; ++i) {
            readers.start([&](const std::stop_token&) {
                const database::ThreadScope thread;
                database::Connection own(mautic.options());
                while (audit::TableState* state = pass.take()) {
                    audit::audit_table({own, own}, *state, pass.people(),
                                       [](const audit::TableState&) { return true; });
                    pass.save(own, *state);
                }
            });
        }
        readers.wait();
        std::uint64_t bytes = 0;
        for (const audit::TableState& state : pass.tables()) bytes += state.bytes;
        if (audit::counts_of(pass.tables()).erased > 0) throw Error("audit: found somebody who is not there");
        return bytes;
    }

    test::MauticDatabase mautic;
    const Range contacts;
};

std::vector<double> figures_of(const std::vector<Rate>& rates, double (Rate::*figure)() const) {
    std::vector<double> all;
    for (const Rate& rate : rates) all.push_back((rate.*figure)());
    return all;
}

void report_rates(Report& report, const std::string& name, const std::vector<Rate>& rates,
                  const std::vector<Rate>& reading) {
    report.add(Figure(name, figures_of(rates, &Rate::per_second), "MB/s")
                   .against("reading", figures_of(reading, &Rate::per_second)));
    report.add(Figure(name + ", processor time", figures_of(rates, &Rate::milliseconds_a_megabyte), "ms/MB")
                   .against("reading", figures_of(reading, &Rate::milliseconds_a_megabyte)));
}

void compare_audit_load(Report& report, AuditedSite& site) {
    MauticLoad load(site.mautic, site.contacts);
    LoadTimes alone;
    alone.add(load.during([] { std::this_thread::sleep_for(std::chrono::seconds(5)); }));
    alone.report(report, "alone");
    for (const std::size_t threads : {std::size_t{1}, std::size_t{2}}) {
        LoadTimes beside;
        beside.add(load.during([&] { site.audit_all(threads); }));
        beside.report(report, "beside " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"),
                      &alone);
    }
}

}  // namespace

void measure_audit(const Run& run) {
    test::PrivateServer server(large_server());
    run.report.set_server(database::Connection(server.options()).server_name());
    AuditedSite site(server, run.scaled(100'000, 1'000));
    site.fill_ledger();
    settle(site.mautic);
    run.report.say("  " + std::to_string(site.contacts.count) + " contacts, and as many who were erased");
    std::vector<Rate> one_thread, two_threads, verify, reading;
    for (int round = 0; round < audit_rounds; ++round) {
        const MemoryGrowth memory;
        one_thread.push_back(rate_of([&] { return site.audit_all(1); }));
        if (round == 0) {
            run.report.add({"what is read", one_thread[0].megabytes, "MB"});
            run.report.add({"audit, one thread, memory", memory.peak_mebibytes(), "MiB"});
        }
        two_threads.push_back(rate_of([&] { return site.audit_all(2); }));
        verify.push_back(rate_of([&] { return site.verify_one(); }));
        reading.push_back(rate_of([&] { return site.read_all(); }));
    }
    report_rates(run.report, "reading alone", reading, reading);
    report_rates(run.report, "verify", verify, reading);
    report_rates(run.report, "audit, one thread", one_thread, reading);
    report_rates(run.report, "audit, two threads", two_threads, reading);
    compare_audit_load(run.report, site);
}

}  // namespace gdprd::bench
