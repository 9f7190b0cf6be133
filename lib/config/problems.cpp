#include "config/problems.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace gdprd::config {

Problems::Problems(std::string file) : file_(std::move(file)) {}

void Problems::add(std::size_t line, const std::string& place, const std::string& what,
                   const std::string& advice) {
    const std::string position = line == 0 ? file_ : file_ + ':' + std::to_string(line);
    problems_.push_back({line, position + ": " + place + ": " + what, advice});
}

void Problems::throw_if_any() const {
    if (problems_.empty()) return;
    if (problems_.size() == 1) {
        throw ConfigurationError(problems_.front().text, problems_.front().advice);
    }
    auto sorted = problems_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Problem& a, const Problem& b) { return a.line < b.line; });
    std::vector<std::string> lines;
    for (const auto& problem : sorted) {
        lines.push_back(problem.advice.empty() ? problem.text : problem.text + ". " + problem.advice);
    }
    throw ConfigurationError(join(lines, "\n"));
}

}  // namespace gdprd::config
