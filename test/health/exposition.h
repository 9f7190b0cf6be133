// Reads the text of /metrics as a Prometheus server would, strictly.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace gdprd::test {

struct Exposition {
    std::map<std::string, double> samples;  // by series, e.g. `rows_total{action="hash"}` with its full name
    std::map<std::string, std::string> help;  // by family
    std::map<std::string, std::string> type;  // by family

    // The value of a series; throws when there is none, so that a misspelt name fails the test.
    double value(const std::string& series) const {
        const auto found = samples.find(series);
        if (found == samples.end()) throw std::runtime_error("no series " + series);
        return found->second;
    }
    // How many series have a name or label text that contains `part`.
    std::size_t count(const std::string& part) const;
};

// Throws std::runtime_error for a line that is neither comment nor sample, or for a series said twice.
Exposition parse_exposition(const std::string& text);

// True for lower-case letters and underscores only.
bool is_name(const std::string& text);

// The names of the labels of `name{label="value",…}`, in their order.
std::vector<std::string> label_names(const std::string& series);

}  // namespace gdprd::test
