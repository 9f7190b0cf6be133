// Reads the figures of a report: of the ledger, the log of look-ups, the contacts on hold, the schema and the
// server. It changes nothing, and needs no right beyond those of `check` and `ledger lookups`; what it may
// not read is said to be unknown. What it reads is of one moment when the caller holds a snapshot. Memory
// grows with the days of the period and with the tables, never with the contacts.
//
// Threads: that of the connection. Errors: DatabaseError, StaleSchema.
#pragma once

#include "database/connection.h"
#include "erasure/rules.h"
#include "report/figures.h"

namespace gdprd::report {

class FigureReader {
  public:
    FigureReader(database::Connection& connection, const erasure::Rules& rules)
        : connection_(connection), rules_(rules) {}

    // All but made_at and program_version.
    Figures read(const Period& period);

  private:
    LookupFigures read_lookups(const Period& period);
    ServerFigures read_server();

    database::Connection& connection_;
    const erasure::Rules& rules_;
};

}  // namespace gdprd::report
