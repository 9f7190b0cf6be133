// Reads a table on from where it was left, and counts the rows with addresses of people who were erased.
#pragma once

#include <functional>

#include "audit/erased_people.h"
#include "audit/findings.h"
#include "database/connection.h"

namespace gdprd::audit {

// May be the same one: what is read is copied before it is looked at.
struct Connections {
    database::Connection& mautic;  // or a replica of it
    database::Connection& ledger;
};

// Can the reading be left and gone on with later? A table without a usable key is read at one go.
bool can_be_left(const TableState& state);

// Called after each chunk, when the state is complete up to there; false leaves the table.
using AfterChunk = std::function<bool(const TableState&)>;

// A table that cannot be read, because it was dropped or for a missing privilege, says so in its state.
// Throws DatabaseError when a connection is lost, and when the ledger does not answer: the state is then as
// of the last chunk.
void audit_table(const Connections& connections, TableState& state, const ErasedPeople& people,
                 const AfterChunk& after_chunk);

}  // namespace gdprd::audit
