#include "report/figures.h"

#include <algorithm>

namespace gdprd::report {

std::uint64_t Figures::total() const { return sum_of(*this).erasures; }

std::uint64_t Figures::of(Origin origin) const {
    return sum_of(*this).of_origin.at(static_cast<std::size_t>(origin));
}

void Part::add(const records::ErasureCount& count) {
    of_origin.at(static_cast<std::size_t>(count.origin)) += count.erasures;
    of_status.at(static_cast<std::size_t>(count.status)) += count.erasures;
    of_reason.at(static_cast<std::size_t>(count.reason)) += count.erasures;
    erasures += count.erasures;
}

std::vector<Part> parts_of(const Figures& figures, Grain grain) {
    std::vector<Part> parts;
    for (auto first = first_day(figures.period.from, grain); first < figures.period.to;
         first = next_first_day(first, grain)) {
        parts.emplace_back().first = first;
    }
    for (const records::ErasureCount& count : figures.erasures) {
        const auto part =
            std::lower_bound(parts.begin(), parts.end(), first_day(count.day, grain),
                             [](const Part& one, std::chrono::sys_days day) { return one.first < day; });
        part->add(count);
    }
    return parts;
}

Part sum_of(const Figures& figures) {
    Part sum;
    sum.first = figures.period.from;
    for (const records::ErasureCount& count : figures.erasures) sum.add(count);
    return sum;
}

}  // namespace gdprd::report
