#include "database/quote_text.h"

namespace gdprd::database {

std::string quote_text(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += c;
        quoted += c;
    }
    return quoted + '\'';
}

}  // namespace gdprd::database
