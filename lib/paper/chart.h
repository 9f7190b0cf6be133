// A chart of stacked bars: what it shows, apart from how big it is and who draws it; and where everything
// goes in a rectangle, for whoever draws it (paper/pdf.h, paper/html.h). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gdprd::paper {

struct ChartBar {
    std::string label;                  // below it, where there is room
    std::vector<std::uint64_t> values;  // of each series, from below
};

struct ChartTick {
    std::uint64_t value = 0;
    std::string text;
};

struct Chart {
    std::string title;
    std::string description;          // for who does not see it
    std::vector<std::string> series;  // three at most
    std::vector<ChartBar> bars;
    std::vector<ChartTick> ticks;  // the lowest one first; the highest one is the top
};

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};
// Of the series. They differ in lightness, too: printed in grey, or seen without colours, they stay apart.
inline constexpr std::array<Colour, 3> series_colours{
    {{0x1c, 0x3f, 0x6e}, {0xd9, 0x78, 0x2d}, {0x8f, 0xb9, 0xd8}}};

// Round numbers from 0 to at least `highest`, seven at most.
std::vector<std::uint64_t> round_ticks(std::uint64_t highest);

// From the left and from the top.
struct ChartBox {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    std::size_t series = 0;
    std::size_t bar = 0;
};
struct ChartLabel {
    double x = 0;  // its middle
    std::size_t bar = 0;
};
struct ChartLine {
    double y = 0;
    std::size_t tick = 0;
};
struct ChartShape {
    std::vector<ChartBox> boxes;     // those with a height
    std::vector<ChartLabel> labels;  // not all of them, where there are many bars
    std::vector<ChartLine> lines;
};
// The bars within a rectangle; labels and ticks go below and beside it. `label_width`: of the widest label.
ChartShape shape_of(const Chart& chart, double width, double height, double label_width);

}  // namespace gdprd::paper
