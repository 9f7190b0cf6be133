// What Mautic left behind of contacts that it deleted: the rows that lost them, what hangs on those, what
// only those referred to, and what names them by their ids still. There is no contact any more to lock, to
// learn from or to look for afterwards, so there is no post-condition check.
//
// Threads: that of the connection. Errors: DatabaseError; the caller rolls back. Hashes are noted in the
// fingerprints, which the caller writes before its commit.
#pragma once

#include <span>
#include <string>

#include "erasure/rules.h"
#include "ledger/fingerprints.h"
#include "subjects/subject.h"

namespace gdprd::erasure {

using subjects::Counts;
using subjects::Subject;
using subjects::Subjects;

// Rows of this table that lost their contact, by primary key; those that have one, or have it again, are left
// alone. Returns what was done to them, to what hangs on them and to what nobody else refers to, and the
// uploads among them.
Subject erase_orphaned_rows(database::Connection& connection, const Rules& rules,
                            ledger::Fingerprints& fingerprints, const std::string& real_table,
                            std::span<const std::uint64_t> ids);

// Rows that name these contacts, which are gone, by a column without a foreign key; what hangs on them, and
// what nobody else refers to.
Subjects erase_rows_naming(database::Connection& connection, const Rules& rules,
                           ledger::Fingerprints& fingerprints, std::span<const ContactId> contacts);

}  // namespace gdprd::erasure
