#include "paper/chart.h"

#include <algorithm>
#include <cmath>

namespace gdprd::paper {

std::vector<std::uint64_t> round_ticks(std::uint64_t highest) {
    constexpr std::uint64_t steps_max = 6;
    std::uint64_t step = 1;
    // 1, 2, 5, 10, 20, …
    for (int i = 0; step * steps_max < highest && step <= highest; ++i)
        step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    std::vector<std::uint64_t> ticks{0};
    do {
        ticks.push_back(ticks.back() + step);
    } while (ticks.back() < highest);
    return ticks;
}

ChartShape shape_of(const Chart& chart, double width, double height, double label_width) {
    ChartShape shape;
    if (chart.bars.empty() || chart.ticks.empty()) return shape;
    const auto top = static_cast<double>(std::max<std::uint64_t>(1, chart.ticks.back().value));
    for (std::size_t i = 0; i < chart.ticks.size(); ++i) {
        shape.lines.push_back({height - static_cast<double>(chart.ticks[i].value) / top * height, i});
    }
    constexpr double widest_bar = 48;
    constexpr double filled = 0.72;
    const double place = width / static_cast<double>(chart.bars.size());
    const double bar_width = std::min(widest_bar, place * filled);
    const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(label_width / place)));
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        const double middle = place * (static_cast<double>(i) + 0.5);
        // A single bar has its label, whatever its size; of others none reaches beyond the chart.
        const bool has_room = chart.bars.size() == 1 || middle + label_width / 2 <= width;
        if (i % every == 0 && has_room) shape.labels.push_back({middle, i});
        double y = height;
        for (std::size_t series = 0; series < chart.bars[i].values.size(); ++series) {
            const double part = static_cast<double>(chart.bars[i].values[series]) / top * height;
            if (part <= 0) continue;
            y -= part;
            shape.boxes.push_back({middle - bar_width / 2, y, bar_width, part, series, i});
        }
    }
    return shape;
}

}  // namespace gdprd::paper
