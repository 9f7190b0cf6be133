// One contact with a very long history: is the time proportional to its rows, how long is the longest
// transaction, how much memory does it need, and what do Mautic's own statements notice?
#include <thread>

#include "bench/long_history.h"
#include "bench/mautic_load.h"
#include "bench/measure.h"
#include "bench/own_memory.h"
#include "bench/samples.h"
#include "bench/site.h"

namespace gdprd::bench {
namespace {

struct History {
    const char* what;
    void (*add)(test::MauticDatabase& mautic, ContactId contact, std::uint64_t count);
    std::uint64_t rows_each;  // of the contact, for one of these
};

constexpr History histories[] = {{"page views", add_page_views, 1}, {"opened mails", add_opened_mails, 2}};

struct Erasure {
    double seconds = 0;
    EngineReport engine;
    double memory_mebibytes = 0;
    LoadTimes mautic;
};

Erasure erase(Site& site, MauticLoad& load, ContactId contact) {
    settle(site.mautic);
    Engine engine = site.engine();
    Erasure erasure;
    const MemoryGrowth memory;
    erasure.mautic.add(load.during([&] {
        const auto start = std::chrono::steady_clock::now();
        erasure.engine = engine.erase(std::span(&contact, 1), 1);
        erasure.seconds = seconds_since(start);
    }));
    erasure.memory_mebibytes = memory.peak_mebibytes();
    return erasure;
}

double rows_a_second(const History& history, std::uint64_t count, const Erasure& erasure) {
    return static_cast<double>(count * history.rows_each) / erasure.seconds;
}

void report(Report& to, const std::string& name, const Erasure& erasure, const LoadTimes& alone) {
    to.add({name + ", time", erasure.seconds, "s"});
    to.add({name + ", transactions", static_cast<double>(erasure.engine.transactions), ""});
    to.add({name + ", longest transaction", erasure.engine.longest_transaction_ms / 1'000, "s"});
    to.add({name + ", memory", erasure.memory_mebibytes, "MiB"});
    erasure.mautic.report(to, "during " + name, &alone);
}

}  // namespace

void measure_history(const Run& run) {
    test::PrivateServer server(large_server());
    run.report.set_server(database::Connection(server.options()).server_name());
    Site site(server, "large", run.report);
    const Range people{1, run.scaled(20'000, 1'000)};
    site.grow(people);
    // Those with long histories are the first ones; Mautic works on others.
    MauticLoad load(site.mautic, {people.count / 2, people.count / 2});
    LoadTimes alone;
    alone.add(load.during([] { std::this_thread::sleep_for(std::chrono::seconds(4)); }));
    alone.report(run.report, "alone");

    ContactId contact = people.first;
    for (const History& history : histories) {
        const std::uint64_t many = run.scaled(1'000'000, 10'000);
        const std::uint64_t few = many / 10;
        const ContactId short_one = contact++;
        const ContactId long_one = contact++;
        history.add(site.mautic, short_one, few);
        history.add(site.mautic, long_one, many);
        analyze(site.mautic);
        const Erasure of_few = erase(site, load, short_one);
        const Erasure of_many = erase(site, load, long_one);
        const auto name = [&](std::uint64_t count) { return std::to_string(count) + ' ' + history.what; };
        run.report.add({name(few) + ", rate", rows_a_second(history, few, of_few), "rows/s"});
        report(run.report, name(few), of_few, alone);
        run.report.add(Figure(name(many) + ", rate", rows_a_second(history, many, of_many), "rows/s")
                           .against("a tenth", rows_a_second(history, few, of_few)));
        report(run.report, name(many), of_many, alone);
    }
}

}  // namespace gdprd::bench
