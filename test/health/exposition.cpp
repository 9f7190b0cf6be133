#include "health/exposition.h"

#include <cstdlib>
#include <sstream>

namespace gdprd::test {

namespace {

// "HELP name text" and "TYPE name type", behind "# ".
void read_comment(const std::string& line, Exposition& exposition) {
    std::istringstream words(line);
    std::string hash;
    std::string kind;
    std::string name;
    std::string text;
    if (!(words >> hash >> kind >> name) || !std::getline(words >> std::ws, text) || hash != "#" ||
        (kind != "HELP" && kind != "TYPE")) {
        throw std::runtime_error("not a comment: " + line);
    }
    auto& known = kind == "HELP" ? exposition.help : exposition.type;
    if (!known.emplace(name, text).second) throw std::runtime_error("said twice: " + line);
}

// `name{label="value"} number`. Labels are sorted by name by the serializer, so that a series has one
// spelling.
void read_sample(const std::string& line, Exposition& exposition) {
    const std::size_t blank = line.rfind(' ');
    if (blank == std::string::npos || blank == 0) throw std::runtime_error("not a sample: " + line);
    const std::string series = line.substr(0, blank);
    const std::string number = line.substr(blank + 1);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0') throw std::runtime_error("not a number: " + line);
    if (series.find('{') == std::string::npos ? !is_name(series) : series.back() != '}') {
        throw std::runtime_error("not a series: " + line);
    }
    if (!exposition.samples.emplace(series, value).second) throw std::runtime_error("said twice: " + line);
}

}  // namespace

bool is_name(const std::string& text) {
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

std::vector<std::string> label_names(const std::string& series) {
    std::vector<std::string> names;
    for (std::size_t quote = series.find("=\""); quote != std::string::npos;
         quote = series.find("=\"", quote + 2)) {
        const std::size_t begin = series.find_last_of("{,", quote) + 1;
        names.push_back(series.substr(begin, quote - begin));
    }
    return names;
}

std::size_t Exposition::count(const std::string& part) const {
    std::size_t found = 0;
    for (const auto& [series, value] : samples) found += series.find(part) != std::string::npos ? 1U : 0U;
    return found;
}

Exposition parse_exposition(const std::string& text) {
    Exposition exposition;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind('#', 0) == 0) {
            read_comment(line, exposition);
        } else {
            read_sample(line, exposition);
        }
    }
    return exposition;
}

}  // namespace gdprd::test
