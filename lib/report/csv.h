// The figures as CSV (RFC 4180, UTF-8), one figure a line, for spreadsheets and programs. The layout and its
// words are a promise: new ones may come, none goes and none changes its meaning.
//
//   section,item,day,origin,status,reason,figure,value
//
// A field that would be taken for a formula by a spreadsheet begins with an apostrophe. Pure.
#pragma once

#include <string>
#include <string_view>

#include "report/figures.h"

namespace gdprd::report {

std::string to_csv(const Figures& figures);

// Quoted where it must be.
std::string csv_field(std::string_view text);

}  // namespace gdprd::report
