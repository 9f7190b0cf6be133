// What the program's exit says to scripts and to systemd. The same list is in --help.
#pragma once

namespace gdprd {

enum class ExitCode {
    done = 0,            // done, or all is well
    failed = 1,          // the database, the queue or the machine failed
    bad_usage = 2,       // the command line or the configuration cannot be used as it stands
    not_everything = 3,  // a check found a problem, verify or audit found something, or not everything that
                         // was asked for could be done
    not_found = 4,       // lookup, certificate: no trace
};

inline constexpr const char* exit_codes_help =
    "Exit codes:\n"
    "  0  done, or all is well\n"
    "  1  failed: the database, the queue or the machine\n"
    "  2  bad usage or configuration\n"
    "  3  a check found a problem, verify or audit found something, or not everything could be done\n"
    "  4  lookup, certificate: not found";

}  // namespace gdprd
