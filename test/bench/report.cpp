#include "bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>

#include <nlohmann/json.hpp>

#include "bench/samples.h"

namespace gdprd::bench {
namespace {

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string right_aligned(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

}  // namespace

std::string readable(double value) {
    const double size = std::abs(value);
    const bool is_whole = size == std::floor(size);
    const int decimals = is_whole || size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4;
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

Figure::Figure(std::string name, double value, std::string unit)
    : name_(std::move(name)), unit_(std::move(unit)), value_(value) {}

Figure::Figure(std::string name, const std::vector<double>& rounds, std::string unit)
    : name_(std::move(name)),
      unit_(std::move(unit)),
      rounds_(rounds),
      value_(median(rounds)),
      range_(range_of(rounds)) {}

Figure::Range Figure::range_of(const std::vector<double>& values) {
    return {percentile(values, 0), percentile(values, 1)};
}

Figure& Figure::against(std::string baseline_name, double baseline) {
    comparison_ = Comparison{std::move(baseline_name), baseline, value_ / baseline, std::nullopt};
    return *this;
}

Figure& Figure::against(std::string baseline_name, const std::vector<double>& baseline_rounds) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(rounds_.size(), baseline_rounds.size()); ++i) {
        ratios.push_back(rounds_[i] / baseline_rounds[i]);
    }
    comparison_ =
        Comparison{std::move(baseline_name), median(baseline_rounds), median(ratios), range_of(ratios)};
    return *this;
}

Report::Report(std::string measurement, double scale, std::ostream& words, std::ostream* json)
    : measurement_(std::move(measurement)), scale_(scale), words_(words), json_(json) {}

void Report::say(const std::string& line) { words_ << line << std::endl; }

void Report::add(const Figure& figure) {
    const auto in_words = [](const Figure::Range& range) {
        return " (" + readable(range.lowest) + " to " + readable(range.highest) + ")";
    };
    std::string line = "  " + padded(figure.name_, 56) + right_aligned(readable(figure.value_), 10) + ' ' +
                       padded(figure.unit_, 12);
    nlohmann::ordered_json json{{"measurement", measurement_},
                                {"figure", figure.name_},
                                {"value", figure.value_},
                                {"unit", figure.unit_}};
    if (const auto& range = figure.range_) {
        line += in_words(*range);
        json["lowest"] = range->lowest;
        json["highest"] = range->highest;
    }
    if (const auto& comparison = figure.comparison_) {
        line += "  ratio to " + comparison->name + ' ' + readable(comparison->ratio);
        json["against"] = comparison->name;
        json["baseline"] = comparison->baseline;
        json["ratio"] = comparison->ratio;
        if (comparison->range) {
            line += in_words(*comparison->range);
            json["ratio_lowest"] = comparison->range->lowest;
            json["ratio_highest"] = comparison->range->highest;
        }
    }
    if (!server_.empty()) json["server"] = server_;
    json["scale"] = scale_;
    words_ << line.substr(0, line.find_last_not_of(' ') + 1) << std::endl;
    if (json_ != nullptr) *json_ << json.dump() << std::endl;
}

}  // namespace gdprd::bench
