// Facts of an erasure that is complete; tests change what they are about.
#pragma once

#include "certificate/facts.h"

namespace gdprd::test {

certificate::Facts complete_facts();

}  // namespace gdprd::test
