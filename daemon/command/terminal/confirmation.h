// Asks before something that cannot be undone.
#pragma once

#include <string>

namespace gdprd::command {

// `question` without a question mark: "Erase 12,345 contacts". With `yes`, or after somebody at the terminal
// typed y or yes, true; after any other answer false. Throws ConfigurationError when nobody can be asked,
// with `preview` for how to look first.
bool confirmed(const std::string& command, const std::string& question, bool yes,
               const std::string& preview = "Look at it with --dry-run");

}  // namespace gdprd::command
