// Erasing many contacts: the rate against SQL written by hand, the same contacts in a small and in a large
// database, and what Mautic's own statements notice of it.
//
// GDPRD_BENCH_SCALE=0.1 in the environment makes everything ten times smaller.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "bench/by_hand.h"
#include "bench/engine.h"
#include "bench/large_mautic.h"
#include "bench/mautic_load.h"
#include "bench/measure.h"
#include "bench/processor_time.h"
#include "bench/same_effect.h"
#include "ledger/ledger.h"

namespace gdprd::bench {
namespace {

constexpr std::size_t batch = worker::WorkerOptions{}.batch_max;

double scale() {
    const char* wanted = std::getenv("GDPRD_BENCH_SCALE");
    return wanted == nullptr ? 1 : std::strtod(wanted, nullptr);
}
// Fewer slices rather than slices that are too short for two workers.
std::size_t rounds() { return static_cast<std::size_t>(std::clamp(10 * scale(), 2.0, 10.0)); }
std::uint64_t scaled(double contacts) { return static_cast<std::uint64_t>(contacts * scale()); }

pid_t process_of(const test::PrivateServer& server) {
    std::ifstream file(server.socket().parent_path() / "pid");
    pid_t process = 0;
    if (!(file >> process)) throw Error("the server has no pid file");
    return process;
}

// The time of the processors that contacts took, in this process and in the server.
struct Processor {
    pid_t server;
    double own = 0, servers = 0;

    void add(double sign) {
        own += sign * processor_seconds(::getpid());
        servers += sign * processor_seconds(server);
    }
};

// A database with the erasing sides on it, and contacts that nobody has used yet.
class Site {
  public:
    Site(test::PrivateServer& server, const std::string& name)
        : mautic(server, name), process{process_of(server)} {
        load_wanted_schema(mautic);
        add_shared_content(mautic);
        server.execute("DROP DATABASE IF EXISTS " + ledger());
        database::Connection connection(mautic.options());
        ledger::Ledger(connection, ledger()).create();
    }

    void grow(Range contacts) {
        const auto start = std::chrono::steady_clock::now();
        add_contacts(mautic, contacts);
        unsubscribe(mautic, contacts);
        analyze(mautic);
        settle(mautic);
        std::printf("  %s: %llu contacts made in %.0f s\n", mautic.name().c_str(),
                    static_cast<unsigned long long>(contacts.count), milliseconds_since(start) / 1000);
        std::fflush(stdout);
    }
    std::string ledger() const { return mautic.name() + "_ledger"; }
    Engine engine() const { return {mautic, rules_for(mautic, ledger())}; }

    test::MauticDatabase mautic;
    Processor process;
};

// Contacts a second, of slices that took turns with those of other sides.
struct BackfillSide {
    const char* name;
    Processor processor;
    std::vector<double> rates = {};
    double contacts = 0;

    template <class Erase>
    void run(const std::vector<ContactId>& ids, Erase erase) {
        processor.add(-1);
        const auto start = std::chrono::steady_clock::now();
        erase(ids);
        rates.push_back(static_cast<double>(ids.size()) * 1000 / milliseconds_since(start));
        processor.add(1);
        contacts += static_cast<double>(ids.size());
    }
    void print(const BackfillSide* baseline) const {
        std::printf("  %-28s %6.0f contacts/s (%.0f to %.0f), %.0f + %.0f us of the processors a contact",
                    name, median(rates), percentile(rates, 0), percentile(rates, 1),
                    processor.own * 1e6 / contacts, processor.servers * 1e6 / contacts);
        if (baseline != nullptr) {
            std::vector<double> ratios;
            for (std::size_t i = 0; i < rates.size(); ++i) ratios.push_back(rates[i] / baseline->rates[i]);
            std::printf("   ratio %.2f (%.2f to %.2f)", median(ratios), percentile(ratios, 0),
                        percentile(ratios, 1));
        }
        std::puts("");
        std::fflush(stdout);
    }
};

// (a) Uses up two slices and a bit of the contacts from `next` on a round.
ContactId compare_with_sql_by_hand(Site& site, ContactId next) {
    const std::size_t slice = scaled(50'000) / rounds();
    const std::size_t few = scaled(2'000) / rounds();
    const auto take = [&](std::size_t count) {
        const auto ids = ids_of({next, count});
        next += count;
        return ids;
    };
    ByHand by_hand(site.mautic, site.ledger());
    Engine engine = site.engine();
    BackfillSide hand_side{"SQL by hand, one connection", site.process};
    BackfillSide engine_side{"engine", site.process};
    BackfillSide single_side{"engine, one at a time", site.process};
    for (std::size_t round = 0; round < rounds(); ++round) {
        // The server still cleans up after a slice when the next one runs: nobody always follows the same
        // one.
        for (std::size_t turn = round; turn < round + 2; ++turn) {
            if (turn % 2 == 0) {
                hand_side.run(take(slice), [&](const auto& ids) { by_hand.erase(ids); });
            } else {
                engine_side.run(take(slice), [&](const auto& ids) { engine.erase(ids, batch); });
            }
        }
        single_side.run(take(few), [&](const auto& ids) { engine.erase(ids, 1); });
    }
    std::printf("  %zu contacts a side, %zu in a transaction, %zu workers\n", rounds() * slice, batch,
                Engine::threads);
    hand_side.print(nullptr);
    engine_side.print(&hand_side);
    single_side.print(&hand_side);
    return next;
}

// (b) The same contacts are in both.
void compare_sizes(Site& small, Site& large, ContactId first) {
    const std::size_t slice = scaled(5'000) / rounds();
    Engine in_small = small.engine();
    Engine in_large = large.engine();
    BackfillSide small_side{"in the small database", small.process};
    BackfillSide large_side{"in the large database", large.process};
    for (std::size_t round = 0; round < rounds(); ++round) {
        const auto contacts = ids_of({first + round * slice, slice});
        small_side.run(contacts, [&](const auto& ids) { in_small.erase(ids, batch); });
        large_side.run(contacts, [&](const auto& ids) { in_large.erase(ids, batch); });
    }
    small_side.print(nullptr);
    large_side.print(&small_side);
}

// (c) Times of Mautic's statements while `work` runs.
template <class Work>
std::vector<double> during(MauticLoad& load, Work work) {
    std::vector<double> times;
    {
        const std::jthread mautic([&](std::stop_token stop) { times = load.run(stop); });
        work();
    }
    return times;
}

void compare_load(Site& site, ContactId next, Range others) {
    const std::size_t slice = scaled(40'000) / rounds();
    Engine engine = site.engine();
    ByHand by_hand(site.mautic, site.ledger());
    MauticLoad load(site.mautic, others);
    std::vector<double> alone, with_engine, with_hand;
    const auto append = [](std::vector<double>& to, const std::vector<double>& times) {
        to.insert(to.end(), times.begin(), times.end());
    };
    for (std::size_t round = 0; round < (rounds() + 1) / 2; ++round) {
        append(alone, during(load, [] { std::this_thread::sleep_for(std::chrono::seconds(4)); }));
        append(with_engine, during(load, [&] { engine.erase(ids_of({next, slice}), batch); }));
        append(with_hand, during(load, [&] { by_hand.erase(ids_of({next + slice, slice})); }));
        next += 2 * slice;
    }
    const auto print = [&](const char* name, const std::vector<double>& times) {
        std::printf("  %-28s p50 %7.2f ms   p99 %7.2f ms   max %7.2f ms   p99 ratio %.2f\n", name,
                    median(times), percentile(times, 0.99), percentile(times, 1),
                    percentile(times, 0.99) / percentile(alone, 0.99));
    };
    print("Mautic alone", alone);
    print("while the engine erases", with_engine);
    print("while SQL by hand erases", with_hand);
    std::fflush(stdout);
}

}  // namespace

void measure_backfill() {
    log::configure(log::Level::warning, log::Format::text);
    test::PrivateServer server(large_server());
    std::puts("backfill");
    check_same_effect(server);
    std::puts("  the engine and the SQL by hand leave the same behind");
    const Range first_half{1, scaled(200'000)};
    const Range second_half{first_half.last() + 1, first_half.count};
    Site large(server, "large");
    large.grow(first_half);
    std::puts(" (a) rate");
    const ContactId next = compare_with_sql_by_hand(large, 1);

    std::puts(" (b) the same contacts among few and among many");
    Site small(server, "small");
    const Range few{first_half.last() + 1 - scaled(20'000), scaled(20'000)};
    small.grow(few);
    large.grow(second_half);
    compare_sizes(small, large, few.first);

    std::printf(" (c) Mautic's own statements, %d a second\n", MauticLoad::per_second);
    compare_load(large, second_half.first, {next, few.first - next});
}

}  // namespace gdprd::bench
