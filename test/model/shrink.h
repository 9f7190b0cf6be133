// The smallest history that still goes wrong.
#pragma once

#include <functional>

#include "model/history.h"

namespace gdprd::test::model {

// Leaves out contacts, rounds, faults and rows for as long as `fails` says that it still goes wrong; asks at
// most so many times.
History shrink(History history, const std::function<bool(const History&)>& fails, int tries = 600);

}  // namespace gdprd::test::model
