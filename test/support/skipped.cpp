#include "support/skipped.h"

#include <stdexcept>

#include "support/catch.h"

namespace gdprd::test {

// To Catch2 of either generation its exception means only "this test case ends here": a failure is told
// before it is thrown. Generation 2 has no SKIP().
void skip_test_case() {
    if (running_test_case.empty()) throw std::runtime_error("what this needs is not in this checkout");
    note_skipped();
    throw Catch::TestFailureException();
}

}  // namespace gdprd::test
