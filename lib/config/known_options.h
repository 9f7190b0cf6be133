// Every option the loader knows, as it asked for them. The tests hold the sample and the documentation
// against this list.
#pragma once

#include <string>
#include <vector>

#include "config/reader.h"

namespace gdprd::config {

// With the values that `text` gives them; what is wrong in `text` is passed over and the default shown.
std::vector<KnownOption> known_options(const std::string& text = {});

}  // namespace gdprd::config
