#include "report/period.h"

#include <cmath>

#include "base/error.h"
#include "paper/chart.h"
#include "support/catch.h"

using namespace gdprd;

namespace {

const Timestamp today = *parse_utc("2026-11-30 12:00:00");

std::string refusal(const std::string& from, const std::string& to) {
    try {
        report::period_of(from, to, today);
    } catch (const ConfigurationError& error) {
        return describe(error);
    }
    return "";
}

}  // namespace

TEST_CASE("The first day belongs to a period, the day on which it ends does not") {
    const report::Period period = report::period_of("2026-02-01", "2026-03-01", today);
    CHECK(format_utc(period.span().from) == "2026-02-01 00:00:00.000");
    CHECK(format_utc(period.span().to) == "2026-03-01 00:00:00.000");
    CHECK(report::day_text(period.last_day()) == "2026-02-28");
    CHECK_FALSE(period.is_over(*parse_utc("2026-02-28 23:59:59.999")));
    CHECK(period.is_over(*parse_utc("2026-03-01 00:00:00")));
}

TEST_CASE("What is no period is refused, with the option, the value and what to do") {
    for (const char* text :
         {"", "2026", "2026-3-1", "2026-02-30", "2026-13-01", "2026-00-01", "0999-01-01", "2026-03-01 ",
          "2026/03/01", "20 6-03-01", "+026-03-01", "tomorrow", "9999-01-01"}) {
        CAPTURE(text);
        CHECK_THAT(refusal(text, "2026-04-01"), ContainsSubstring("--from '" + std::string(text) + "'"));
        CHECK_THAT(refusal("2026-01-01", text), ContainsSubstring("--to '" + std::string(text) + "'"));
        CHECK_THAT(refusal(text, "2026-04-01"), ContainsSubstring("2026-03-01"));
    }
    CHECK_THAT(refusal("2026-03-01", "2026-03-01"), ContainsSubstring("write --to 2026-03-02"));
    CHECK_THAT(refusal("2026-03-02", "2026-03-01"), ContainsSubstring("is not after --from '2026-03-02'"));
    CHECK_THAT(refusal("2026-12-01", "2027-01-01"), ContainsSubstring("has not come yet"));
    CHECK_THAT(refusal("1900-01-01", "2026-01-01"), ContainsSubstring("more than a hundred years"));
    CHECK(refusal("2026-11-30", "2026-12-01").empty());
    CHECK(refusal("2024-02-29", "2024-03-01").empty());
}

TEST_CASE("Ticks are round, begin at zero and reach the highest bar") {
    for (std::uint64_t highest = 1; highest < 3'000'000; highest += highest / 7 + 1) {
        CAPTURE(highest);
        const auto ticks = paper::round_ticks(highest);
        CHECK(ticks.front() == 0);
        CHECK(ticks.back() >= highest);
        CHECK(ticks.at(ticks.size() - 2) < highest);
        CHECK(ticks.size() <= 7);
        std::uint64_t step = ticks.at(1);
        while (step % 10 == 0) step /= 10;
        CHECK((step == 1 || step == 2 || step == 5));
    }
    CHECK(paper::round_ticks(1) == std::vector<std::uint64_t>{0, 1});
}

TEST_CASE("Bars are as high as what they stand for, and lie within the chart") {
    paper::Chart chart;
    chart.ticks = {{0, "0"}, {5, "5"}, {10, "10"}};
    for (std::uint64_t i = 0; i < 100; ++i) chart.bars.push_back({"label", {i % 5, i % 3, i % 2}});
    const paper::ChartShape shape = paper::shape_of(chart, 500, 100, 40);
    std::vector<double> heights(chart.bars.size());
    for (const paper::ChartBox& box : shape.boxes) {
        const auto value = static_cast<double>(chart.bars[box.bar].values[box.series]);
        CHECK(std::abs(box.height - 10 * value) < 1e-9);
        CHECK(box.x >= 0);
        CHECK(box.x + box.width <= 500);
        heights[box.bar] += box.height;
        // On top of those before it.
        CHECK(std::abs(box.y - (100 - heights[box.bar])) < 1e-9);
    }
    REQUIRE(shape.labels.size() > 5);
    CHECK(shape.labels[1].x - shape.labels[0].x >= 40);
    CHECK(shape.lines.front().y == 100);
    CHECK(shape.lines.back().y == 0);
}
