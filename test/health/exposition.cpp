#include "health/exposition.h"

#include <regex>
#include <sstream>

namespace gdprd::test {

namespace {

// Labels are sorted by name by the serializer, so that a series has one spelling.
void read_sample(const std::string& line, Exposition& exposition) {
    static const std::regex sample(
        R"re(([a-z_]+(?:\{[a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*\})?) ([-+.0-9eE]+|\+Inf|NaN))re");
    std::smatch parts;
    if (!std::regex_match(line, parts, sample)) throw std::runtime_error("not a sample: " + line);
    if (!exposition.samples.emplace(parts[1], std::stod(parts[2])).second) {
        throw std::runtime_error("said twice: " + line);
    }
}

}  // namespace

std::size_t Exposition::count(const std::string& part) const {
    std::size_t found = 0;
    for (const auto& [series, value] : samples) found += series.find(part) != std::string::npos ? 1U : 0U;
    return found;
}

Exposition parse_exposition(const std::string& text) {
    static const std::regex comment(R"(# (HELP|TYPE) ([a-z_]+) (.+))");
    Exposition exposition;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch parts;
        if (!std::regex_match(line, parts, comment)) {
            read_sample(line, exposition);
            continue;
        }
        auto& kind = parts[1] == "HELP" ? exposition.help : exposition.type;
        if (!kind.emplace(parts[2], parts[3]).second) throw std::runtime_error("said twice: " + line);
    }
    return exposition;
}

}  // namespace gdprd::test
