// For tests that do things at random moments.
#pragma once

namespace gdprd::test {

// Printed, so that a run can be repeated with $GDPRD_TEST_SEED, as far as the machine lets it.
unsigned int seed_of_this_run();

}  // namespace gdprd::test
