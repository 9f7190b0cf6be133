// Tests that were left out because something they need is not here. Whoever runs them is told, and the
// program ends with `skipped_exit_code`, so that nobody takes them for passed.
#pragma once

#include <set>
#include <string>

namespace gdprd::test {

inline constexpr int skipped_exit_code = 77;

// Kept by catch_main.cpp, for the one thread that runs the tests.
inline std::string running_test_case;
inline std::set<std::string> skipped_test_cases;

inline void note_skipped() { skipped_test_cases.insert(running_test_case); }

// Notes it and leaves the test case at once. The rest of it does not run, and nothing has failed.
[[noreturn]] void skip_test_case();

}  // namespace gdprd::test
