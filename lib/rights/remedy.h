// What an operator does about a missing right, in every log line, page and report that names one.
#pragma once

namespace gdprd::rights {

inline constexpr const char* remedy =
    "Run `mautic-gdprd grants --missing --apply --admin root`, with the name of the database server's "
    "administrator";

}  // namespace gdprd::rights
