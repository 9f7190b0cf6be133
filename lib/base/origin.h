// Who asked for an erasure: kept with the job, in the ledger and in metrics.
#pragma once

namespace gdprd {

enum class Origin { webhook, sweep, command };

const char* name_of(Origin origin);

}  // namespace gdprd
