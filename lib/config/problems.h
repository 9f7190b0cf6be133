// Collects everything that is wrong with a configuration file, so that an operator mends it in one go.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gdprd::config {

class Problems {
  public:
    explicit Problems(std::string file);

    // `place` is "[section] option". `line` 0: what is missed stands nowhere in the file.
    void add(std::size_t line, const std::string& place, const std::string& what,
             const std::string& advice = {});

    // ConfigurationError with one line a problem, in the order of the file. A single problem's advice is the
    // error's advice; of several, each line carries its own.
    void throw_if_any() const;

  private:
    struct Problem {
        std::size_t line;
        std::string text;
        std::string advice;
    };

    std::string file_;
    std::vector<Problem> problems_;
};

}  // namespace gdprd::config
