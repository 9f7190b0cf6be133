// The commands as CLI11 knows them: names, options, help texts.
#pragma once

#include <functional>

#include "daemon/exit_code.h"

namespace CLI {
class App;
}

namespace gdprd::command {

// What the parsed command line asks for.
using Chosen = std::function<ExitCode()>;

// `chosen` is set when the command line was parsed; it must outlive the parsing.
void define_commands(CLI::App& app, Chosen& chosen);

}  // namespace gdprd::command
