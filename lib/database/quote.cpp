#include "database/quote.h"

namespace gdprd::database {

std::string quote_identifier(std::string_view name) {
    std::string quoted = "`";
    for (const char character : name) {
        if (character == '`') quoted += '`';
        quoted += character;
    }
    return quoted + "`";
}

std::string quote_text(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += c;
        quoted += c;
    }
    return quoted + '\'';
}

}  // namespace gdprd::database
