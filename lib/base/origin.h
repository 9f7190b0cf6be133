// Who asked for an erasure: kept with the job, in the ledger and in metrics.
#pragma once

#include "base/names.h"

namespace gdprd {

enum class Origin { webhook, sweep, command };

inline constexpr auto origin_names = make_names<Origin>(
    {{Origin::webhook, "webhook"}, {Origin::sweep, "sweep"}, {Origin::command, "command"}});
inline const char* name_of(Origin origin) { return origin_names.of(origin); }

}  // namespace gdprd
