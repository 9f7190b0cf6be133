// What is said of many values of one kind.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace gdprd::bench {

// The value below which `share` of the values lie; 0 of none.
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
inline double seconds_since(std::chrono::steady_clock::time_point start) {
    return milliseconds_since(start) / 1'000;
}

}  // namespace gdprd::bench
