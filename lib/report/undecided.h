// What nobody has decided about, and how much of it leads to contacts. Pure.
#pragma once

#include <vector>

#include "plan/plan.h"
#include "report/figures.h"
#include "words/words.h"

namespace gdprd::report {

Undecided undecided_of(const discovery::Unknown& unknown);
// By name.
std::vector<Undecided> undecided_of(const plan::Plan& plan);

// Does it lead to contacts, and what becomes of it?
words::Word word_of(const Undecided& undecided);

}  // namespace gdprd::report
