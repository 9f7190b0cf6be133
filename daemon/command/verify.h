// `mautic-gdprd verify`: is anything of a person left, anywhere in the database? What identifies the person
// comes from the terminal or from standard input, never from the command line, and is not repeated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "verify/log_search.h"
#include "verify/whole_search.h"

namespace gdprd::command {

struct VerifyOptions {
    CommonOptions common;
    bool strong_only = false;  // leave out what could be somebody else
    bool logs = false;         // the files in var/logs, too
    bool no_progress = false;
};

struct VerifyAnswer {
    verify::Findings database;
    std::optional<verify::LogFindings> logs;  // when they were asked for and the search came that far
    bool logs_wanted = false;

    bool found() const;
    // Everything was searched, to its end.
    bool complete() const;
    bool interrupted() const;
};

std::string to_json(const VerifyAnswer& answer);

// done when nothing was found, not_everything when something was; failed when the search ended early, or
// found nothing and could not search everything. Throws ConfigurationError for values that cannot be searched
// for.
ExitCode verify(const VerifyOptions& options);

}  // namespace gdprd::command
