#include "daemon/command/common.h"

namespace gdprd::command {

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
