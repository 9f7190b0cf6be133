#include "daemon/command/terminal/confirmation.h"

#include <unistd.h>

#include <iostream>

#include "base/error.h"
#include "base/text.h"

namespace gdprd::command {

bool confirmed(const std::string& command, const std::string& question, bool yes,
               const std::string& preview) {
    if (yes) return true;
    if (::isatty(STDIN_FILENO) != 1) {
        throw ConfigurationError(command + ": there is no terminal to ask at: " + question + '?',
                                 preview + ", then add --yes");
    }
    std::cout.flush();
    std::cerr << question << "? This cannot be undone. [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    const std::string word = to_lower(trimmed(answer));
    return word == "y" || word == "yes";
}

}  // namespace gdprd::command
