// Small tools of the measurements.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace gdprd::bench {

// The value below which `share` of the sorted values lie.
inline double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
    return values[at];
}
inline double median(const std::vector<double>& values) { return percentile(values, 0.5); }

inline double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// On the disk of the build directory, not in a memory file system: what is measured includes the fsync.
inline std::filesystem::path scratch_parent() {
    const auto parent = std::filesystem::current_path() / "bench-scratch";
    std::filesystem::create_directories(parent);
    return parent;
}

// The measurements; each prints its figures and returns.
void measure_receiving();
void measure_latency();
void measure_memory();
void measure_text_search();
void measure_backfill();
void measure_sweep();
void measure_audit();
void measure_sealing();

}  // namespace gdprd::bench
