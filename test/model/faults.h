// Makes a database fail at the n-th row that a connection writes, the same on every run: triggers count the
// rows, and a variable of the session tells which one fails, and how.
#pragma once

#include "database/connection.h"
#include "model/history.h"

namespace gdprd::test::model {

// On every table of the model and of the ledger.
void add_fault_triggers(database::Connection& root, const std::string& ledger_database);

// For faults that strike at a written row. Replaces one that has not struck yet.
void arm(database::Connection& connection, const Fault& fault);
bool has_struck(database::Connection& connection);

}  // namespace gdprd::test::model
