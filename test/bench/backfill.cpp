// The rate of erasing many contacts one after the other.
#include <cstdlib>

#include "bench/large_mautic.h"
#include "bench/measure.h"

namespace gdprd::bench {

void measure_backfill() {
    test::PrivateMariaDb server(large_server());
    test::MauticDatabase mautic(server);
    mautic.load_own_schema();
    const char* wanted = std::getenv("GDPRD_BENCH_CONTACTS");
    const Range all{1, wanted == nullptr ? 200'000 : std::strtoull(wanted, nullptr, 10)};
    const auto start = std::chrono::steady_clock::now();
    add_surroundings(mautic);
    add_contacts(mautic, all);
    unsubscribe(mautic, all);
    analyze(mautic);
    std::printf("backfill: %llu contacts made in %.1f s\n", static_cast<unsigned long long>(all.count),
                milliseconds_since(start) / 1000);
    std::fflush(stdout);
}

}  // namespace gdprd::bench
