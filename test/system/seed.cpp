#include "system/seed.h"

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace gdprd::test {

unsigned int seed_of_this_run() {
    const char* given = std::getenv("GDPRD_TEST_SEED");
    const unsigned int seed =
        given != nullptr ? static_cast<unsigned int>(std::stoul(given)) : std::random_device()();
    std::cout << "GDPRD_TEST_SEED=" << seed << '\n';
    return seed;
}

}  // namespace gdprd::test
