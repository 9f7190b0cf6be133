// What an audit found, repaired by the engine: whoever was found is erased once more, like anybody for whom
// another opt-out comes, and the tables are read again, before and after, on the database's own server. A
// rule of the data map says what becomes of a row; what none reaches is left and named.
//
// An erasure of earlier times has taken the address. The pass finds it by its hash in every table of the map,
// and by the rows' ties where it stands in one of the contact's own rows. Tables of free text are searched as
// far back as [text_search] newest_rows can be set, whatever it is.
#pragma once

#include "daemon/assembly.h"
#include "daemon/command/audit.h"

namespace gdprd::command {

// Throws ConfigurationError when the policy does not fit the schema, or stops erasures.
void refuse_repair(const daemon::Assembly& assembly);

// The thread must hold a ThreadScope. Throws as read_database() does; not for what goes wrong with contacts.
AuditRepair repair_findings(const daemon::Assembly& assembly, const AuditOptions& options,
                            const AuditAnswer& found);

}  // namespace gdprd::command
