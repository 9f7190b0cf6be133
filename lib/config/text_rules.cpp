#include "config/text_rules.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/schedule.h"

namespace gdprd::config {

namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view extra) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter_or_digit(c) || extra.find(c) != std::string_view::npos;
    });
}

bool is_printable(std::string_view text) {
    return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

bool is_identifier(std::string_view text) { return consists_of(text, "_"); }

bool is_column_name(std::string_view text) {
    const auto dot = text.find('.');
    return dot != std::string_view::npos && is_printable(text.substr(0, dot)) &&
           is_printable(text.substr(dot + 1)) && text.find('.', dot + 1) == std::string_view::npos;
}

bool is_database_name(std::string_view text) {
    return is_printable(text) && text.size() <= 64 && text.find_first_of("`/\\ ") == std::string_view::npos;
}

bool is_address(int family, std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}

}  // namespace

const TextRule directory_name{"a directory, or an empty text for none",
                              [](std::string_view text) { return text.empty() || is_printable(text); }};
const TextRule any_text{"any text but an empty one", is_printable};
const TextRule file_name{"a file", is_printable};
const TextRule absolute_path{"a path that begins with '/'",
                             [](std::string_view text) { return is_printable(text) && text.front() == '/'; }};
const TextRule identifier{"letters, digits and '_'", is_identifier};
const TextRule column_name{"a table and a column with a dot between them", is_column_name};
const TextRule database_name{"1 to 64 characters, no back-quote, slash or blank", is_database_name};
const TextRule ip_address{"a numeric IPv4 or IPv6 address", [](std::string_view text) {
                              return is_address(AF_INET, text) || is_address(AF_INET6, text);
                          }};
const TextRule url_path{"a path that begins with '/', of letters, digits and '/', '.', '_', '~', '-'",
                        [](std::string_view text) {
                            return text.starts_with('/') && text.size() <= 255 && consists_of(text, "/._~-");
                        }};
const TextRule header_name{"letters, digits and '-'",
                           [](std::string_view text) { return consists_of(text, "-"); }};
const TextRule channel_name{"letters, digits and '_', '.', '-'", [](std::string_view text) {
                                return text.size() <= 191 && consists_of(text, "_.-");
                            }};

const TextRule schedule{
    "\"off\", a time of day in UTC such as \"03:30\", or a duration of at least 1h such as \"12h\"",
    [](std::string_view text) { return Schedule::parse(text).has_value(); }};

const TextRule retention_time{
    "\"never\", or years or days such as \"3y\" or \"1095d\", at least \"30d\"",
    [](std::string_view text) { return text == "never" || parse_retention(text).has_value(); }};

bool is_loopback(std::string_view address) {
    return (is_address(AF_INET, address) && address.starts_with("127.")) || address == "::1";
}

}  // namespace gdprd::config
