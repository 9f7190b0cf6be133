// The one private cluster of this test program, started on first use. Who kills a node brings it back.
#pragma once

#include "support/private_galera.h"

namespace gdprd::test {

PrivateGalera& cluster();

}  // namespace gdprd::test
