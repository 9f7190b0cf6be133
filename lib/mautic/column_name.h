// Names of columns are compared in one way everywhere.
#pragma once

#include "base/column_values.h"

namespace gdprd::mautic {

using gdprd::is_same_column;

}  // namespace gdprd::mautic
