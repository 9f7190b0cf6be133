// Speed and memory of the real program, as ratios against a baseline in the same run.
//
//     bench [receive] [latency] [memory] [text] [backfill] [sweep]      all of them without arguments
//
// Nothing here passes or fails: machines differ, ratios less so. docs/operations.md quotes a run.
#include <cstdio>
#include <exception>
#include <set>
#include <string>

#include "bench/measure.h"

int main(int argc, char* argv[]) {
    const std::set<std::string> wanted(argv + 1, argv + argc);
    const auto is_wanted = [&](const char* name) { return wanted.empty() || wanted.contains(name); };
    try {
        if (is_wanted("receive")) gdprd::bench::measure_receiving();
        if (is_wanted("latency")) gdprd::bench::measure_latency();
        if (is_wanted("memory")) gdprd::bench::measure_memory();
        if (is_wanted("text")) gdprd::bench::measure_text_search();
        if (is_wanted("backfill")) gdprd::bench::measure_backfill();
        if (is_wanted("sweep")) gdprd::bench::measure_sweep();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
