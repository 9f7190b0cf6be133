// The names of tables and columns as the ledger's tables hold them. Pure. Threads: any.
#pragma once

#include <string>

namespace gdprd::ledger {

// Letters and digits of ASCII, `_` and `$`, at most 64 of them: what CHECKs of the ledger's tables take.
bool is_recorded_name(const std::string& name);

// A plugin may call a table or a column of its own anything; the ledger's tables hold such names and no other
// text. One name for each, and its own wherever the ledger takes that.
std::string recorded_name(const std::string& name);

}  // namespace gdprd::ledger
