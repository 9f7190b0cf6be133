// Runs a program at a terminal and types what a person would.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "command/program.h"

namespace gdprd::test {

// Types each answer once its question is on the terminal. `text` is everything that was to be seen there.
Answer run_at_terminal(const std::vector<std::string>& command,
                       const std::vector<std::pair<std::string, std::string>>& questions);

}  // namespace gdprd::test
