// The measurements. Each prints its figures as it gets them and throws when it cannot go on.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bench/report.h"

namespace gdprd::bench {

struct Run {
    double scale = 1;  // of what grows with a site: contacts, rows, requests
    Report& report;

    // A number of things at this scale. Below `at_least` a measurement would measure its own beginning.
    std::uint64_t scaled(std::uint64_t count, std::uint64_t at_least = 1) const {
        return std::max(at_least, static_cast<std::uint64_t>(static_cast<double>(count) * scale));
    }
    // Fewer rounds rather than rounds that are too short.
    std::size_t rounds(std::size_t count) const {
        return std::clamp<std::size_t>(scaled(count), std::min<std::size_t>(count, 3), count);
    }
};

void measure_receiving(const Run& run);
void measure_latency(const Run& run);
void measure_memory(const Run& run);
void measure_text_search(const Run& run);
void measure_backfill(const Run& run);
void measure_sizes(const Run& run);
void measure_load(const Run& run);
void measure_history(const Run& run);
void measure_sweep(const Run& run);
void measure_audit(const Run& run);
void measure_sealing(const Run& run);

}  // namespace gdprd::bench
