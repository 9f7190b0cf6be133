#include "daemon/command/terminal/address_input.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "base/error.h"
#include "base/text.h"

namespace gdprd::command {

namespace {

// RFC 5321 allows 254 bytes, Mautic's column 191 characters of up to 4 bytes.
constexpr std::size_t address_bytes_max = 764;

// Not one byte more than an address may have is ever read into memory.
std::string read_address_line() {
    std::string line;
    for (int c = std::getchar(); c != EOF && c != '\n' && line.size() <= address_bytes_max;
         c = std::getchar()) {
        line += static_cast<char>(c);
    }
    return line;
}

bool more_follows() {
    int c = std::getchar();
    while (c == ' ' || c == '\r' || c == '\n') c = std::getchar();
    return c != EOF;
}

}  // namespace

std::string read_address() {
    constexpr const char* advice = "Give one e-mail address on one line of standard input";
    if (::isatty(STDIN_FILENO) == 1) std::cerr << "E-mail address: " << std::flush;
    const std::string line = read_address_line();
    const std::string address(trimmed(line));
    if (line.size() <= address_bytes_max && ::isatty(STDIN_FILENO) != 1 && more_follows()) {
        throw ConfigurationError("lookup: more than one address was given", advice);
    }
    if (address.empty()) throw ConfigurationError("lookup: no address was given", advice);
    if (line.size() > address_bytes_max) throw ConfigurationError("lookup: the line is too long", advice);
    if (address.find('@') == std::string::npos) {
        throw ConfigurationError("lookup: the line is no address, it has no @", advice);
    }
    if (std::any_of(address.begin(), address.end(), is_control)) {
        throw ConfigurationError("lookup: the line is no address, it has control characters", advice);
    }
    return address;
}

}  // namespace gdprd::command
