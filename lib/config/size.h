// Sizes as the configuration writes them. Only binary units, because "MB" means two things.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd::config {

// "512B", "64KiB", "4MiB", "1GiB" in bytes; a bare number is refused, because its unit would be a guess.
std::optional<std::uint64_t> parse_size(std::string_view text);

// The shortest form parse_size() reads back.
std::string format_size(std::uint64_t bytes);

}  // namespace gdprd::config
