// The figures as JSON, for programs. The keys are a promise: new ones may come, none goes and none changes
// its meaning. Times are ISO 8601 in UTC, durations milliseconds; what is not known is null. Pure.
#pragma once

#include <string>

#include "report/figures.h"

namespace gdprd::report {

inline constexpr const char* json_format = "mautic-gdprd-report 1";

std::string to_json(const Figures& figures);

}  // namespace gdprd::report
