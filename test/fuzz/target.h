// What every libFuzzer target shares. A target defines check(), which is called with one input after the
// other and must neither crash nor find an invariant broken. Build and run: test/run.sh --fuzz SECONDS.
#pragma once

#include <string_view>

namespace gdprd::fuzz {

// Once, before the first input.
void prepare();

void check(std::string_view input);

// Says on standard error what does not hold, and aborts: a finding.
void must_hold(bool condition, const char* what);

}  // namespace gdprd::fuzz
