#include "config/size.h"

#include <array>
#include <charconv>

namespace gdprd::config {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};
// Largest first, so that format_size() finds the shortest form.
constexpr std::array<Unit, 4> units{{{"GiB", 1u << 30}, {"MiB", 1u << 20}, {"KiB", 1u << 10}, {"B", 1}}};

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return std::nullopt;
    const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (count > UINT64_MAX / unit.bytes) return std::nullopt;
        return count * unit.bytes;
    }
    return std::nullopt;
}

std::string format_size(std::uint64_t bytes) {
    for (const Unit& unit : units) {
        if (bytes != 0 && bytes % unit.bytes == 0) {
            return std::to_string(bytes / unit.bytes) + std::string(unit.name);
        }
    }
    return std::to_string(bytes) + "B";
}

}  // namespace gdprd::config
