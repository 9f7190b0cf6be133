#include "daemon/command/common.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace gdprd::command {

bool is_instance_name(std::string_view name) {
    constexpr std::size_t length_max = 18;
    const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; };
    // /run/mautic-gdprd-config-NAME has the copies of what another instance reads.
    if (name == "config" || name.starts_with("config-")) return false;
    return !name.empty() && name.size() <= length_max && name.front() != '-' && name.back() != '-' &&
           std::all_of(name.begin(), name.end(), is_allowed);
}

std::filesystem::path directory_of_instance(const std::string& name) {
    return std::filesystem::path(configuration_directory) / name;
}

std::filesystem::path config_file_of_instance(const std::string& name) {
    return directory_of_instance(name) / config_file_name;
}

std::optional<std::string> environment_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string shown_time(Timestamp time) {
    constexpr std::size_t up_to_seconds = 19;
    return format_utc(time).substr(0, up_to_seconds) + " UTC";
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
    return std::to_string(count) + ' ' + std::string(count == 1 ? singular : plural);
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return counted(count, noun, std::string(noun) + 's');
}

}  // namespace gdprd::command
