#include "bench/own_memory.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

namespace gdprd::bench {
namespace {

double status_mebibytes(const std::string& field) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field)) return std::strtod(line.c_str() + field.size(), nullptr) / 1024;
    }
    return 0;
}

}  // namespace

double resident_mebibytes() { return status_mebibytes("VmRSS:"); }
double peak_mebibytes() { return status_mebibytes("VmHWM:"); }
void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

MemoryGrowth::MemoryGrowth() {
    forget_peak();
    before_ = resident_mebibytes();
}

double MemoryGrowth::peak_mebibytes() const { return std::max(0.0, bench::peak_mebibytes() - before_); }

}  // namespace gdprd::bench
