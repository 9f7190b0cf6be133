// Figures of a report with everything in it.
#pragma once

#include "report/figures.h"

namespace gdprd::test {

// Of so many days from this one on, of which some have no erasure.
report::Figures some_figures(const std::string& from, int days);
// Of a period in which nothing was erased, on a server that keeps nothing and tells little.
report::Figures no_figures();

}  // namespace gdprd::test
