#include "pages/day_chart.h"

#include <algorithm>

#include "pages/erasure_parts.h"
#include "paper/chart.h"
#include "report/period.h"
#include "words/numbers.h"

namespace gdprd::pages {

using desk::Html;
using desk::Link;
using desk::Text;
using desk::Visit;
using words::Word;

namespace {

constexpr double width = 600;
constexpr double height = 140;
constexpr double left = 50;  // for the ticks
constexpr double top = 10;
constexpr double label_width = 44;

// With a point, whatever the locale.
std::string number(double value) {
    const auto tenths = static_cast<long>(value * 10 + 0.5);
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

paper::Chart chart(const std::vector<DayCount>& days, const Visit& visit) {
    paper::Chart chart;
    chart.series = {visit.say(Word::report_erasures)};
    std::uint64_t highest = 0;
    for (const DayCount& one : days) {
        highest = std::max(highest, one.erasures);
        chart.bars.push_back({report::day_text(one.day).substr(5), {one.erasures}});
    }
    for (const std::uint64_t tick : paper::round_ticks(highest))
        chart.ticks.push_back({tick, count(visit, tick)});
    return chart;
}

Html drawing(const paper::Chart& chart) {
    const paper::ChartShape shape = paper::shape_of(chart, width, height, label_width);
    Html html;
    for (const paper::ChartLine& line : shape.lines) {
        const std::string y = number(top + line.y);
        html << "<line x1=\"" << Text{number(left)} << "\" x2=\"" << Text{number(left + width)} << "\" y1=\""
             << Text{y} << "\" y2=\"" << Text{y}
             << "\" stroke=\"currentColor\" stroke-opacity=\"0.3\"/><text x=\"" << Text{number(left - 6)}
             << "\" y=\"" << Text{number(top + line.y + 4)}
             << "\" text-anchor=\"end\" font-size=\"12\" fill=\"currentColor\">"
             << Text{chart.ticks[line.tick].text} << "</text>\n";
    }
    for (const paper::ChartBox& box : shape.boxes) {
        html << "<rect x=\"" << Text{number(left + box.x)} << "\" y=\"" << Text{number(top + box.y)}
             << "\" width=\"" << Text{number(box.width)} << "\" height=\"" << Text{number(box.height)}
             << "\" fill=\"currentColor\"/>\n";
    }
    for (const paper::ChartLabel& label : shape.labels) {
        html << "<text x=\"" << Text{number(left + label.x)} << "\" y=\"" << Text{number(top + height + 18)}
             << "\" text-anchor=\"middle\" font-size=\"12\" fill=\"currentColor\">"
             << Text{chart.bars[label.bar].label} << "</text>\n";
    }
    return html;
}

}  // namespace

Html chart_of(const std::vector<DayCount>& days, const Visit& visit) {
    Html html;
    html << "<figure tabindex=\"0\" aria-labelledby=\"chart-title\"><svg role=\"img\" "
            "aria-labelledby=\"chart-title chart-text\" viewBox=\"0 0 "
         << Text{number(left + width)} << " " << Text{number(top + height + 26)}
         << "\" width=\"100%\"><title id=\"chart-title\">" << Text{visit.say(Word::desk_recent)}
         << "</title><desc id=\"chart-text\">" << Text{visit.say(Word::desk_chart_text)} << "</desc>\n"
         << drawing(chart(days, visit)) << "</svg></figure>\n";
    desk::Table table(visit.say(Word::desk_recent),
                      {visit.say(Word::report_day), visit.say(Word::report_erasures)});
    for (auto one = days.rbegin(); one != days.rend(); ++one) {
        const std::string day = report::day_text(one->day);
        table.row({desk::linked(Link("/register").with("from", day).with("to", day),
                                words::date_text(one->day, visit.language)),
                   desk::cell(count(visit, one->erasures))});
    }
    html << "<details><summary>" << Text{visit.say(Word::desk_figures)} << "</summary>" << table.html()
         << "</details>\n";
    return html;
}

}  // namespace gdprd::pages
