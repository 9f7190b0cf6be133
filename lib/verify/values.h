// What may be searched for: the values that an officer gives, one a line. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace gdprd::verify {

constexpr std::size_t values_max = 200;
constexpr std::size_t value_bytes_max = 1024;

enum class ValueFault {
    too_long,
    control_characters,
    too_short,  // to be searched for: less than two bytes, or no letter and no digit
};

// Of one value, without blanks at its ends.
std::optional<ValueFault> check_value(std::string_view value);

}  // namespace gdprd::verify
