// Erasing many contacts: the rate against two baselines that leave the same behind (bench/same_effect.h), SQL
// written by hand over whole batches and the loop that a plugin would be.
#include "bench/by_hand.h"
#include "bench/erasing_side.h"
#include "bench/measure.h"
#include "bench/plugin_loop.h"
#include "bench/same_effect.h"
#include "bench/site.h"

namespace gdprd::bench {
namespace {

// Hands out contacts that nobody has erased yet.
class Unused {
  public:
    std::vector<ContactId> take(std::size_t count) {
        auto ids = ids_of({next_, count});
        next_ += count;
        return ids;
    }

  private:
    ContactId next_ = 1;
};

}  // namespace

void measure_backfill(const Run& run) {
    test::PrivateServer server(large_server());
    run.report.set_server(database::Connection(server.options()).server_name());
    check_same_effect(server);
    run.report.say("  the engine, the SQL by hand and the plugin's loop leave the same behind");
    Site site(server, "large", run.report);
    site.grow({1, run.scaled(200'000, 1'000)});

    const std::size_t rounds = run.rounds(10);
    const std::size_t slice = run.scaled(50'000, 400) / rounds;
    const std::size_t few = run.scaled(2'000, 40) / rounds;
    Unused contacts;
    ByHand by_hand(site.mautic, site.ledger());
    PluginLoop plugin(site.mautic, site.ledger());
    Engine engine = site.engine();
    ErasingSide hand_side("SQL by hand", server);
    ErasingSide plugin_side("plugin's loop", server);
    ErasingSide engine_side("engine", server);
    ErasingSide single_side("engine, one at a time", server);
    for (std::size_t round = 0; round < rounds; ++round) {
        // The server still cleans up after a slice when the next one runs: nobody always follows the same
        // one.
        for (std::size_t turn = round; turn < round + 2; ++turn) {
            if (turn % 2 == 0) {
                hand_side.run(contacts.take(slice), [&](const auto& ids) { by_hand.erase(ids); });
            } else {
                engine_side.run(contacts.take(slice),
                                [&](const auto& ids) { engine.erase(ids, Engine::batch_max); });
            }
        }
        single_side.run(contacts.take(few), [&](const auto& ids) { engine.erase(ids, 1); });
        plugin_side.run(contacts.take(few), [&](const auto& ids) { plugin.erase(ids); });
    }
    run.report.say("  " + std::to_string(slice) + " contacts a round, " + std::to_string(Engine::batch_max) +
                   " in a transaction; the engine has " + std::to_string(Engine::threads) +
                   " workers, the others a connection each");
    run.report.add(hand_side.rate());
    run.report.add(plugin_side.rate());
    run.report.add(engine_side.rate_against(hand_side));
    run.report.add(engine_side.rate_against(plugin_side));
    run.report.add(single_side.rate_against(plugin_side));
    for (const ErasingSide* side : {&hand_side, &plugin_side, &engine_side, &single_side}) {
        side->report_processor_time(run.report);
    }
}

}  // namespace gdprd::bench
