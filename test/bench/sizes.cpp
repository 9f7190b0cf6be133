// Does an erasure cost the same however many people there are? The same contacts in a small, a large and a
// very large database on one server, in turn.
#include <memory>

#include "bench/erasing_side.h"
#include "bench/measure.h"
#include "bench/site.h"

namespace gdprd::bench {
namespace {

struct SizedSite {
    Site site;
    Engine engine;
    ErasingSide side;

    SizedSite(test::PrivateServer& server, std::uint64_t contacts, Report& report)
        : site(server, "contacts_" + std::to_string(contacts), report),
          engine(site.engine()),
          side(std::to_string(contacts) + " contacts", server) {
        site.grow({1, contacts});
    }
};

}  // namespace

void measure_sizes(const Run& run) {
    test::PrivateServer server(large_server());
    run.report.set_server(database::Connection(server.options()).server_name());
    std::vector<std::unique_ptr<SizedSite>> sites;
    for (const std::uint64_t contacts :
         {run.scaled(20'000, 400), run.scaled(400'000, 2'000), run.scaled(4'000'000, 10'000)}) {
        if (!sites.empty()) require_room_for(contacts, sites.back()->site.bytes_a_contact());
        sites.push_back(std::make_unique<SizedSite>(server, contacts, run.report));
    }
    const std::size_t rounds = run.rounds(10);
    const std::size_t slice = run.scaled(5'000, 100) / rounds;
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto contacts = ids_of({1 + round * slice, slice});
        // Nobody is always the first.
        for (std::size_t turn = round; turn < round + sites.size(); ++turn) {
            SizedSite& sized = *sites[turn % sites.size()];
            sized.side.run(contacts, [&](const auto& ids) { sized.engine.erase(ids, Engine::batch_max); });
        }
    }
    const ErasingSide& small = sites.front()->side;
    for (const auto& sized : sites) {
        run.report.add(&sized->side == &small ? small.rate() : sized->side.rate_against(small));
    }
    for (const auto& sized : sites) sized->side.report_processor_time(run.report);
}

}  // namespace gdprd::bench
