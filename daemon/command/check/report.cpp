#include "daemon/command/check/report.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "base/error.h"
#include "base/names.h"
#include "daemon/command/common.h"

namespace gdprd::command {

constexpr auto check_line_kind_names = make_names<CheckLine::Kind>({{CheckLine::Kind::ok, "ok"},
                                                                    {CheckLine::Kind::warning, "warning"},
                                                                    {CheckLine::Kind::problem, "problem"}});

const char* name_of(CheckLine::Kind kind) { return check_line_kind_names.of(kind); }

void CheckReport::ok(const std::string& topic, const std::string& text) {
    lines_.push_back({CheckLine::Kind::ok, topic, text, {}});
}

void CheckReport::warning(const std::string& topic, const std::string& text, const std::string& advice) {
    lines_.push_back({CheckLine::Kind::warning, topic, text, advice});
}

void CheckReport::problem(const std::string& topic, const std::string& text, const std::string& advice) {
    lines_.push_back({CheckLine::Kind::problem, topic, text, advice});
}

void CheckReport::problem(const std::string& topic, const std::exception& error) {
    std::istringstream text(error.what());
    for (std::string line; std::getline(text, line);) problem(topic, line);
    const auto* ours = dynamic_cast<const Error*>(&error);
    if (ours != nullptr && !lines_.empty()) lines_.back().advice = ours->advice();
}

std::size_t CheckReport::count(CheckLine::Kind kind) const {
    return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(),
                                                  [&](const CheckLine& line) { return line.kind == kind; }));
}

void CheckReport::print() const {
    constexpr int kind_width = 9;
    constexpr int topic_width = 15;
    for (const CheckLine& line : lines_) {
        std::cout << std::left << std::setw(kind_width) << name_of(line.kind) << std::setw(topic_width)
                  << line.topic << line.text << '\n';
        if (!line.advice.empty())
            std::cout << std::string(kind_width + topic_width, ' ') << line.advice << '\n';
    }
    const auto problems = count(CheckLine::Kind::problem);
    const auto warnings = count(CheckLine::Kind::warning);
    std::cout << '\n'
              << (problems == 0 && warnings == 0
                      ? "All is well."
                      : counted(problems, "problem") + ", " + counted(warnings, "warning") + '.')
              << '\n';
}

}  // namespace gdprd::command
