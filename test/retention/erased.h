// What the tests of forgetting and of wrapping have in common.
#pragma once

#include <set>
#include <string>

#include "erasure/world.h"

namespace gdprd::test {

// A test before may have left some.
void drop_seals();
// Opted out, erased, and proven by a later pass.
void erase_wholly(World& world, ContactId contact);
// What an erasure hashes of this one.
std::set<std::string> hashed_values(const Person& one);

}  // namespace gdprd::test
