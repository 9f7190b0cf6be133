// `mautic-gdprd report`: what was erased in a period, how long it took, what is open, for whoever answers for
// it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct ReportOptions {
    std::filesystem::path config_file = default_config_file;
    std::string from;  // days of UTC; that of `to` does not belong to the period
    std::string to;
    std::string format = "pdf";                   // or "html", "csv", "json"
    std::string language = "en";                  // of words::language_names; of PDF and HTML
    std::optional<std::filesystem::path> output;  // else standard output
    bool force = false;                           // in place of a file
};

// Reads only.
ExitCode report(const ReportOptions& options);

}  // namespace gdprd::command
