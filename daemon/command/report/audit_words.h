// The answer of `audit` in words.
#pragma once

#include <iosfwd>

#include "daemon/command/audit.h"

namespace gdprd::command {

void print_answer(std::ostream& out, const AuditAnswer& answer);

// What a repair came to, and what it left.
void print_repair(std::ostream& out, const AuditRepair& repair);

}  // namespace gdprd::command
