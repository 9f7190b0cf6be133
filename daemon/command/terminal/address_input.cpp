#include "daemon/command/terminal/address_input.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "base/error.h"
#include "base/text.h"
#include "lookup/request.h"

namespace gdprd::command {

namespace {

using lookup::address_bytes_max;
using lookup::AddressFault;

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

const char* words_for(AddressFault fault) {
    switch (fault) {
        case AddressFault::missing:
            return "lookup: no address was given";
        case AddressFault::too_long:
            return "lookup: the line is too long";
        case AddressFault::no_at:
            return "lookup: the line is no address, it has no @";
        case AddressFault::no_utf8:
            return "lookup: the line is no address, it is no UTF-8";
        case AddressFault::several:
            return "lookup: the line has more than one @, give one address";
        case AddressFault::marks:
            return "lookup: the line has more than an address, or marks that none has outside of quotation "
                   "marks";
        case AddressFault::blanks:
            return "lookup: the line is no address, it has blanks outside of quotation marks";
        case AddressFault::empty_side:
            return "lookup: the line is no address, nothing is before the @ or nothing after it";
        case AddressFault::dot_at_edge:
            return "lookup: the line is no address, its domain begins or ends with a dot";
        case AddressFault::control_characters:
            break;
    }
    return "lookup: the line is no address, it has control characters";
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
    const bool is_long = !address.empty() && line.size() > address_bytes_max;
    if (const auto fault = lookup::check_address(is_long ? line : address)) {
        throw ConfigurationError(words_for(*fault), advice);
    }
    return address;
}

}  // namespace gdprd::command
