// `mautic-gdprd lookup`: what became of an address. It comes from the terminal or from standard input, never
// from the command line, and is not repeated.
#pragma once

#include <string>
#include <vector>

#include "daemon/command/common.h"
#include "daemon/command/lookup_logging.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct LookupOptions {
    CommonOptions common;
    bool history = false;                // read all of email_stats for the address in any case
    bool fast = false;                   // and in no case
    std::vector<std::string> key_files;  // hash keys of former times
    LookupWords words;                   // for the log of look-ups
};

// Logged before it is answered; what cannot be logged is not answered. not_found when there is no trace of
// the address. Throws ConfigurationError for a line that is no address.
ExitCode lookup(const LookupOptions& options);

}  // namespace gdprd::command
