// What Mautic's own statements notice while very many contacts are erased: at full speed, paced, and by SQL
// written by hand.
#include <thread>

#include "background/throttle.h"
#include "bench/by_hand.h"
#include "bench/erasing_side.h"
#include "bench/mautic_load.h"
#include "bench/measure.h"
#include "bench/site.h"

namespace gdprd::bench {
namespace {

// As `sweep` is without --full-speed.
EngineHooks paced(background::Throttle& throttle) {
    EngineHooks hooks;
    hooks.before_batch = [&throttle](database::Connection& connection, std::size_t contacts) {
        throttle.wait(connection, std::stop_token(), contacts);
    };
    hooks.after_batch = [&throttle] { throttle.done(); };
    return hooks;
}

}  // namespace

void measure_load(const Run& run) {
    test::PrivateServer server(large_server());
    run.report.set_server(database::Connection(server.options()).server_name());
    const std::size_t rounds = run.rounds(5);
    const std::size_t slice = run.scaled(40'000, 800) / (2 * rounds);
    const Range erased{1, 3 * rounds * slice};
    const Range others{erased.last() + 1, run.scaled(100'000, 1'000)};
    Site site(server, "large", run.report);
    site.grow({1, others.last()});

    Engine engine = site.engine();
    ByHand by_hand(site.mautic, site.ledger());
    MauticLoad load(site.mautic, others);
    ErasingSide full_speed("engine at full speed", server);
    ErasingSide polite("engine, paced", server);
    ErasingSide hand("SQL by hand", server);
    background::PaceOptions pace;
    pace.workers_max = Engine::threads;
    LoadTimes alone, with_engine, with_paced, with_hand;
    ContactId next = erased.first;
    const auto erase = [&](ErasingSide& side, auto work) {
        const auto contacts = ids_of({next, slice});
        next += slice;
        return load.during([&] { side.run(contacts, work); });
    };
    for (std::size_t round = 0; round < rounds; ++round) {
        alone.add(load.during([] { std::this_thread::sleep_for(std::chrono::seconds(4)); }));
        with_engine.add(erase(full_speed, [&](const auto& ids) { engine.erase(ids, Engine::batch_max); }));
        with_paced.add(erase(polite, [&](const auto& ids) {
            // Anew each time: what it measures while nobody works must be so.
            background::Pacer pacer(pace, site.mautic.options(), background::TinyCommit(site.ledger()));
            background::Throttle throttle({0, 0}, nullptr, &pacer);
            engine.erase(ids, Engine::batch_max, paced(throttle));
        }));
        with_hand.add(erase(hand, [&](const auto& ids) { by_hand.erase(ids); }));
    }
    run.report.say("  Mautic's own statements, " + std::to_string(MauticLoad::per_second) + " a second");
    alone.report(run.report, "alone");
    with_engine.report(run.report, "at full speed", &alone);
    with_paced.report(run.report, "while it is paced", &alone);
    with_hand.report(run.report, "beside SQL by hand", &alone);
    run.report.add(full_speed.rate_against(hand));
    run.report.add(polite.rate_against(full_speed));
}

}  // namespace gdprd::bench
