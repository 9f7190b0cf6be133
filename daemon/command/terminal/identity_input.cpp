#include "daemon/command/terminal/identity_input.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "verify/values.h"

namespace gdprd::command {

namespace {

using verify::value_bytes_max;
using verify::ValueFault;
using verify::values_max;

constexpr const char* advice =
    "Give the values on standard input, one a line: addresses, names, phone numbers";

// Nothing at the end of the input. Not much more than a value may have is ever read into memory.
std::optional<std::string> read_value_line() {
    std::string line;
    int c = std::getchar();
    if (c == EOF) return std::nullopt;
    for (; c != EOF && c != '\n' && line.size() <= value_bytes_max; c = std::getchar()) {
        line += static_cast<char>(c);
    }
    return line;
}

void check(std::string_view value, std::size_t number) {
    const auto fault = verify::check_value(value);
    if (!fault) return;
    const std::string line = "verify: line " + std::to_string(number) + " ";
    switch (*fault) {
        case ValueFault::too_long:
            throw ConfigurationError(line + "is too long", advice);
        case ValueFault::control_characters:
            throw ConfigurationError(line + "has control characters", advice);
        case ValueFault::too_short:
            break;
    }
    throw ConfigurationError(line + "is too short to be searched for",
                             "A value has two bytes at least, and a letter or digit among them");
}

}  // namespace

matching::Identity read_identity() {
    if (::isatty(STDIN_FILENO) == 1) {
        std::cerr << "Values that identify the person, one a line; Ctrl-D ends:\n" << std::flush;
    }
    matching::Identity identity;
    std::size_t values = 0;
    std::size_t number = 0;
    while (const auto line = read_value_line()) {
        ++number;
        const std::string_view value = trimmed(*line);
        if (value.empty()) {
            if (line->size() > value_bytes_max) check(*line, number);
            continue;
        }
        check(line->size() > value_bytes_max ? std::string_view(*line) : value, number);
        if (++values > values_max) {
            throw ConfigurationError("verify: more than " + std::to_string(values_max) + " values", advice);
        }
        identity.add(value);
    }
    if (values == 0) throw ConfigurationError("verify: no value was given", advice);
    return identity;
}

}  // namespace gdprd::command
