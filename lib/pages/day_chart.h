// Bars of the last days, drawn within the page: SVG by attributes alone, because the page forbids styles
// within it; and its figures as a table for whoever does not see it. Pure; inside the room only.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "desk/page.h"

namespace gdprd::pages {

struct DayCount {
    std::chrono::sys_days day{};
    std::uint64_t erasures = 0;
};
desk::Html chart_of(const std::vector<DayCount>& days, const desk::Visit& visit);

}  // namespace gdprd::pages
